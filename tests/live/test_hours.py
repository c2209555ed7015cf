"""Hours of markets: what is open, until when a price is fresh, and which closes there should be."""

from datetime import date, timedelta

import pytest

from portfolio.live import hours
from tests.live.conftest import at, source_of

INDIAN = source_of("RELIANCE.NS", currency="INR")
AMERICAN = source_of("AAPL")
BRITISH = source_of("VOD.L", currency="GBP")
COIN = source_of("BTC-USD", asset_class="crypto")
DOLLAR = source_of("USDINR=X", asset_class="fx", currency="INR")
GOLD = source_of("GC=F", asset_class="gold")
FUND = source_of("122639", provider="mfapi", asset_class="mutual_fund", currency="INR")
UNKNOWN = source_of("THING.QQ")

# 2026-11-20 is a Friday; 2026-11-24 (Guru Nanak) is no market day in India, 2026-11-26 (Thanksgiving) none in New York.


@pytest.mark.parametrize(
    ("source", "moment", "is_open"),
    [
        (INDIAN, "2026-11-20 03:44", False),  # 09:14 in India
        (INDIAN, "2026-11-20 03:45", True),
        (INDIAN, "2026-11-20 09:59", True),
        (INDIAN, "2026-11-20 10:00", False),  # 15:30
        (INDIAN, "2026-11-21 06:00", False),  # Saturday
        (INDIAN, "2026-11-24 06:00", False),  # a holiday
        (INDIAN, "2027-03-01 06:00", True),  # a Monday beyond the calendar
        (INDIAN, "2027-03-06 06:00", False),  # a Saturday beyond it
        (INDIAN, "2031-03-03 06:00", True),  # a Monday far beyond it
        (AMERICAN, "2026-11-20 14:29", False),  # 09:29 in New York
        (AMERICAN, "2026-11-20 14:30", True),
        (AMERICAN, "2026-11-20 21:00", False),
        (AMERICAN, "2026-07-01 13:30", True),  # summer time
        (AMERICAN, "2026-11-26 16:00", False),  # a holiday
        (AMERICAN, "2026-11-27 18:30", False),  # the day after it ends at 13:00
        (BRITISH, "2026-11-20 08:00", True),
        (BRITISH, "2026-11-20 16:30", False),
        (COIN, "2026-11-22 03:00", True),  # Sunday
        (DOLLAR, "2026-11-20 23:00", True),
        (DOLLAR, "2026-11-22 12:00", False),
        (GOLD, "2026-11-20 03:00", True),
        (GOLD, "2026-11-22 12:00", False),
        (UNKNOWN, "2026-11-20 23:00", True),
        (UNKNOWN, "2026-11-22 12:00", False),
    ],
)
def test_a_market_is_open_by_its_own_hours(source, moment, is_open) -> None:
    assert hours.is_open(source, at(moment)) is is_open


@pytest.mark.parametrize(
    ("source", "moment", "closes"),
    [
        (INDIAN, "2026-11-20 06:00", "2026-11-20 10:00"),
        (INDIAN, "2026-11-23 11:00", "2026-11-25 10:00"),  # Tuesday is a holiday
        (INDIAN, "2026-12-31 11:00", "2027-01-01 10:00"),  # a Friday, beyond the calendar
        (AMERICAN, "2026-11-25 22:00", "2026-11-27 18:00"),
        (COIN, "2026-11-22 03:00", "2026-11-23 00:00"),
    ],
)
def test_the_next_close(source, moment, closes) -> None:
    assert hours.next_close(source, at(moment)) == at(closes)


@pytest.mark.parametrize("source", [INDIAN, AMERICAN, BRITISH, COIN, DOLLAR, UNKNOWN])
def test_the_price_of_an_open_market_is_fresh_for_ten_seconds(source) -> None:
    moment = at("2026-11-20 09:00") if source is not AMERICAN else at("2026-11-20 15:00")
    assert hours.stale_at(source, moment) == moment + timedelta(seconds=10)


