"""How one column of a row is written into an archive, exactly, and read back without believing anything."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from types import FunctionType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models

from core.days import EARLIEST_DAY
from core.fields import MOST_MONEY, MoneyField
from core.money import plain
from core.parsers import DEEPEST

Json = Any
Write = Callable[[Any], Json]
Read = Callable[[Json], Any]

_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,38})(\.\d{1,18})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}\.\d{6}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z", re.ASCII)
_WHOLE = 2**63


class Unfit(ValueError):
    """What is wrong with one value of an archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """name: in the archive. path: where the model has it. form: what it is, for people. is_text: of any letters.

    refers: the model of the row that its number means; then `write` and `read` are the archive's.
    """

    name: str
    path: str
    form: str
    write: Write
    read: Read
    may_be_null: bool = False
    is_text: bool = False
    refers: type[models.Model] | None = None

    def written(self, value: Any) -> Json:
        return None if value is None else self.write(value)

    def read_back(self, value: Json) -> Any:
        if value is not None:
            return self.read(value)
        if not self.may_be_null:
            raise Unfit("Must not be null.")
        return None


def column_of(field: models.Field) -> Column:
    """As the field of a model says what it keeps."""
    make = next((make for kind, make in _MAKERS if isinstance(field, kind)), None)
    if make is None:
        raise TypeError(f"{field} has no form in an archive.")
    form, write, read = make(field)
    return Column(
        name=field.name,
        path=field.attname,
        form=form,
        write=write,
        read=read,
        may_be_null=field.null,
        is_text=isinstance(field, models.CharField | models.TextField | models.JSONField),
        refers=field.related_model if isinstance(field, models.ForeignKey) else None,
    )


def as_is(value: Any) -> Any:
    return value


def _reference(field: models.Field) -> tuple[str, Write, Read]:
    return "the id of a row", as_is, as_is


def _text(field: models.Field) -> tuple[str, Write, Read]:
    choices = tuple(str(value) for value, _ in field.flatchoices)
    checks = [check for check in field.validators if isinstance(check, FunctionType)]
    may_be_empty = field.blank or isinstance(field, models.TextField)
    read = partial(
        _read_text,
        longest=field.max_length,
        choices=frozenset((*choices, *([""] if may_be_empty else []))) if choices else None,
        may_be_empty=may_be_empty,
        checks=tuple(checks),
    )
    return (f"one of {', '.join(choices)}" if choices else _length(field.max_length)), as_is, read


def _length(most: int | None) -> str:
    return "text" if most is None else f"text of at most {most} characters"


def _read_text(
    value: Json,
    *,
    longest: int | None,
    choices: frozenset[str] | None,
    may_be_empty: bool,
    checks: tuple[FunctionType, ...],
) -> str:
    if not isinstance(value, str):
        raise Unfit("Must be a text.")
    if longest is not None and len(value) > longest:
        raise Unfit(f"Must not have more than {longest} characters.")
    if "\0" in value:
        raise Unfit("A text cannot have a NUL character.")
    if not value and not may_be_empty:
        raise Unfit("Must not be empty.")
    if choices is not None and value not in choices:
        raise Unfit(f"Must be one of {', '.join(sorted(choices - {''}))}.")
    for check in checks:
        try:
            check(value)
        except ValidationError as error:
            raise Unfit(error.messages[0]) from error
    return value


def _decimal(field: models.Field) -> tuple[str, Write, Read]:
    most = MOST_MONEY if isinstance(field, MoneyField) else Decimal(10) ** 20
    places = getattr(field, "decimal_places", 0)
    return (
        f"decimal as text, with at most {places} places",
        plain,
        partial(decimal_read, places=places, below=most),
    )


def decimal_read(value: Json, *, places: int, below: Decimal) -> Decimal:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise Unfit("Must be a decimal number as text, without an exponent.")
    number = Decimal(value)
    if len(value.partition(".")[2]) > places:
        raise Unfit(f"Must not have more than {places} decimals.")
    if abs(number) >= below:
        raise Unfit(f"Must be less than {below:f}.")
    return number


def _whole(field: models.Field) -> tuple[str, Write, Read]:
    least, most = connection.ops.integer_field_range(field.get_internal_type())
    return "whole number", int, partial(_read_whole, least=max(least or -_WHOLE, -_WHOLE), most=most or _WHOLE - 1)


def _read_whole(value: Json, *, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit("Must be a whole number.")
    if not least <= value <= most:
        raise Unfit(f"Must be from {least} to {most}.")
    return value


def _flag(field: models.Field) -> tuple[str, Write, Read]:
    return "true or false", bool, flag_read


def flag_read(value: Json) -> bool:
    if not isinstance(value, bool):
        raise Unfit("Must be true or false.")
    return value


def _day(field: models.Field) -> tuple[str, Write, Read]:
    return "day, YYYY-MM-DD", date.isoformat, day_read


def day_read(value: Json) -> date:
    day: date = _parsed(value, _DAY, date.fromisoformat, "a day, YYYY-MM-DD")
    if day < EARLIEST_DAY:
        raise Unfit(f"Must not be before {EARLIEST_DAY}.")
    return day


def _time(field: models.Field) -> tuple[str, Write, Read]:
    read = partial(_parsed, pattern=_TIME, parse=time.fromisoformat, what="a time, HH:MM:SS.ffffff")
    return "time, HH:MM:SS.ffffff", lambda value: value.isoformat(timespec="microseconds"), read


def _instant(field: models.Field) -> tuple[str, Write, Read]:
    what = "an instant in UTC, YYYY-MM-DDTHH:MM:SS.ffffffZ"
    read = partial(_parsed, pattern=_INSTANT, parse=datetime.fromisoformat, what=what)
    return "instant in UTC, with microseconds", instant_text, read


def instant_text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _parsed(value: Json, pattern: re.Pattern[str], parse: Callable[[str], Any], what: str) -> Any:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Unfit(f"Must be {what}.")
    try:
        return parse(value)
    except ValueError as error:
        raise Unfit(f"Must be {what}.") from error


def _document(field: models.Field) -> tuple[str, Write, Read]:
    kind = list if field.default is list else dict
    return ("JSON list" if kind is list else "JSON object"), json_normal, partial(_read_document, kind=kind)


def json_normal(value: Json) -> Json:
    """The same whichever database kept it: keys in order, and a number that only a float holds as one."""
    if isinstance(value, dict):
        return {key: json_normal(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [json_normal(item) for item in value]
    if isinstance(value, int) and not -_WHOLE <= value < 2 * _WHOLE:
        return float(value)
    return value


def _read_document(value: Json, *, kind: type) -> Json:
    if not isinstance(value, kind):
        raise Unfit("Must be a JSON list." if kind is list else "Must be a JSON object.")
    for text in _texts(value, 1):
        if "\0" in text:
            raise Unfit("A text cannot have a NUL character.")
    return value


def _texts(value: Json, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        raise Unfit(f"JSON may be nested {DEEPEST} levels deep.")
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _texts(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, depth + 1)


_MAKERS: tuple[tuple[Any, Callable[[models.Field], tuple[str, Write, Read]]], ...] = (
    (models.ForeignKey, _reference),
    (models.DecimalField, _decimal),
    (models.BooleanField, _flag),
    (models.DateTimeField, _instant),  # before days, of which they are a kind
    (models.DateField, _day),
    (models.TimeField, _time),
    (models.JSONField, _document),
    (models.IntegerField, _whole),
    ((models.CharField, models.TextField), _text),
)
