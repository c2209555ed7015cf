"""JSON of an answer: decimals as plain strings, arrays of numbers as they are, NaN as null."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer

from core.money import plain


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8 by definition

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else dumps(data)


def dumps(data: Any) -> bytes:
    return orjson.dumps(data, default=_in_json, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)


def _in_json(value: Any) -> Any:
    """What orjson does not know by itself."""
    if isinstance(value, Decimal):
        return plain(value) if value.is_finite() else None
    if isinstance(value, np.ndarray):  # strided or byte-swapped
        return np.ascontiguousarray(value).tolist()
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON.")
