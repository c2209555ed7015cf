"""Letters: mails that the background writes, since whom they are for must not show in how long a request takes.

Who asks for one only leaves a row, the same whoever it is for; the background looks up the rest.
"""

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

from allauth.core.context import request_context
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from core import background
from core.mail.backend import LANE
from core.models import OutgoingMail

Write = Callable[[HttpRequest, str], None]
"""Sends what is to be sent to this address, in the name of a request like the one that asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """name: which one. scheme, host: of the site as whoever asked has reached it, for the links."""

    name: str
    scheme: str
    host: str


_writes: dict[str, Write] = {}


def register(name: str, write: Write) -> None:
    _writes[name] = write


def letter_order(name: str, *, to: str, request: HttpRequest) -> None:
    letter = Letter(name=name, scheme=request.scheme or "http", host=request.get_host())
    OutgoingMail.objects.create(to=to, message=json.dumps(asdict(letter)), due_at=timezone.now())
    transaction.on_commit(partial(background.wake, LANE))


def is_letter(row: OutgoingMail) -> bool:
    """A mail that is written begins with a header."""
    return row.message.startswith("{")


def letter_write(row: OutgoingMail) -> None:
    """What is written and the order for it change places in one transaction, so it is written once."""
    letter = Letter(**json.loads(row.message))
    with transaction.atomic():
        deleted, _ = OutgoingMail.objects.filter(pk=row.pk, lease_owner=row.lease_owner).delete()
        if deleted:
            request = _request_of(letter)
            with request_context(request):
                _writes[letter.name](request, row.to)


def _request_of(letter: Letter) -> HttpRequest:
    environ = {
        "REQUEST_METHOD": "GET",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": letter.host,
        "HTTP_X_FORWARDED_PROTO": letter.scheme,
        "wsgi.url_scheme": letter.scheme,
        "wsgi.input": io.BytesIO(),
    }
    return WSGIRequest(environ)
