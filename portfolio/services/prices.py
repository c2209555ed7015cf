"""Writes of closes: exact where they come in, float64 where they are stored."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from core.days import EARLIEST_DAY
from core.errors import FieldError, InvalidInput
from portfolio.models import PriceYear
from portfolio.prices.store import closes_merge
from portfolio.services.price_edits import price_edits_record
from portfolio.services.transaction_rules import number_problem
from portfolio.signals import prices_changed

Closes = Mapping[date, Decimal | None]
MOST_ERRORS = 100


@transaction.atomic
def prices_record(*, closes: Mapping[int, Closes]) -> dict[int, date]:
    """Merge closes as traded by asset and day (None removes one); the earliest day that changed, by asset.

    An error names the day, and before it the asset where there are several: `2024-01-02`, `7.2024-01-02`.
    """
    errors = list(_errors(closes))
    if errors:
        raise InvalidInput.many(errors[:MOST_ERRORS])
    price_edits_record(closes)
    since = closes_merge({asset: _floats(days) for asset, days in closes.items()})
    if since:
        prices_changed.send(sender=PriceYear, since=since)
    return since


def close_error(day: date, close: Decimal | None, *, latest: date) -> FieldError | None:
    """What is wrong with one close, with `date` or `close` as its field."""
    if not EARLIEST_DAY <= day <= latest:
        return FieldError("date", "invalid", f"Must be a day from {EARLIEST_DAY} to {latest}.")
    if close is None:
        return None
    problem = number_problem(close) or (("min_value", "Must be more than 0.") if not close else None)
    return FieldError("close", *problem) if problem else None


def latest_close_day() -> date:
    """Tomorrow in UTC: the latest day that it can be anywhere."""
    return timezone.now().date() + timedelta(days=1)


def _errors(closes: Mapping[int, Closes]) -> Iterator[FieldError]:
    latest = latest_close_day()
    for asset, days in closes.items():
        prefix = f"{asset}." if len(closes) > 1 else ""
        for day, close in days.items():
            error = close_error(day, close, latest=latest)
            if error is not None:
                yield FieldError(f"{prefix}{day}", error.code, error.detail)


def _floats(days: Closes) -> dict[date, float | None]:
    """The one line at which exact prices become float64."""
    return {day: None if close is None else float(close) for day, close in days.items()}
