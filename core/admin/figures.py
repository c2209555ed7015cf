"""Exact figures as people write them, in lists, on pages and in inputs of the admin."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin

from core.money import plain


class PlainNumberInput(forms.NumberInput):
    """0.00000001 rather than 1E-8."""

    def format_value(self, value: Any) -> str | None:
        return plain(value) if isinstance(value, Decimal) and value.is_finite() else super().format_value(value)


def figure(name: str, places: int | None = None) -> Callable[[Any], str]:
    """A column of an exact decimal, which no list can be ordered by: on SQLite such columns are text.

    places: decimals to round to, where a list needs no more; else all that there are.
    """

    @admin.display(description=name.replace("_", " "))
    def column(obj: Any) -> str:
        value: Decimal | None = getattr(obj, name)
        return "–" if value is None else grouped(value if places is None else round(value, places))

    column.__name__ = name
    return column


def grouped(value: Decimal) -> str:
    whole, point, fraction = plain(value).partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{point}{fraction}"
