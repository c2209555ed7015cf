"""When a session was last used, noted now and then; and what is left of sessions that are over."""

import time
from collections.abc import Callable
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

NOTED_EVERY = timedelta(minutes=5)
MOST_REMEMBERED = 10_000
PURGE_EVERY = 3600.0
PURGED_AT_ONCE = 500
_noted_until: dict[str, float] = {}
"""Until when this process need not look at a session again, by its key: most requests cost a look into this."""


class SessionUseMiddleware:
    """In the place of allauth's, which writes to the database with each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = vars(request).get("_cached_user")  # there only if somebody asked who it is
        asked = user is not None and user.is_authenticated and request.user.is_authenticated  # not refused since
        if asked and request.session.session_key:
            session_note_use(request, request.session.session_key)
        return response


def session_note_use(request: HttpRequest, key: str) -> None:
    """key: of the session by which this request was found to be somebody's."""
    now = time.monotonic()
    if now < _noted_until.get(key, 0.0):
        return
    if len(_noted_until) >= MOST_REMEMBERED:
        _noted_until.clear()
    _noted_until[key] = now + NOTED_EVERY.total_seconds()
    try:
        _note(request, key)
    except (OperationalError, IntegrityError):
        # Others write for long just now: the request is answered, and the next look comes. Or the person was erased
        # while it was answered.
        return


def _note(request: HttpRequest, key: str) -> None:
    """Of several processes one writes. A session from before they were listed gets onto the list."""
    now = timezone.now()
    rows = UserSession.objects.filter(session_key=key)
    noted = rows.filter(last_seen_at__lte=now - NOTED_EVERY).update(
        last_seen_at=now, ip=get_adapter().get_client_ip(request), user_agent=_user_agent(request)
    )
    if not noted and key == request.session.session_key and not rows.exists():
        UserSession.objects.create_from_request(request)


def _user_agent(request: HttpRequest) -> str:
    length = UserSession._meta.get_field("user_agent").max_length
    return request.headers.get("User-Agent", "")[:length]


class SessionPurge:
    """Work of the background: what is kept of sessions that are over goes, now and then."""

    def __init__(self) -> None:
        self.next_at = 0.0

    def __call__(self) -> bool:
        if time.monotonic() < self.next_at:
            return False
        over = Session.objects.filter(expire_date__lte=timezone.now()).values_list("pk", flat=True)
        keys = list(over[:PURGED_AT_ONCE])
        UserSession.objects.filter(session_key__in=keys).delete()
        Session.objects.filter(pk__in=keys).delete()
        if len(keys) < PURGED_AT_ONCE:
            self.next_at = time.monotonic() + PURGE_EVERY
        return bool(keys)
