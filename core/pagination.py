"""Lists in pages that neither skip nor repeat a row, whatever is added or removed between two requests."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, F, Model, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place between two rows: the last one seen, and the direction in which to go on."""

    backwards: bool
    value: Any
    id: int

    def encode(self) -> str:
        raw = orjson.dumps([int(self.backwards), self.value, self.id])
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        try:
            raw = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
            backwards, value, row = orjson.loads(raw)
        except (binascii.Error, ValueError, TypeError) as error:
            raise _bad_cursor() from error
        if not isinstance(value, str | int) or not isinstance(row, int) or "\0" in str(value):
            raise _bad_cursor()
        return cls(bool(backwards), value, row)


class CursorPagination(BasePagination):
    """By one field of the view's `ordering_fields`, and by id where that field is equal.

    A view names `ordering_fields` (columns without NULLs) and `ordering`, what applies without the parameter.
    """

    page_size = 100
    max_page_size = 1000

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self.url = request.build_absolute_uri()
        self.size = self._size(request)
        self.descending, self.field = self._order(request, view)
        self.cursor = Cursor.decode(text) if (text := request.query_params.get("cursor")) else None
        backwards = self.cursor is not None and self.cursor.backwards
        rows = list(self._from_cursor(queryset, backwards)[: self.size + 1])
        self.has_more = len(rows) > self.size
        rows = rows[: self.size]
        self.page = rows[::-1] if backwards else rows
        return self.page

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._next(), "previous": self._previous(), "results": data})

    def _size(self, request: Request) -> int:
        text = request.query_params.get("page_size", str(self.page_size))
        if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= self.max_page_size):
            raise InvalidInput(f"Must be a whole number from 1 to {self.max_page_size}.", attr="page_size")
        return int(text)

    def _order(self, request: Request, view: Any) -> tuple[bool, str]:
        text = request.query_params.get("ordering") or str(getattr(view, "ordering", "id"))
        field = text.removeprefix("-")
        allowed = ordering_fields(view)
        if field not in allowed:
            raise InvalidInput(f"Must be one of {', '.join(allowed)}, or one with - before it.", attr="ordering")
        return text.startswith("-"), field

    def _from_cursor(self, queryset: QuerySet[Any], backwards: bool) -> QuerySet[Any]:
        falls = self.descending != backwards
        sign, beyond = ("-", "lt") if falls else ("", "gt")
        ordered = queryset.order_by(f"{sign}{self.field}", f"{sign}id")
        if self.cursor is None:
            return ordered
        column = F(self.field).resolve_expression(queryset.query.clone()).output_field
        value = _moment(self.cursor.value) if isinstance(column, DateTimeField) else self.cursor.value
        row = self.cursor.id
        try:
            after = Q(**{f"{self.field}__{beyond}": value}) | Q(**{self.field: value, f"id__{beyond}": row})
            # The first condition says nothing new, but an index can begin there, as it cannot with one of two.
            return ordered.filter(after, **{f"{self.field}__{beyond}e": value})
        except (ValidationError, ValueError, TypeError) as error:
            raise _bad_cursor() from error

    def _next(self) -> str | None:
        came_back = self.cursor is not None and self.cursor.backwards
        return self._link(self.page[-1:], backwards=False) if came_back or self.has_more else None

    def _previous(self) -> str | None:
        came_back = self.cursor is not None and self.cursor.backwards
        is_later = self.cursor is not None if not came_back else self.has_more
        return self._link(self.page[:1], backwards=True) if is_later else None

    def _link(self, edge: Sequence[Any], *, backwards: bool) -> str | None:
        """From the row at the edge of the page; an empty page has none, and is turned around where it stands."""
        if edge:
            cursor = Cursor(backwards, _value(edge[0], self.field), _value(edge[0], "id"))
        elif self.cursor is not None:
            cursor = replace(self.cursor, backwards=backwards)
        else:
            return None
        return replace_query_param(remove_query_param(self.url, "cursor"), "cursor", cursor.encode())

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        orders = [sign + field for field in ordering_fields(view) for sign in ("", "-")]
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        order = _parameter("ordering", "The order, falling with `-`.", {"type": "string", "enum": orders})
        return [
            _parameter("cursor", "Where to go on: from `next` or `previous`.", {"type": "string"}),
            _parameter("page_size", "Rows in a page.", size),
            {**order, "allowEmptyValue": True},  # like a filter: as a form sends it whose field is empty
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {
            "next": {**link, "description": "The address of the next page; null on the last."},
            "previous": {**link, "description": "The address of the page before; null on the first."},
            "results": {**schema, "description": "The rows of this page, in the order that was asked for."},
        }
        return {"type": "object", "required": list(properties), "properties": properties}


def ordering_fields(view: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*getattr(view, "ordering_fields", ()), "id")))


def _moment(value: Any) -> datetime:
    """No database compares with an instant of no zone, or before or after all years."""
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise _bad_cursor()
        return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise _bad_cursor() from error


def _value(row: Any, path: str) -> Any:
    if isinstance(row, Model):
        return reduce(getattr, path.split("__"), row)
    return row[path]


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "required": False, "in": "query", "description": description, "schema": schema}


def _bad_cursor() -> InvalidInput:
    return InvalidInput("This is not a cursor of this list.", attr="cursor")
