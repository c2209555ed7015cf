"""Who does what is being done: the person behind a request, an administrator, a command, or the program itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest

from core.models import Activity


@dataclass(frozen=True, kw_only=True)
class Actor:
    """user_id: None where nobody is logged in. key_name: the name of the token, if one opened the way."""

    user_id: int | None
    via: str
    key_name: str = ""
    request_id: str = ""


PROGRAM = Actor(user_id=None, via=Activity.Via.BACKGROUND)
_COMMAND = Actor(user_id=None, via=Activity.Via.COMMAND)
_actor: ContextVar[Actor] = ContextVar("actor", default=_COMMAND)
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


def current_actor() -> Actor:
    """In a request whoever was found to be behind it, in a thread of the engine the program; else a command."""
    request = _request.get()
    return _actor.get() if request is None else _of_request(request)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    before = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(before)


@contextmanager
def answering(request: HttpRequest) -> Iterator[None]:
    """Whoever is found to be behind this request acts until it is answered."""
    before = _request.set(request)
    try:
        yield
    finally:
        _request.reset(before)


def found(request: HttpRequest, actor: Actor) -> None:
    """An authentication class of the API says who it is; a browser's session needs no word."""
    vars(request)["actor"] = actor


def current_request() -> HttpRequest | None:
    return _request.get()


def known_user_id(request: HttpRequest) -> int | None:
    """Of whom it is known by now who they are; nothing is read for it."""
    known: Actor | None = vars(request).get("actor")
    if known is not None:
        return known.user_id
    user = vars(request).get("_cached_user")
    user_id: int | None = getattr(user, "pk", None)
    return user_id


def request_id_of(request: HttpRequest) -> str:
    return str(vars(request).get("request_id", ""))


def _of_request(request: HttpRequest) -> Actor:
    known: Actor | None = vars(request).get("actor")
    if known is not None:
        return known
    user_id: int | None = getattr(getattr(request, "user", None), "pk", None)
    via = Activity.Via.ADMIN if request.path_info.startswith("/admin/") else Activity.Via.SESSION
    return Actor(user_id=user_id, via=via, request_id=request_id_of(request))
