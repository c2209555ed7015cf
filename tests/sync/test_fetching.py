"""An asset's closes are fetched once from the first day needed, then extended; edits download nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portfolio.models import Asset
from tests.sync.conftest import TODAY, Shelf, buy, due_at, flat, payout, source_of, stored, sync, travel

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def market(shelf: Shelf) -> Shelf:
    shelf.put("ACME", flat("2023-01-02", "2024-01-30", "100"), payouts=[payout("2024-01-15", "0.5")])
    return shelf


def test_the_first_fetch_begins_ten_days_before_the_first_holding(market: Shelf, acme: Asset, account) -> None:
    buy(account, acme, "2024-01-15")

    sync()

    assert market.asked == [("ACME", date(2024, 1, 5))]
    closes = stored(acme)
    assert (min(closes), max(closes)) == ("2024-01-05", "2024-01-30")
    source = source_of(acme)
    assert (source.wanted_from, source.fetched_from, source.is_held) == (date(2024, 1, 5), date(2024, 1, 5), True)
    assert source.lease_owner == ""
    assert due_at(acme) > datetime(2024, 1, 31, 12, tzinfo=UTC)


def test_what_nobody_holds_is_not_fetched(market: Shelf, acme: Asset) -> None:
    sync()

    assert market.asked == []
    assert source_of(acme).due_at is None


def test_edits_download_nothing_that_is_stored(market: Shelf, acme: Asset, account) -> None:
    buy(account, acme, "2024-01-15")
    sync()

    for day in ("2024-01-16", "2024-01-20", "2024-01-30"):
        buy(account, acme, day)
        sync()

    assert len(market.asked) == 1


def test_an_earlier_purchase_fetches_from_its_day_on(market: Shelf, acme: Asset, account) -> None:
    buy(account, acme, "2024-01-15")
    sync()
    buy(account, acme, "2023-06-15")
    sync()

    assert market.asked == [("ACME", date(2024, 1, 5)), ("ACME", date(2023, 6, 5))]
    assert min(stored(acme)) == "2023-06-05"
    assert source_of(acme).fetched_from == date(2023, 6, 5)


def test_an_extension_asks_for_the_last_ten_days_and_overwrites_them(market: Shelf, acme: Asset, account) -> None:
    buy(account, acme, "2023-06-15")
    sync()
    longer = flat("2023-01-02", "2024-02-01", "100")
    longer[date(2024, 1, 30)] = Decimal("101.5")
    market.put("ACME", longer)

    with travel(TODAY + timedelta(days=2)):
        sync()

    assert market.asked[1:] == [("ACME", date(2024, 1, 20))]
    closes = stored(acme)
    assert closes["2024-01-30"] == "101.5"
    assert (closes["2024-01-29"], closes["2024-02-01"]) == ("100", "100")


def test_what_was_sold_is_not_extended(market: Shelf, acme: Asset, account) -> None:
    buy(account, acme, "2024-01-15")
    buy(account, acme, "2024-01-17", kind="sell")

    sync()

    assert source_of(acme).due_at is None
    assert max(stored(acme)) == "2024-01-30"


def test_dividends_are_kept_once(market: Shelf, acme: Asset, account) -> None:
    buy(account, acme, "2023-06-15")
    sync()
    with travel(TODAY + timedelta(days=2)):
        sync()

    dividend = acme.dividends.get()
    assert (dividend.ex_date, dividend.amount, dividend.currency) == (date(2024, 1, 15), Decimal("0.5"), "USD")


def test_a_first_answer_that_was_short_is_completed(market: Shelf, acme: Asset, account, clock: Any) -> None:
    market.put("ACME", flat("2024-01-22", "2024-01-30", "100"))
    buy(account, acme, "2023-01-16")
    sync()
    assert min(stored(acme)) == "2024-01-22"

    market.put("ACME", flat("2023-01-02", "2024-02-10", "100"))
    clock.move_to(due_at(acme))
    sync()

    assert min(stored(acme)) == "2023-01-06"
    clock.move_to(due_at(acme))
    sync()
    assert market.asked[-1] == ("ACME", max(map(date.fromisoformat, list(stored(acme))[:-1])) - timedelta(days=10))


def test_sessions_that_were_missing_are_filled_in_when_they_come(
    market: Shelf, acme: Asset, account, clock: Any
) -> None:
    """Also weeks later, when the days before the last close are long others."""
    full = flat("2023-01-02", "2024-03-30", "100")
    market.put("ACME", {day: close for day, close in full.items() if not date(2024, 1, 10) <= day <= date(2024, 1, 16)})
    buy(account, acme, "2023-01-16")
    for _ in range(20):
        sync()
        clock.move_to(due_at(acme))
    assert "2024-01-12" not in stored(acme)

    market.put("ACME", full)
    sync()
    assert {f"2024-01-{day}" for day in (10, 11, 12, 15, 16)} <= stored(acme).keys()
    clock.move_to(due_at(acme))
    sync()
    assert market.asked[-1][1] > date(2024, 2, 1)
