"""Settings of what the site says about itself: logs, figures for those who watch it, reports of failures."""

from typing import Any

from sentry_sdk.utils import BadDsn, Dsn

from pandaledger.environment import Environment

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOG_FORMATS = ("line", "json")
SHORTEST_TOKEN = 16


def operations_settings(env: Environment) -> dict[str, Any]:
    level = env.choice("LOG_LEVEL", "INFO", options=LOG_LEVELS)
    return {
        "LOGGING": _logging(level, env.choice("LOG_FORMAT", "line", options=LOG_FORMATS)),
        "METRICS_TOKEN": _token(env),
        "SENTRY_DSN": _dsn(env),
        "SENTRY_ENVIRONMENT": env.text("SENTRY_ENVIRONMENT", "production"),
    }


def _token(env: Environment) -> str:
    token = env.text("METRICS_TOKEN", "")
    if token and len(token) < SHORTEST_TOKEN:
        env.errors["METRICS_TOKEN"] = f"has fewer than {SHORTEST_TOKEN} characters, so it could be guessed"
    return token


def _dsn(env: Environment) -> str:
    """The address is not repeated where it is wrong: it has a key."""
    dsn = env.text("SENTRY_DSN", "")
    try:
        return dsn and str(Dsn(dsn))
    except (BadDsn, ValueError):
        env.errors["SENTRY_DSN"] = "is not the address of a Sentry project, https://key@host/number"
        return ""


def _logging(level: str, log_format: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"told": {"()": "core.logs.formatter", "kind": log_format}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "told"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # It writes a line for each failed request; ours say once what failed, and for how long Yahoo is left alone.
            "yfinance": {"level": "CRITICAL"},
            # The line of each request has its status, and a failure is told once, with its traceback.
            "django.request": {"level": "CRITICAL"},
            # Whoever sends a made-up host or too large a form is refused, and must not fill the log with tracebacks.
            "django.security": {"level": "CRITICAL"},
            "django.security.csrf": {"level": "WARNING"},
            # Django's own handlers would write each line a second time.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
