"""The dividends and interest that a person entered, as the measures of income take them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from analytics.engine.carry import FloatArray
from analytics.engine.flows import converted, rates_applied
from analytics.engine.income import Payments
from analytics.engine.panel import MONEY
from analytics.panels import Portrait
from portfolio.books.events import gross_of
from portfolio.models import Transaction

Place = tuple[int, int | None]
"""(account, asset; None for money)"""

_KINDS = (Transaction.Kind.DIVIDEND, Transaction.Kind.INTEREST)
_COLUMNS = (
    "account_id",
    "asset_id",
    "kind",
    "date",
    "currency",
    "fee",
    "tax",
    "quantity",
    "price",
    "amount",
    "fx_rate",
)


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment; amounts in `currency`, `gross` before fee and tax.

    rate: the one that was applied, if any: units of `rate_currency` for one of `currency`.
    """

    account: int
    asset: int | None
    is_dividend: bool
    day: date
    currency: str
    gross: Decimal
    fee: Decimal
    tax: Decimal
    quantity: Decimal | None
    rate: Decimal | None
    rate_currency: str

    @property
    def place(self) -> Place:
        return self.account, self.asset


def lines_by_place(portrait: Portrait) -> dict[Place, int]:
    """Which line of the panel is which asset, or money, of which account."""
    panel = portrait.panel
    assets = [None if row == MONEY else portrait.asset_ids[row] for row in panel.asset.tolist()]
    return {place: line for line, place in enumerate(zip(panel.account.tolist(), assets, strict=True))}


def payments_load(user_id: int, portrait: Portrait, places: Collection[Place]) -> list[Paid]:
    """All of the days of the portrait that belong to its lines, oldest first."""
    days = (portrait.panel.first, portrait.panel.last)
    rows = Transaction.objects.filter(user_id=user_id, kind__in=_KINDS, date__range=days).order_by("date", "id")
    paid = (_paid(*row) for row in rows.values_list(*_COLUMNS, "account__currency"))
    known = set(portrait.currencies)  # what is entered while the panel is made may bring another one
    return [row for row in paid if row.place in places and {row.currency, row.rate_currency} <= known | {""}]


def _paid(*row: Any) -> Paid:
    account, asset, kind, day, currency, fee, tax, quantity, price, amount, rate, account_currency = row
    return Paid(
        account=account,
        asset=asset,
        is_dividend=kind == Transaction.Kind.DIVIDEND,
        day=day,
        currency=currency,
        gross=gross_of(quantity, price) if amount is None else amount,
        fee=fee,
        tax=tax,
        quantity=quantity,
        rate=rate,
        rate_currency="" if rate is None else account_currency,
    )


def payments_of(paid: Sequence[Paid], portrait: Portrait, lines: Mapping[Place, int]) -> Payments:
    """The same in the currency of the portrait, each at the rate of its day or the one that was applied."""
    day = np.array([row.day.toordinal() for row in paid], np.int64)
    rate = _rates(paid, portrait, day - portrait.panel.first.toordinal())
    gross, fee, tax = (np.array([float(getattr(row, name)) for row in paid]) for name in ("gross", "fee", "tax"))
    return Payments(
        day=day,
        line=np.array([lines[row.place] for row in paid], np.int64),
        is_dividend=np.array([row.is_dividend for row in paid], bool),
        income=converted(gross, rate),
        fee=converted(fee, rate),
        tax=converted(tax, rate),
    )


def _rates(paid: Sequence[Paid], portrait: Portrait, column: Any) -> FloatArray:
    index = {code: i for i, code in enumerate(portrait.currencies)}
    return rates_applied(
        portrait.panel.rates,
        np.array([index[row.currency] for row in paid], np.int64),
        column,
        applied=np.array([np.nan if row.rate is None else float(row.rate) for row in paid]),
        to=np.array([-1 if row.rate is None else index[row.rate_currency] for row in paid], np.int64),
    )
