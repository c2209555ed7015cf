"""Whether who asks to be erased is the person, and means it."""

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.headless.internal.sessionkit import lookup_session
from django.http import HttpRequest
from rest_framework.request import Request

from core.errors import Conflict, InvalidInput
from core.models import User
from core.people.passwords import password_check

RECENT = 300.0
"""Seconds after a log-in in which it stands for a password."""


def erasure_check(*, request: Request, user: User, password: str = "", email: str = "") -> None:
    """Raises InvalidInput or Conflict where it is not to be, TooMany after some wrong passwords.

    A person who has no password, since they log in at another provider, types their address, soon after a log-in.
    """
    if user.is_demo:
        detail = "The demo person is everybody's; `manage.py erase_person` takes it away."
        raise Conflict(detail, code="demo")
    if user.has_usable_password():
        _check_password(user, password)
    else:
        _check_address(request, user, email)


def _check_password(user: User, password: str) -> None:
    if not password:
        raise InvalidInput("Your password is needed.", attr="password", code="required")
    if not password_check(user=user, password=password):
        raise InvalidInput("This is not your password.", attr="password", code="wrong_password")


def _check_address(request: Request, user: User, email: str) -> None:
    if not email:
        raise InvalidInput("Type your e-mail address.", attr="email", code="required")
    if email.lower() != user.email:
        raise InvalidInput("This is not your e-mail address.", attr="email", code="wrong_email")
    if time.time() - _logged_in_at(request, user) > RECENT:
        detail = "Log in again, and do this within five minutes after."
        raise Conflict(detail, code="log_in_again")


def _logged_in_at(request: Request, user: User) -> float:
    """When the session of this request last saw a log-in; a key has none."""
    token = request.headers.get("X-Session-Token")
    asking = HttpRequest()
    session = lookup_session(token) if token else getattr(request._request, "session", None)
    if session is None:
        return 0.0
    asking.session = session
    return max((float(record["at"]) for record in get_authentication_records(asking, user)), default=0.0)
