"""The body of a request before any view reads it: kept in a file once it is large, so it takes no memory."""

from collections.abc import Iterator
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, cast

from django.http import HttpRequest, UnreadablePostError

from core.errors import TooLarge

IN_MEMORY = 1024**2
_PIECE = 64 * 1024
_KEPT = "kept_bodies"


def has_no_length(request: HttpRequest) -> bool:
    """Sent in chunks or by HTTP/2, whose end only the web server sees; Django itself would find nothing."""
    return not request.META.get("CONTENT_LENGTH") and bool(request.META.get("wsgi.input_terminated"))


def body_measured(request: HttpRequest, *, most: int) -> None:
    """Reads a body without a length, so that it has one. Refused once it is longer, whatever is still to come."""
    body = _kept(_pieces(request.META["wsgi.input"]), most=most)
    request.META["CONTENT_LENGTH"] = str(body.seek(0, 2))
    _put_back(request, body)


def body_pieces(request: HttpRequest, *, most: int) -> Iterator[bytes]:
    """The whole body, piece by piece; it can be read again by whoever comes after."""
    body = _kept(_pieces(cast(IO[bytes], vars(request)["_stream"])), most=most)
    body.seek(0)
    yield from _pieces(body)
    _put_back(request, body)


def body_closed(request: HttpRequest) -> None:
    """Once it is answered."""
    for body in vars(request).pop(_KEPT, ()):
        body.close()


def _kept(pieces: Iterator[bytes], *, most: int) -> IO[bytes]:
    body: IO[bytes] = BytesIO()
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            body.close()
            raise TooLarge(most=most)
        if size > IN_MEMORY and isinstance(body, BytesIO):
            body = _on_disk(body)
        body.write(piece)
    return body


def _on_disk(start: BytesIO) -> IO[bytes]:
    body = TemporaryFile()  # noqa: SIM115  (`body_closed` does it)
    body.write(start.getvalue())
    return body


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    try:
        while piece := stream.read(_PIECE):
            yield piece
    except OSError as error:
        raise UnreadablePostError(*error.args) from error


def _put_back(request: HttpRequest, body: IO[bytes]) -> None:
    body.seek(0)
    vars(request)["_stream"] = body
    vars(request).setdefault(_KEPT, []).append(body)
