"""A POST that is sent twice with the same `Idempotency-Key` happens once, also when both arrive at the same moment."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from core.authentication import person_of
from core.bodies import body_pieces
from core.body_limits import most_bytes
from core.errors import Conflict, InvalidInput
from core.models import IdempotencyKey, User
from core.renderers import dumps

HEADER = "Idempotency-Key"
LONGEST_KEY = 255
KEPT_FOR = timedelta(days=30)

Handler = Callable[..., HttpResponseBase]


# A comment, since a docstring would describe each endpoint of the schema that has none of its own.
# Put before a generic view or viewset; its `post` (or the action of a POST) then honours the header. The key is
# inserted in the transaction of the handler. So a failure leaves no key behind, and a second request with it waits in
# the database until the first is done.
class IdempotentPostMixin:
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        key = request.headers.get(HEADER) if request.method == "POST" else None
        fingerprint = "" if key is None else _fingerprint(request._request)  # before anything else reads the body
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        handler = getattr(self, "post", None)
        if key is not None and handler is not None:
            vars(self)["post"] = partial(self._once, _checked(key), fingerprint, handler)

    def kept_data(self, data: Any) -> Any:
        """What a repeat is answered: override it if the answer has something that must not be stored."""
        return data

    def _once(
        self, key: str, fingerprint: str, handler: Handler, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        with transaction.atomic():
            _forget_old_keys(person_of(request))
            row, is_new = IdempotencyKey.objects.get_or_create(
                user=person_of(request), key=key, defaults={"fingerprint": fingerprint}
            )
            if not is_new:
                return _replay(row, fingerprint)
            response = handler(request, *args, **kwargs)
            if not 200 <= response.status_code < 300:
                transaction.set_rollback(True)
            else:
                self._keep(row, response)
        return response

    def _keep(self, row: IdempotencyKey, response: HttpResponseBase) -> None:
        row.status = response.status_code
        if isinstance(response, Response):
            row.body = b"" if response.data is None else dumps(self.kept_data(response.data))
        elif isinstance(response, HttpResponse):
            row.body = response.content
        row.save(update_fields=["status", "body"])


def _checked(key: str) -> str:
    if not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise InvalidInput(f"Must be 1 to {LONGEST_KEY} printable ASCII characters.", attr=HEADER)
    return key


def _fingerprint(request: HttpRequest) -> str:
    """Of method, path and body; the boundary of a form's parts is new with each attempt, so it does not count."""
    boundary = (request.content_params or {}).get("boundary", "").encode()
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for piece in _without(boundary, body_pieces(request, most=most_bytes(request))):
        digest.update(piece)
    return digest.hexdigest()


def _without(boundary: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Wherever the pieces were cut."""
    held = b""
    for piece in pieces:
        *parts, held = (held + piece).split(boundary) if boundary else (piece, b"")
        yield from parts
        end = len(held) - len(boundary) + 1
        if end > 0:
            yield held[:end]
            held = held[end:]
    yield held


def _forget_old_keys(user: User) -> None:
    IdempotencyKey.objects.filter(user=user, created_at__lt=timezone.now() - KEPT_FOR).delete()


def _replay(row: IdempotencyKey, fingerprint: str) -> HttpResponse:
    if row.fingerprint != fingerprint:
        raise Conflict("This key was used for another request.", attr=HEADER, code="idempotency_key_reused")
    headers = {"Idempotent-Replayed": "true"}
    return HttpResponse(bytes(row.body), status=row.status, content_type="application/json", headers=headers)