@pytest.mark.parametrize(
    ("source", "moment", "opens"),
    [
        (INDIAN, "2026-11-20 10:46", "2026-11-23 03:45"),  # over the weekend
        (INDIAN, "2026-11-23 10:46", "2026-11-25 03:45"),  # over a holiday
        (INDIAN, "2026-12-31 10:46", "2027-01-01 03:45"),
        (AMERICAN, "2026-11-25 21:46", "2026-11-27 14:30"),
        (DOLLAR, "2026-11-21 12:00", "2026-11-23 00:00"),
    ],
)
def test_the_price_of_a_closed_market_is_fresh_until_it_opens(source, moment, opens) -> None:
    assert hours.stale_at(source, at(moment)) == at(opens)


def test_the_last_price_of_a_session_may_come_after_its_end() -> None:
    moment = at("2026-11-20 10:30")
    assert hours.stale_at(INDIAN, moment) == moment + timedelta(seconds=10)


@pytest.mark.parametrize(
    ("moment", "day", "again"),
    [
        ("2026-11-20 12:00", "2026-11-19", "2026-11-20 15:45"),  # Friday afternoon: at 21:15 in India
        ("2026-11-20 16:00", "2026-11-20", "2026-11-23 15:45"),  # Friday's has come: Monday evening
        ("2026-11-20 16:00", "2026-11-19", "2026-11-20 18:05"),  # not yet: at 23:35
        ("2026-11-21 01:00", "2026-11-19", "2026-11-21 04:45"),  # still not, on Saturday: at 10:15
        ("2026-11-23 16:00", "2026-11-23", "2026-11-25 15:45"),  # over a holiday
        ("2026-11-20 20:00", None, "2026-11-20 21:50"),  # never had one
    ],
)
def test_a_nav_is_asked_for_once_a_day_until_it_has_come(moment, day, again) -> None:
    assert hours.stale_at(FUND, at(moment), day=day and date.fromisoformat(day)) == at(again)


@pytest.mark.parametrize(
    ("source", "moment", "day"),
    [
        (INDIAN, "2026-11-20 10:44", "2026-11-19"),
        (INDIAN, "2026-11-20 10:45", "2026-11-20"),
        (INDIAN, "2026-11-22 12:00", "2026-11-20"),
        (INDIAN, "2026-11-24 12:00", "2026-11-23"),
        (INDIAN, "2027-01-01 00:10", "2026-12-31"),
        (INDIAN, "2027-03-01 10:45", "2027-03-01"),
        (AMERICAN, "2026-11-27 00:00", "2026-11-25"),
        (AMERICAN, "2026-11-27 18:45", "2026-11-27"),
        (AMERICAN, "2027-01-01 00:10", "2026-12-31"),
        (FUND, "2026-11-20 17:59", "2026-11-19"),
        (FUND, "2026-11-20 18:00", "2026-11-20"),
        (COIN, "2026-11-22 00:14", "2026-11-20"),
        (COIN, "2026-11-22 00:15", "2026-11-21"),
        (DOLLAR, "2026-11-22 12:00", "2026-11-20"),
    ],
)
def test_the_last_day_whose_close_should_be_there(source, moment, day) -> None:
    assert hours.last_session_day(source, at(moment)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("source", "moment", "due"),
    [
        (INDIAN, "2026-11-20 10:44", "2026-11-20 10:45"),
        (INDIAN, "2026-11-20 10:45", "2026-11-23 10:45"),
        (AMERICAN, "2026-11-25 22:00", "2026-11-27 18:45"),
        (FUND, "2026-11-20 16:00", "2026-11-20 18:00"),
        (COIN, "2026-11-22 12:00", "2026-11-23 00:15"),
    ],
)
def test_the_next_close_is_fetched_when_it_should_be_there(source, moment, due) -> None:
    assert hours.next_sync_at(source, at(moment)) == at(due)


def test_rupee_prices_without_a_suffix_are_indian() -> None:
    assert hours.is_open(source_of("INFY", provider="fixed", currency="INR"), at("2026-11-20 06:00"))


def test_an_index_has_the_hours_of_its_market() -> None:
    assert hours.next_close(source_of("^NSEI", asset_class="index"), at("2026-11-20 06:00")) == at("2026-11-20 10:00")
    assert hours.next_close(source_of("^GSPC", asset_class="index"), at("2026-11-20 06:00")) == at("2026-11-20 21:00")
