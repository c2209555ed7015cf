"""JSON of a request, read strictly: no digit is lost, and what no database can store is refused by name."""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.conf import settings
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from core.errors import FieldError, InvalidInput, TooLarge

DEEPEST = 32
LONGEST_NUMBER = 60
LARGEST_EXPONENT = 40
MOST_ERRORS = 100
_SURROGATE = re.compile("[\ud800-\udfff]")


class JSONParser(parsers.JSONParser):
    """Numbers with a point become Decimal with exactly the digits that were sent."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return loads(_read(stream))


def loads(raw: bytes) -> Any:
    try:
        value = json.loads(raw.decode(), parse_float=_decimal, parse_int=_whole, parse_constant=float)
    except UnicodeDecodeError as error:
        raise ParseError("JSON must be in UTF-8.") from error
    except json.JSONDecodeError as error:
        raise ParseError(f"Malformed JSON: {error}") from error
    except RecursionError as error:
        raise ParseError(f"JSON may be nested {DEEPEST} levels deep.") from error
    _refuse_unusable(value)
    return value


def _read(stream: IO[bytes]) -> bytes:
    """Django limits the size of a form only; this is its limit for JSON."""
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise TooLarge(most=limit)
    return raw


def _decimal(text: str) -> Decimal | float:
    """NaN stands for a number beyond all use, so that the walk over the whole can say where it is."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return float("nan")
    fits = not number or abs(number.adjusted()) <= LARGEST_EXPONENT
    return number if fits and len(text) <= LONGEST_NUMBER else float("nan")


def _whole(text: str) -> int | float:
    return int(text) if len(text) <= LONGEST_NUMBER else float("nan")


def _refuse_unusable(document: Any) -> None:
    errors = [FieldError(attr or None, "invalid", problem) for attr, problem in _unusable(document)]
    if errors:
        raise InvalidInput.many(errors[:MOST_ERRORS])


def _unusable(document: Any) -> Iterator[tuple[str, str]]:
    """The address of each key or value that cannot be used, and why."""
    waiting: deque[tuple[str, Any, int]] = deque([("", document, 1)])
    while waiting:
        prefix, value, depth = waiting.popleft()
        if depth > DEEPEST:
            raise ParseError(f"JSON may be nested {DEEPEST} levels deep.")
        if isinstance(value, dict) and (problem := _problem("".join(value))):
            yield prefix.rstrip("."), problem
        for key, item in _items(value):
            if isinstance(item, (dict, list)):
                waiting.append((f"{prefix}{key}.", item, depth + 1))
            elif problem := _problem(item):
                yield f"{prefix}{key}", problem


def _items(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else [("", value)]


def _problem(value: Any) -> str | None:
    if isinstance(value, str):
        if "\0" in value:
            return "A text cannot have a NUL character."
        if not value.isascii() and _SURROGATE.search(value):
            return "A text cannot have half of a surrogate pair."
    elif isinstance(value, float):  # the parser makes no other floats
        return "A number must be finite and of a usable size."
    return None
