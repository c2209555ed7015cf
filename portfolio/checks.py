"""Checks of the deployment that need the rows of the portfolio."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from core.addresses import is_at_home
from core.checks import SERVING
from core.models import User
from portfolio.demo.person import EMAIL, PASSWORD_AT_HOME


def check_demo_stays_at_home(databases: Sequence[str] | None = None, **kwargs: Any) -> Iterable[CheckMessage]:
    if not databases or is_at_home():
        return
    person = User.objects.filter(email=EMAIL, is_demo=True).first()
    if person is not None and (person.is_staff or person.check_password(PASSWORD_AT_HOME)):
        yield Error(
            "Others can reach this server (HOST, ALLOWED_HOSTS, HTTPS or TRUSTED_PROXIES say so), and the demo person "
            "may open the admin, or has the password that everybody knows.",
            hint="`manage.py demo` with these settings ends both; or delete the person in the admin.",
            id="pandaledger.E008",
        )


def register_checks() -> None:
    register(check_demo_stays_at_home, SERVING, deploy=True)
