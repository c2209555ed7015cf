"""Who may see how the site does: administrators, by session or key, and whoever has METRICS_TOKEN."""

from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core.authentication import TokenAuthentication
from core.models import User


def may_watch(request: HttpRequest) -> bool:
    return _has_token(request) or is_staff(request)


def is_staff(request: HttpRequest) -> bool:
    person = watcher(request)
    return person is not None and person.is_active and person.is_staff


def watcher(request: HttpRequest) -> User | None:
    """The person behind a key or a session."""
    try:
        known = TokenAuthentication().authenticate(Request(request))
    except AuthenticationFailed:
        return None
    person = known[0] if known else request.user
    return person if isinstance(person, User) and person.is_authenticated else None


def _has_token(request: HttpRequest) -> bool:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    expected: str = settings.METRICS_TOKEN
    return bool(expected) and scheme.lower() == "bearer" and compare_digest(key.encode(), expected.encode())
