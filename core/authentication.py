"""Who asks: a script by its key, an app or a browser by its session; without any of these the answer is 401."""

from datetime import timedelta
from typing import cast

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.http import HttpRequest
from django.utils import timezone
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from core.actor import Actor, found, request_id_of
from core.models import Activity, ApiToken, User
from core.people.sessions import session_note_use

USE_IS_NOTED_EVERY = timedelta(hours=1)
_LATER = {"password", "last_login", "date_joined", "digest", "created_at"}
_TOKEN, _USER = (
    tuple(field.attname for field in model._meta.concrete_fields if field.attname not in _LATER)
    for model in (ApiToken, User)
)
_COLUMNS = (*_TOKEN, *(f"user__{name}" for name in _USER))
"""What a request needs of a key and its person, in half the time of `select_related`; the rest is loaded if used."""


def person_of(request: Request) -> User:
    """Whose request it is, in a view that only people who are logged in can reach."""
    return cast(User, request.user)


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Token <key>`; another scheme is left to others.

    What a key may do is decided here, before any view, so that no view can forget it.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = authentication.get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"token":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("The header must be: Authorization: Token <key>.")
        token = _token_of(parts[1].decode("latin-1"))
        _check_access(token, request)
        _note_use(token)
        _note_actor(request, token.user, via=Activity.Via.TOKEN, key_name=token.name)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class AppAuthentication(XSessionTokenAuthentication):
    """`X-Session-Token`, which an app got when its person logged in at /_allauth/app/."""

    def authenticate(self, request: HttpRequest) -> tuple[User, None] | None:
        key = self.get_session_token(request)
        if not key:
            return None
        known = super().authenticate(request)
        if known is None:
            raise AuthenticationFailed("There is no such session, or it has ended.")
        session_note_use(cast(Request, request)._request, key)
        _note_actor(cast(Request, request), known[0], via=Activity.Via.APP)
        return known[0], None

    def authenticate_header(self, request: HttpRequest) -> str:
        return "Session"


class SessionAuthentication(authentication.SessionAuthentication):
    """The framework's own, which by itself would make an anonymous request a 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


def _token_of(key: str) -> ApiToken:
    found = list(ApiToken.objects.filter(digest=ApiToken.digest_of(key)).values_list(*_COLUMNS))
    if not found:
        raise AuthenticationFailed("There is no such key.")
    token = ApiToken.from_db("default", _TOKEN, found[0][: len(_TOKEN)])
    token.user = User.from_db("default", _USER, found[0][len(_TOKEN) :])
    if not token.user.is_active:
        raise AuthenticationFailed("This person may no longer log in.")
    if token.expires_at is not None and token.expires_at <= timezone.now():
        raise AuthenticationFailed("This key has expired.", code="key_expired")
    return token


def _check_access(token: ApiToken, request: Request) -> None:
    if token.access != ApiToken.Access.FULL and request.method not in SAFE_METHODS:
        raise PermissionDenied("This key may only read.", code="read_only_key")


def _note_actor(request: Request, user: User, *, via: str, key_name: str = "") -> None:
    inner = request._request
    found(inner, Actor(user_id=user.pk, via=via, key_name=key_name, request_id=request_id_of(inner)))


def _note_use(token: ApiToken) -> None:
    """Once an hour: reading must not write with each request."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
