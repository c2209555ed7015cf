"""When a source is due again, by the hours of its market: New York, on a Wednesday in January."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portfolio.models import Asset, PriceSource
from portfolio.sync.schedule import due_after_failure, due_after_refusal, due_after_success, due_after_unknown

EVENING = datetime(2024, 1, 31, 22, tzinfo=UTC)
"""The session ended at 21:00, and its close is final 45 minutes later."""
NEXT_CLOSE = datetime(2024, 2, 1, 21, 45, tzinfo=UTC)
JITTER = timedelta(minutes=10)


def due(prices_to: date | None, *, now: datetime = EVENING, **fields: Any) -> datetime | None:
    asset = Asset(symbol="AAPL", asset_class="stock", currency="USD", prices_to=prices_to)
    known: dict[str, Any] = {"is_held": True, "wanted_from": date(2024, 1, 2), "fetched_from": date(2024, 1, 2)}
    source = PriceSource(asset=asset, provider="yahoo", symbol="AAPL", exchange="NMS", **(known | fields))
    return due_after_success(source, asset, now)


def between(first: datetime, at: datetime | None, length: timedelta = JITTER) -> bool:
    return at is not None and first <= at <= first + length


def test_the_next_close_is_fetched_when_it_is_final() -> None:
    assert between(NEXT_CLOSE, due(date(2024, 1, 31)))


def test_after_friday_comes_monday() -> None:
    friday = datetime(2024, 2, 2, 22, tzinfo=UTC)

    assert between(datetime(2024, 2, 5, 21, 45, tzinfo=UTC), due(date(2024, 2, 2), now=friday))


def test_a_close_that_is_late_is_looked_for_sooner() -> None:
    assert between(EVENING + timedelta(hours=3), due(date(2024, 1, 30)))


def test_what_is_not_traded_any_more_is_not_looked_for_all_day() -> None:
    assert between(NEXT_CLOSE, due(date(2023, 12, 1)))
    assert between(NEXT_CLOSE, due(None))


def test_what_nobody_holds_is_not_due() -> None:
    assert due(date(2024, 1, 31), is_held=False) is None


def test_what_was_needed_earlier_meanwhile_is_due_at_once() -> None:
    assert due(date(2024, 1, 31), wanted_from=date(2020, 1, 2)) == EVENING


@pytest.mark.parametrize("failures", [1, 2, 5, 50])
def test_waits_after_failures(failures: int) -> None:
    expected = min(timedelta(seconds=15) * 2 ** min(failures - 1, 10), timedelta(minutes=10))

    assert between(EVENING + 0.7 * expected, due_after_failure(failures, EVENING, is_down=True), 0.3 * expected)


def test_waits_after_refusals_are_hours_at_last() -> None:
    assert due_after_refusal(1, EVENING) <= EVENING + timedelta(minutes=10)
    assert due_after_refusal(9, EVENING) >= EVENING + timedelta(hours=4)


def test_an_unknown_symbol_is_asked_for_on_another_hour_then_daily() -> None:
    assert between(EVENING + timedelta(hours=1), due_after_unknown(1, EVENING))
    assert between(EVENING + timedelta(days=1), due_after_unknown(2, EVENING), timedelta(hours=3))
