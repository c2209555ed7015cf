"""Settings of what the site says about itself: logs."""

from typing import Any

from pandaledger.environment import Environment

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def operations_settings(env: Environment) -> dict[str, Any]:
    return {"LOGGING": _logging(env.choice("LOG_LEVEL", "INFO", options=LOG_LEVELS))}


def _logging(level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        # It writes a line for each failed request; ours say once what failed, and for how long Yahoo is left alone.
        "loggers": {"yfinance": {"level": "CRITICAL"}},
    }
