"""Who asks: a script by its key, a browser by its session; without either the answer is 401."""

from datetime import timedelta
from typing import cast

from django.utils import timezone
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core.models import ApiToken, User

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
    """`Authorization: Token <key>`; another scheme is left to others."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = authentication.get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"token":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("The header must be: Authorization: Token <key>.")
        token = _token_of(parts[1].decode("latin-1"))
        _note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


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
    return token


def _note_use(token: ApiToken) -> None:
    """Once an hour: reading must not write with each request."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
