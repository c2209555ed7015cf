"""Answers that are long series of numbers: columnar, compressed where the client can, revalidated by ETag."""

import gzip
import hashlib
import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from core.authentication import person_of
from core.calendar import iso_days
from core.kept import Kept
from core.renderers import dumps

MOST_BYTES = 64 * 2**20
KEY_BYTES = 1024  # about what a key and its entry take, beside the text of the parameters
Key = tuple[int, str, tuple[tuple[str, str], ...], bool]
_kept: Kept[Key, bytes] = Kept(MOST_BYTES)
"""By person, path, parameters and encoding; the version is the ETag."""

_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
COMPRESSION = 1  # a graph must come in milliseconds; level 6 takes five times as long for a tenth less


@lru_cache(maxsize=256)
def days_json(first: date, last: date) -> orjson.Fragment:
    """Every day from `first` to `last` as a JSON array, made once: many graphs share their days."""
    return orjson.Fragment(orjson.dumps(iso_days(first, last)))


def named_response(request: Request, etag: str, make: Callable[[], Any]) -> HttpResponse:
    """What `etag` and the address name wholly: 304 where the client has it, and made once for all who ask again.

    For parameters that were validated: of a repeated one the last counts, and unknown ones were refused.
    """
    if unchanged := _not_modified(request, etag):
        return unchanged
    key = _key(request)
    body = _kept.get(key, etag)
    if body is None:
        body = _encoded(request, dumps(make()))
        _kept.put(key, etag, body, size=len(body) + KEY_BYTES + sum(len(value) for _, value in key[2]))
    return _response(request, body, etag)


def _key(request: Request) -> Key:
    asked = tuple(sorted(request.query_params.dict().items()))
    return person_of(request).pk, request.path, asked, _takes_gzip(request)


def series_response(request: Request, data: Any) -> HttpResponse:
    """`data` as JSON, whose content is its own name."""
    body = dumps(data)
    etag = hashlib.sha256(body).hexdigest()[:32]
    return _not_modified(request, etag) or _response(request, _encoded(request, body), etag)


def _not_modified(request: Request, etag: str) -> HttpResponse | None:
    answer = get_conditional_response(request._request, etag=f'W/"{etag}"')
    return _private(answer, etag) if isinstance(answer, HttpResponseNotModified) else None


def _takes_gzip(request: Request) -> bool:
    return bool(_GZIP.search(request.headers.get("Accept-Encoding", "")))


def _encoded(request: Request, body: bytes) -> bytes:
    return gzip.compress(body, COMPRESSION, mtime=0) if _takes_gzip(request) else body


def _response(request: Request, body: bytes, etag: str) -> HttpResponse:
    response = HttpResponse(body, content_type="application/json")
    if _takes_gzip(request):
        response["Content-Encoding"] = "gzip"
    return _private(response, etag)


def _private(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = f'W/"{etag}"'
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Accept-Encoding, Authorization, Cookie"
    return response
