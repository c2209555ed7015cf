"""What the pages of everyday money have in common: amounts without exponents, and tags as people write them."""

from typing import Any, ClassVar

from django import forms

from core.admin.base import ServiceAdmin
from core.admin.figures import PlainNumberInput
from core.fields import MoneyField


class MoneyAdmin(ServiceAdmin):
    formfield_overrides: ClassVar[dict[Any, Any]] = {MoneyField: {"widget": PlainNumberInput}}


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
