"""Reading the environment: typed, and every bad value is remembered by name instead of raised.

A wrong variable must be reported by `manage.py check` with its name, not as a traceback from the import of the
settings; so readers collect their errors here and `core/checks.py` turns each into a refused start.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment:
    """The process environment and the optional `.env` file, read one typed variable at a time."""

    def __init__(self, dotenv: Path) -> None:
        self._env = environ.Env()
        environ.Env.read_env(dotenv)
        self.errors: dict[str, str] = {}

    def text(self, name: str, default: str) -> str:
        value: str = self._env.str(name, default=default)
        return value

    def flag(self, name: str, default: bool) -> bool:
        raw = self.text(name, str(default)).strip().lower()
        if raw in ("1", "true", "yes", "on"):
            return True
        if raw not in ("0", "false", "no", "off", ""):
            self.errors[name] = f"{raw!r} is neither true nor false"
            return default
        return False

    def whole(self, name: str, default: int, minimum: int = 0) -> int:
        raw = self.text(name, str(default))
        try:
            value = int(raw)
        except ValueError:
            self.errors[name] = f"{raw!r} is not a whole number"
            return default
        if value < minimum:
            self.errors[name] = f"{value} is below the minimum of {minimum}"
            return default
        return value

    def names(self, name: str, default: list[str]) -> list[str]:
        return [part.strip() for part in self.text(name, ",".join(default)).split(",") if part.strip()]

    def database(self, name: str, default: str) -> dict[str, Any]:
        return self._url(name, default, self._env.db_url_config)

    def cache(self, name: str, default: str) -> dict[str, Any]:
        return self._url(name, default, self._env.cache_url_config)

    def mail(self, name: str, default: str) -> dict[str, Any]:
        return self._url(name, default, self._env.email_url_config)

    def _url(self, name: str, default: str, parse: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        try:
            config = dict(parse(self.text(name, default)))
        except (ImproperlyConfigured, ValueError, KeyError) as error:
            self.errors[name] = f"is not a URL that can be used here ({error})"
            return dict(parse(default))
        return config


def local_secret_key(path: Path) -> str:
    """The key kept in `path`, made on first use: a clone runs without configuration, and never with a known key."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:  # another process was first: its key counts
        pass
    return path.read_text().strip()
