"""The field of an amount of everyday money."""

from typing import Any

from core.fields import MONEY_PLACES, MOST_MONEY, money_of
from core.serializers import DecimalField

SMALLEST = money_of(1)


class MoneyField(DecimalField):
    """At most 4 decimals, and below 1e12 either way."""

    def __init__(self, **kwargs: Any) -> None:
        most = MOST_MONEY - SMALLEST
        super().__init__(**{"decimal_places": MONEY_PLACES, "max_value": most, "min_value": -most, **kwargs})
