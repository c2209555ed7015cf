"""Answers that are long series of numbers: columnar, and made once for all who ask again."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
from django.http import HttpResponse
from rest_framework.request import Request

from analytics.engine.carry import FloatArray
from analytics.engine.periods import Interval, interval_ends
from core.authentication import person_of
from core.calendar import iso_days
from core.kept import Kept
from core.renderers import dumps
from core.revalidation import encoded, json_response, takes_gzip

MOST_BYTES = 64 * 2**20
KEY_BYTES = 1024  # about what a key and its entry take, beside the text of the parameters
Key = tuple[int, str, tuple[tuple[str, str], ...], bool]
_kept: Kept[Key, bytes] = Kept(MOST_BYTES)
"""By person, path, parameters and encoding; the version is the ETag."""


@lru_cache(maxsize=256)
def days_json(first: date, last: date) -> orjson.Fragment:
    """Every day from `first` to `last` as a JSON array, made once: many graphs share their days."""
    return orjson.Fragment(orjson.dumps(iso_days(first, last)))


def dates_json(first: date, last: date, interval: Interval) -> Any:
    """The days from `first` to `last`, or the last ones of each week or month among them."""
    if interval == "day":
        return days_json(first, last)
    days = iso_days(first, last)
    return [days[end] for end in interval_ends(first, last, interval).tolist()]


def columns_at(first: date, last: date, interval: Interval, columns: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Of series with a value for each of these days, the values of `dates_json`."""
    if interval == "day":
        return dict(columns)
    ends = interval_ends(first, last, interval)
    return {name: np.ascontiguousarray(values[ends]) for name, values in columns.items()}


def named_response(request: Request, etag: str, make: Callable[[], Any]) -> HttpResponse:
    """What `etag` and the address name wholly: 304 where the client has it, and made once for all who ask again.

    For parameters that were validated: of a repeated one the last counts, and unknown ones were refused.
    """

    def body() -> bytes:
        key = _key(request)
        kept = _kept.get(key, etag)
        if kept is None:
            kept = encoded(request, dumps(make()))
            _kept.put(key, etag, kept, size=len(kept) + KEY_BYTES + sum(len(value) for _, value in key[2]))
        return kept

    return json_response(request, etag, body)


def kept_response(request: Request, made_of: Sequence[object], make: Callable[[], Any]) -> HttpResponse:
    """As `named_response`, of what several things name together: all that the answer rests on beside its address, which
    is in the name, too.

    made_of: each tells itself wholly by its repr; one that is None cannot be named, and the answer is made each time.
    """
    if None in made_of:
        return series_response(request, make())
    name = hashlib.blake2b(repr((_key(request), made_of)).encode(), digest_size=16)
    return named_response(request, name.hexdigest(), make)


def _key(request: Request) -> Key:
    asked = tuple(sorted(request.query_params.dict().items()))
    return person_of(request).pk, request.path, asked, takes_gzip(request)


def series_response(request: Request, data: Any) -> HttpResponse:
    """`data` as JSON, whose content is its own name."""
    body = dumps(data)
    return json_response(request, hashlib.sha256(body).hexdigest()[:32], lambda: encoded(request, body))
