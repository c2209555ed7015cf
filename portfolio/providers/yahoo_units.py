"""What Yahoo's prices are counted in: some of hundredths of a currency, named by a code of Yahoo's own."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from portfolio.prices.adjusting import rounded
from portfolio.providers.base import WrongAnswer

MINOR_UNITS = {
    "GBp": ("GBP", 100),
    "GBX": ("GBP", 100),
    "ZAc": ("ZAR", 100),
    "ILA": ("ILS", 100),
    "USX": ("USD", 100),
    "KWF": ("KWD", 1000),
}
USUAL_DECIMALS = 2
LENGTH_OF_A_CODE = 3


class Unit(NamedTuple):
    """of_currency: how many of it are one of the currency: 100 pence are a pound."""

    currency: str
    of_currency: int

    def whole(self, value: float, hint: int = USUAL_DECIMALS) -> Decimal:
        """In the currency. hint: the decimals that prices have in this unit."""
        return rounded(value, hint) / self.of_currency


def unit_of(code: str | None, symbol: str) -> Unit:
    """The case counts: GBp are pence."""
    if not code or len(code) != LENGTH_OF_A_CODE:
        raise WrongAnswer(f"Yahoo names no currency for {symbol}.")
    return Unit(*MINOR_UNITS.get(code, (code.upper(), 1)))


def hint_of(values: Mapping[str, object]) -> int:
    """priceHint: the decimals that its prices have."""
    hint = values.get("priceHint")
    return hint if isinstance(hint, int) else USUAL_DECIMALS
