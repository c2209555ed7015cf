"""Fields and serializers of the API that take nothing for granted: exact decimals, sane days, no unknown fields."""

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

import orjson
from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import empty

from core.days import EARLIEST_DAY, today_for
from core.fields import ExactDecimalField
from core.models import CurrencyField as CurrencyColumn
from core.models import validate_currency
from core.money import LARGEST, plain, shortest

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?", re.ASCII)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


class DecimalField(serializers.DecimalField):
    """An exact amount, quantity or price: a string on the way out, a string or a number on the way in."""

    def __init__(self, **kwargs: Any) -> None:
        bounds = {"max_digits": 38, "decimal_places": 18, "max_value": LARGEST, "min_value": -LARGEST}
        super().__init__(**{**bounds, **kwargs})

    def to_internal_value(self, data: Any) -> Decimal:
        text = str(data).strip()
        if isinstance(data, bool) or (len(text) <= self.MAX_STRING_LENGTH and not _NUMBER.fullmatch(text)):
            self.fail("invalid")
        return super().to_internal_value(text)

    def validate_precision(self, value: Decimal) -> Decimal:
        return super().validate_precision(shortest(value) if abs(value) <= LARGEST else value)

    def quantize(self, value: Decimal) -> Decimal:
        return shortest(value)

    def to_representation(self, value: Decimal) -> str:
        return plain(Decimal(value))


class DayField(serializers.DateField):
    """A day from 1900 to the person's today; `allow_future` for what is planned."""

    default_error_messages = {  # noqa: RUF012
        "before": "Must not be before {earliest}.",
        "future": "Must not be after today, {today}.",
    }

    def __init__(self, *, allow_future: bool = False, **kwargs: Any) -> None:
        self.allow_future = allow_future
        super().__init__(**kwargs)

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        day: date = super().to_internal_value(value)
        if day < EARLIEST_DAY:
            self.fail("before", earliest=EARLIEST_DAY)
        if not self.allow_future and day > (today := today_for(self.context["request"].user)):
            self.fail("future", today=today)
        return day


@extend_schema_field(
    {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$", "example": "09:15:00"}
)
class TimeField(serializers.TimeField):
    """A time of the day where the person is: one with a zone, as `10:30Z`, would lose it."""

    def to_internal_value(self, value: Any) -> time:
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            self.fail("invalid", format="hh:mm[:ss[.uuuuuu]]")
        at: time = super().to_internal_value(value)
        return at


@extend_schema_field({"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$", "example": "2024-05"})
class MonthField(serializers.Field[date, Any, str, date]):
    """A month from 1900 to 2199, written `2024-05`; in Python its first day."""

    default_error_messages = {  # noqa: RUF012
        "invalid": "Must be a month, written as in 2024-05.",
        "range": "Must be from {earliest:%Y-%m} to {latest:%Y-%m}.",
    }
    LATEST = date(2199, 12, 1)

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str) or not _MONTH.fullmatch(data):
            self.fail("invalid")
        year, month = map(int, data.split("-"))
        if not EARLIEST_DAY.year <= year <= self.LATEST.year:
            self.fail("range", earliest=EARLIEST_DAY, latest=self.LATEST)
        return date(year, month, 1)

    def to_representation(self, value: date) -> str:
        return f"{value:%Y-%m}"


class CurrencyField(serializers.CharField):
    """An ISO 4217 code; small letters are taken as capitals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_length": 3, "max_length": 3, **kwargs})
        if validate_currency not in self.validators:  # a field of a model brings it along
            self.validators.append(validate_currency)

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).upper()


@extend_schema_field({"type": "object", "additionalProperties": {}})
class ObjectField(serializers.JSONField):
    """A JSON object of at most `max_bytes`."""

    default_error_messages = {  # noqa: RUF012
        "not_an_object": "Must be a JSON object.",
        "number": "A whole number must fit into 64 bits.",
        "too_large": "Must not take more than {max_bytes} bytes.",
    }

    def __init__(self, *, max_bytes: int, **kwargs: Any) -> None:
        self.max_bytes = max_bytes
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            self.fail("not_an_object")
        try:
            raw = orjson.dumps(data, default=float)
        except orjson.JSONEncodeError:
            self.fail("number")
        if len(raw) > self.max_bytes:
            self.fail("too_large", max_bytes=self.max_bytes)
        return orjson.loads(raw)


# A comment, since a docstring would describe each object of the schema that has none of its own.
# Refuses fields that it does not know, so that a misspelt name is an error and not a lost value. What cannot be written
# may be sent back unchanged, as clients do that read, edit and write the whole.
class KnownFieldsMixin:
    def run_validation(self, data: Any = empty) -> Any:
        """What a PATCH leaves out stays as it was, but what is inside of a field is new, so it must be whole."""
        root = self.root  # type: ignore[attr-defined]
        if root is self or not getattr(root, "partial", False):
            return super().run_validation(data)  # type: ignore[misc]
        root.partial = False
        try:
            return super().run_validation(data)  # type: ignore[misc]
        finally:
            root.partial = True

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            errors = {name: [problem] for name in data if (problem := self._problem(name, data))}
            if errors:
                raise ValidationError(errors)
        return super().to_internal_value(data)  # type: ignore[misc]

    def _problem(self, name: Any, data: Mapping[str, Any]) -> ErrorDetail | None:
        field = self.fields.get(name)  # type: ignore[attr-defined]
        if field is None:
            return ErrorDetail("There is no such field.", "unknown_field")
        if field.read_only:
            is_same = self._is_unchanged(field, data[name])
            return None if is_same else ErrorDetail("This field cannot be written.", "read_only")
        return ErrorDetail("Not a valid string.", "invalid") if _is_no_text(field, data[name]) else None

    def _is_unchanged(self, field: Any, value: Any) -> bool:
        instance = getattr(self, "instance", None)
        if not isinstance(instance, models.Model):
            return False
        kept = field.get_attribute(instance)
        return bool((None if kept is None else field.to_representation(kept)) == value)


def _is_no_text(field: Any, value: Any) -> bool:
    """The framework would write down a number where a text belongs."""
    if isinstance(field, serializers.ListField):
        return isinstance(value, list) and any(_is_no_text(field.child, item) for item in value)
    return isinstance(field, serializers.CharField) and not (value is None or isinstance(value, str))


class Serializer(KnownFieldsMixin, serializers.Serializer[Any]):
    pass


def described(**texts: str) -> dict[str, dict[str, str]]:
    """The `extra_kwargs` of a model's serializer: what each of its fields says."""
    return {name: {"help_text": text} for name, text in texts.items()}


class ModelSerializer(KnownFieldsMixin, serializers.ModelSerializer[Any]):
    serializer_field_mapping = {  # noqa: RUF012
        **serializers.ModelSerializer.serializer_field_mapping,
        ExactDecimalField: DecimalField,
        models.DateField: DayField,
        models.TimeField: TimeField,
        CurrencyColumn: CurrencyField,
    }
