"""Writes of dividends that were declared, as providers name them."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from core.money import CURRENCIES
from portfolio.models import Asset, Dividend
from portfolio.providers.base import Payout
from portfolio.services.transaction_rules import number_problem

SAME_PAYOUT = timedelta(days=5)
"""The same amount again within so many days is the same dividend, on another day or named twice."""


@transaction.atomic
def dividends_record(*, asset: Asset, payouts: Sequence[Payout]) -> int:
    """Keep what is not known yet; how many that are. An amount that a provider corrects is corrected."""
    stored = {row.ex_date: row for row in Dividend.objects.filter(asset=asset)}
    new = 0
    for payout in sorted(payouts, key=lambda payout: payout.ex_date):
        row = stored.get(payout.ex_date) or _same(stored, payout)
        if not _is_possible(payout):
            continue
        if row is None:
            stored[payout.ex_date] = Dividend.objects.create(
                asset=asset, ex_date=payout.ex_date, amount=payout.amount, currency=payout.currency
            )
            new += 1
        elif row.ex_date == payout.ex_date:
            _correct(row, payout)
    return new


def _is_possible(payout: Payout) -> bool:
    return payout.currency in CURRENCIES and number_problem(payout.amount) is None and payout.amount > 0


def _same(stored: dict[date, Dividend], payout: Payout) -> Dividend | None:
    near = (row for day, row in stored.items() if abs(day - payout.ex_date) <= SAME_PAYOUT)
    return next((row for row in near if (row.amount, row.currency) == (payout.amount, payout.currency)), None)


def _correct(row: Dividend, payout: Payout) -> None:
    if (row.amount, row.currency) != (payout.amount, payout.currency):
        row.amount, row.currency = payout.amount, payout.currency
        row.save(update_fields=["amount", "currency"])
