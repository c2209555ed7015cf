"""Reading the environment: typed, and every bad value is remembered by name instead of raised.

A wrong variable must be reported by `manage.py check` with its name, not as a traceback from the import of the
settings; so readers collect their errors here and `core/checks.py` turns each into a refused start.
"""

import os
import re
import secrets
from collections.abc import Callable, Collection
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
_HOST = r"([a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])"
NO_DATABASE = "sqlite://:memory:"  # stands in for a wrong one until the checks refuse it, so that nothing is written


class Environment:
    """The process environment and the optional `.env` file, read one typed variable at a time."""

    def __init__(self, dotenv: Path) -> None:
        self._env = environ.Env()
        environ.Env.read_env(dotenv)
        self.errors: dict[str, str] = {}

    def text(self, name: str, default: str) -> str:
        """An empty variable counts as one that is not set, as container files often write it."""
        value: str = self._env.str(name, default="")
        return value.strip() or default

    def choice(self, name: str, default: str, *, options: Collection[str]) -> str:
        value = self.text(name, default)
        if value not in options:
            self.errors[name] = f"{value!r} is none of {', '.join(options)}"
            return default
        return value

    def flag(self, name: str, default: bool) -> bool:
        raw = self.text(name, str(default)).lower()
        if raw in ("1", "true", "yes", "on"):
            return True
        if raw not in ("0", "false", "no", "off"):
            self.errors[name] = f"{raw!r} is neither true nor false"
            return default
        return False

    def whole(self, name: str, default: int, *, minimum: int = 0, maximum: int = 2**31) -> int:
        raw = self.text(name, str(default))
        try:
            value = int(raw)
        except ValueError:
            self.errors[name] = f"{raw!r} is not a whole number"
            return default
        if not minimum <= value <= maximum:
            self.errors[name] = f"{value} is not between {minimum} and {maximum}"
            return default
        return value

    def percent(self, name: str, default: str) -> Decimal:
        raw = self.text(name, default)
        try:
            value = Decimal(raw)
        except InvalidOperation:
            self.errors[name] = f"{raw!r} is not a number"
            return Decimal(default)
        if not (value.is_finite() and 0 <= value <= 100):
            self.errors[name] = f"{raw} is not between 0 and 100"
            return Decimal(default)
        return value

    def folder(self, name: str, default: Path) -> Path:
        """A folder that exists and can be written to; made on first use."""
        path = Path(self.text(name, str(default))).expanduser().absolute()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.errors[name] = f"{path} cannot be made ({error.strerror})"
            return path
        if not os.access(path, os.W_OK | os.X_OK):
            self.errors[name] = f"{path} cannot be written to"
        return path

    def file(self, name: str) -> str:
        """A file that exists, or nothing."""
        path = self.text(name, "")
        if path and not Path(path).is_file():
            self.errors[name] = f"{path} is not a file"
            return ""
        return path

    def proxy(self, name: str) -> str:
        """http://host:port, or nothing."""
        address = self.text(name, "")
        if address and not re.fullmatch(r"https?://([^\s/@]+@)?[^\s/:@]+(:\d{1,5})?/?", address):
            self.errors[name] = "is not the address of a proxy, http://host:port"  # it may have a password
            return ""
        return address

    def origins(self, name: str, *, wildcards: bool = False) -> list[str]:
        """scheme://host[:port] each, as browsers send them. wildcards: https://*.host stands for all hosts below it."""
        given = self.names(name, [])
        host = r"(\*\.)?" if wildcards else ""
        wrong = [origin for origin in given if not re.fullmatch(rf"https?://{host}{_HOST}(:\d{{1,5}})?", origin)]
        if wrong:
            self.errors[name] = f"{wrong[0]!r} is not an origin, https://host or https://host:port in small letters"
            return []
        return given

    def names(self, name: str, default: list[str]) -> list[str]:
        return [part.strip() for part in self.text(name, ",".join(default)).split(",") if part.strip()]

    def secret_key(self, name: str, *, folder: Path) -> str:
        """The key of the environment, else the one kept in `folder`, else one that lives as long as this process."""
        try:
            return self.text(name, "") or local_secret_key(folder)
        except OSError as error:
            self.errors[name] = f"is not set, and {folder} cannot keep one ({error.strerror})"
            return secrets.token_urlsafe(50)

    def database(self, name: str, default: str) -> dict[str, Any]:
        scheme = self.text(name, default).partition(":")[0]
        if scheme not in DATABASE_SCHEMES:
            self.errors[name] = f"{scheme!r} is not a kind of database that can be used here: sqlite or postgres"
            return dict(self._env.db_url_config(NO_DATABASE))
        config = self._url(name, default, self._env.db_url_config)
        problem = database_problem(config)
        if problem:
            self.errors[name] = problem
            return dict(self._env.db_url_config(NO_DATABASE))
        return config

    def cache(self, name: str, default: str) -> dict[str, Any]:
        return self._url(name, default, self._env.cache_url_config)

    def mail(self, name: str, default: str) -> dict[str, Any]:
        config = self._url(name, default, self._env.email_url_config)
        problem = mail_problem(config)
        if problem:
            self.errors[name] = problem
            return dict(self._env.email_url_config(default))
        return config

    def _url(self, name: str, default: str, parse: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        try:
            config = dict(parse(self.text(name, default)))
        except (ImproperlyConfigured, ValueError, KeyError) as error:
            self.errors[name] = f"is not a URL that can be used here ({error})"
            return dict(parse(default))
        return config


def mail_problem(config: dict[str, Any]) -> str | None:
    backend = config["EMAIL_BACKEND"]
    if ".smtp." in backend and not config["EMAIL_HOST"]:
        return "names no host"
    if ".filebased." in backend and not Path(config["EMAIL_FILE_PATH"]).is_absolute():
        return f"{config['EMAIL_FILE_PATH']!r} is no absolute path, which has four slashes: filemail:////folder"
    return None


def database_problem(config: dict[str, Any]) -> str | None:
    if not config["NAME"]:
        return "names no database"
    if config["ENGINE"].endswith("sqlite3") and not Path(config["NAME"]).parent.is_dir():
        return f"{Path(config['NAME']).parent} is not a folder"
    return None


def local_secret_key(folder: Path) -> str:
    """The key kept in `folder`, made on first use: a clone runs without configuration, and never with a known key."""
    path = folder / "secret_key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(50))
    return path.read_text().strip()


def _write_once(path: Path, text: str) -> None:
    """The file appears whole or not at all; of several processes the first wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
