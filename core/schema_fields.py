"""How the OpenAPI schema describes the project's own kinds of fields, as strictly as they really check."""

from decimal import Decimal
from typing import Any, cast

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction

from core.serializers import DecimalField


class DecimalScheme(OpenApiSerializerFieldExtension):
    """A string of as many digits as the field takes; in a request a JSON number is as good."""

    target_class = "core.serializers.DecimalField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        field = cast(DecimalField, self.target)
        if direction == "response":
            return {"type": "string", "format": "decimal", "pattern": r"^-?\d+(\.\d+)?$"}
        pattern = _pattern(field)
        return {"type": ["string", "number"], "format": "decimal", "pattern": pattern, **_bounds(field)}


class CurrencyScheme(OpenApiSerializerFieldExtension):
    target_class = "core.serializers.CurrencyField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        letters = "A-Za-z" if direction == "request" else "A-Z"
        return {"type": "string", "pattern": f"^[{letters}]{{3}}$"}


def _pattern(field: DecimalField) -> str:
    """The usual spelling. Others with the same value are taken, too: `+1`, `.5`, `1e3`."""
    whole = max(1, Decimal(field.max_value or 0).adjusted() + 1) if field.max_value else field.max_whole_digits
    sign = "-?" if field.min_value is None or field.min_value < 0 else ""
    return rf"^{sign}\d{{1,{whole}}}(\.\d{{1,{field.decimal_places}}})?$"


def _bounds(field: DecimalField) -> dict[str, Any]:
    """Of what is sent as a number; those of the text are in its pattern."""
    bounds = {"minimum": field.min_value, "maximum": field.max_value}
    return {name: _number(value) for name, value in bounds.items() if value is not None}


def _number(value: Any) -> int | float:
    number = Decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)
