"""Answers that a client may keep and asks about by name (ETag): compressed where it can, 304 where it has them."""

import gzip
import re
from collections.abc import Callable

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
COMPRESSION = 1  # a graph must come in milliseconds; level 6 takes five times as long for a tenth less


def json_response(request: Request, etag: str, make: Callable[[], bytes]) -> HttpResponse:
    """JSON of one person that `etag` names wholly; see `named_response`."""
    answer = named_response(request, f'W/"{etag}"', make, content_type="application/json")
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Accept-Encoding, Authorization, Cookie, X-Session-Token"
    return answer


def named_response(request: Request, etag: str, make: Callable[[], bytes], *, content_type: str) -> HttpResponse:
    """make: gives the body, packed where `takes_gzip` says so; not called for a 304."""
    answer = get_conditional_response(request._request, etag=etag)
    if not isinstance(answer, HttpResponseNotModified):
        answer = HttpResponse(make(), content_type=content_type)
        if takes_gzip(request):
            answer["Content-Encoding"] = "gzip"
    answer["ETag"] = etag
    return answer


def takes_gzip(request: Request) -> bool:
    return bool(_GZIP.search(request.headers.get("Accept-Encoding", "")))


def encoded(request: Request, body: bytes) -> bytes:
    return gzip.compress(body, COMPRESSION, mtime=0) if takes_gzip(request) else body
