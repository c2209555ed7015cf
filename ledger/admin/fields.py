"""Fields of the forms of everyday money: tags as people write them, and conditions of rules as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from rest_framework.exceptions import ParseError

from core.errors import InvalidInput
from core.parsers import loads
from ledger.conditions import OPS, ConditionError, condition_checked


class TagsField(forms.CharField):
    """Words with spaces between them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "help_text": "Without #, with spaces between them.", **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(super().clean(value).split())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or ()) != (data or "").split()


class ConditionsField(forms.CharField):
    """A list in JSON, read as strictly as that of a request."""

    def __init__(self, **kwargs: Any) -> None:
        asked = "; ".join(f"{field}: {', '.join(ops)}" for field, ops in OPS.items())
        told = f'A list such as [{{"field": "payee", "op": "contains", "value": "uber"}}]. {asked}.'
        super().__init__(**{"widget": forms.Textarea({"rows": 4, "cols": 80}), "help_text": told, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value or [], ensure_ascii=False)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        try:
            found = loads(super().clean(value).encode())
        except ParseError as error:
            raise forms.ValidationError(str(error.detail)) from error
        except InvalidInput as error:
            raise forms.ValidationError([f"{each.attr}: {each.detail}" for each in error.errors]) from error
        if not isinstance(found, list):
            raise forms.ValidationError("Must be a list of conditions.")
        return [_condition(index, each) for index, each in enumerate(found)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


def _condition(index: int, told: Any) -> dict[str, Any]:
    if not isinstance(told, Mapping):
        raise forms.ValidationError(f"{index}: A condition has a field, an op and a value.")
    try:
        return condition_checked(told.get("field"), told.get("op"), told.get("value"))
    except ConditionError as error:
        raise forms.ValidationError(f"{index}.{error.part}: {error}") from error
