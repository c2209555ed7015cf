"""Checks of the deployment: each mistake in the environment is refused at start, with the variable named."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.db import connections
from django.db.utils import Error as DatabaseError

from core.addresses import is_loopback
from core.models import validate_currency, validate_time_zone

SHORTEST_SECRET_KEY = 32
SERVING = "serving"
"""The tag of what `manage.py serve` alone looks at: the rows of a database that is up to date. Registered as `deploy`,
so that commands which would put it right are not refused."""


def check_environment(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(f"{name}: {problem}.", id="pandaledger.E001") for name, problem in settings.ENVIRONMENT_ERRORS.items()
    ]


def check_defaults(**kwargs: Any) -> Iterable[CheckMessage]:
    """What a new person starts with."""
    try:
        validate_currency(settings.DEFAULT_CURRENCY)
    except ValidationError as error:
        yield Error(f"DEFAULT_CURRENCY: {error.message}", hint="For example INR or USD.", id="pandaledger.E002")
    try:
        validate_time_zone(settings.DEFAULT_TIME_ZONE)
    except ValidationError as error:
        yield Error(f"DEFAULT_TIME_ZONE: {error.message}", hint="For example Asia/Kolkata.", id="pandaledger.E003")


def check_secret_key(**kwargs: Any) -> Iterable[CheckMessage]:
    if len(settings.SECRET_KEY) < SHORTEST_SECRET_KEY:
        yield Error(
            f"SECRET_KEY: shorter than {SHORTEST_SECRET_KEY} characters, so sessions could be forged.",
            hint="Leave it out to have one made and kept in DATA_DIR.",
            id="pandaledger.E004",
        )


def check_superuser(**kwargs: Any) -> Iterable[CheckMessage]:
    email, password = settings.ADMIN_EMAIL, settings.ADMIN_PASSWORD
    if password and not email:
        yield Error("ADMIN_EMAIL: missing, but ADMIN_PASSWORD is set.", id="pandaledger.E005")
    if email and not password:
        yield Error("ADMIN_PASSWORD: missing, but ADMIN_EMAIL is set.", id="pandaledger.E005")
    try:
        validate_email(email or "nobody@example.com")
    except ValidationError:
        yield Error(f"ADMIN_EMAIL: {email!r} is not an e-mail address.", id="pandaledger.E006")


def check_debug_stays_at_home(**kwargs: Any) -> Iterable[CheckMessage]:
    if settings.DEBUG and not is_loopback(settings.HOST):
        yield Warning(
            f"DEBUG: on while HOST is {settings.HOST}, so whoever reaches the server can read its settings and code.",
            id="pandaledger.W001",
        )


def check_hosts(**kwargs: Any) -> Iterable[CheckMessage]:
    """Mailed links that open an account lead to the host that was asked for, which any may be where all are allowed."""
    if "*" not in settings.ALLOWED_HOSTS:
        return
    what = "ALLOWED_HOSTS: with * a stranger has links that open an account sent to other hosts"
    if settings.HTTPS:
        yield Error(f"{what}.", hint="Name the hosts of the site.", id="pandaledger.E009")
    else:
        yield Warning(f"{what}; name the hosts of the site.", id="pandaledger.W002")


def check_database_answers(databases: Sequence[str] | None = None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Runs where a command is about to use the database, such as `migrate` and `serve`."""
    for alias in databases or ():
        try:
            connections[alias].ensure_connection()
        except (DatabaseError, ImproperlyConfigured) as error:
            yield Error(f"DATABASE_URL: the database cannot be reached ({error}).", id="pandaledger.E007")


def register_checks() -> None:
    for check in (
        check_environment,
        check_defaults,
        check_secret_key,
        check_superuser,
        check_debug_stays_at_home,
        check_hosts,
    ):
        register(check)
    register(check_database_answers, Tags.database)
