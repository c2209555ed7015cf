"""Writes of declared dividends by an administrator. What its provider still sends otherwise comes back so."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.errors import InvalidInput
from portfolio.models import Asset, Dividend
from portfolio.services.transaction_rules import number_problem


@transaction.atomic
def dividend_declare(*, asset: Asset, ex_date: date, amount: Decimal, currency: str) -> Dividend:
    dividend = Dividend(asset=asset, ex_date=ex_date, amount=amount, currency=currency)
    _check(dividend)
    dividend.save()
    return dividend


@transaction.atomic
def dividend_change(*, dividend: Dividend, changes: Mapping[str, Any]) -> Dividend:
    """What people recorded of it stays as they entered it."""
    dividend = Dividend.objects.select_for_update().get(pk=dividend.pk)
    for name, value in changes.items():
        setattr(dividend, name, value)
    _check(dividend)
    dividend.save()
    return dividend


@transaction.atomic
def dividend_delete(*, dividend: Dividend) -> None:
    """It is proposed no more; the transactions of those who recorded it stay."""
    dividend.delete()


def _check(dividend: Dividend) -> None:
    problem = number_problem(dividend.amount)
    if problem is not None:
        raise InvalidInput(problem[1], attr="amount", code=problem[0])
    if dividend.amount == 0:
        raise InvalidInput("Must be more than zero.", attr="amount", code="min_value")
    others = Dividend.objects.filter(asset=dividend.asset, ex_date=dividend.ex_date).exclude(pk=dividend.pk)
    if others.exists():
        raise InvalidInput("There is a dividend of that day already.", attr="ex_date", code="unique")
