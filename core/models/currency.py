"""The code of a currency, as a column."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from core.money import CURRENCIES


def validate_currency(code: str) -> None:
    if code not in CURRENCIES:
        raise ValidationError(f"{code!r} is not an ISO 4217 currency code.", code="invalid_currency")


def default_currency() -> str:
    return str(settings.DEFAULT_CURRENCY)


class CurrencyField(models.CharField):
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        kwargs.setdefault("validators", [validate_currency])
        super().__init__(*args, **kwargs)
