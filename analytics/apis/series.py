"""Answers that are long series of numbers: columnar, compressed where the client can, revalidated by ETag."""

import gzip
import hashlib
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from core.calendar import iso_days
from core.renderers import dumps

COMPRESSION = 1  # a graph must come in milliseconds; level 6 takes five times as long for a tenth less


@lru_cache(maxsize=256)
def days_json(first: date, last: date) -> orjson.Fragment:
    """Every day from `first` to `last` as a JSON array, made once: many graphs share their days."""
    return orjson.Fragment(orjson.dumps(iso_days(first, last)))


def series_response(request: Request, data: Any, *, etag: str | None = None) -> HttpResponse:
    """`data` as JSON. `etag` names the state that it is made of; without one, the content is its own name."""
    body = dumps(data)
    if etag is None:
        etag = hashlib.sha256(body).hexdigest()[:32]
        if unchanged := not_modified(request, etag):
            return unchanged
    response = HttpResponse(body, content_type="application/json")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = gzip.compress(body, COMPRESSION, mtime=0)
        response["Content-Encoding"] = "gzip"
    return _private(response, f'W/"{etag}"')


def not_modified(request: Request, etag: str) -> HttpResponse | None:
    """304 where the client has what `etag` names, before anything is computed."""
    answer = get_conditional_response(request._request, etag=f'W/"{etag}"')
    return _private(answer, f'W/"{etag}"') if isinstance(answer, HttpResponseNotModified) else None


def _private(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Accept-Encoding, Authorization, Cookie"
    return response
