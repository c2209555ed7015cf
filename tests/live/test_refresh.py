"""The lane of quotes, the real yfinance against the replica: what is watched is asked for, kept, and never lost."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection

from core import background
from portfolio.live import watching
from portfolio.live.board import board_load, watch
from portfolio.live.claims import refresh_claim, refresh_release
from portfolio.live.gate import provider_states
from portfolio.live.quotes import refresh_due_quotes
from portfolio.models import PriceSource, ProviderState, Quote
from portfolio.services.prices import prices_record
from tests.live.conftest import at, stored_source, travel
from tests.upstream.replica import Replica

FRIDAY = "2026-11-20 15:00"
"""10:00 in New York; 20:30 in India, where trade is over and the NAVs are not out."""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_unforeseen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The lane goes on after whatever happens; here, it is to be seen."""
    yield
    assert not [record.exc_text for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(at(FRIDAY), tick=False) as clock:
        yield clock


@pytest.fixture
def apple(replica: Replica, clock: Any) -> PriceSource:
    replica.world.set_price("AAPL", 271.5, previous_close=270.25)
    return stored_source("AAPL")


def refresh(*sources: PriceSource) -> bool:
    """Somebody looks, and the lane does what is due."""
    watch(source.asset_id for source in sources)
    return refresh_due_quotes()


def quote_of(source: PriceSource) -> Quote:
    return Quote.objects.get(asset=source.asset_id)


def quote_requests(replica: Replica) -> int:
    return sum(record.path == "/v7/finance/quote" for record in replica.requests_to("yahoo"))


def test_what_is_watched_gets_a_price(replica, clock, apple) -> None:
    assert refresh(apple)
    quote, live = quote_of(apple), board_load().prices[apple.asset_id]
    assert (quote.price, quote.previous_close) == (Decimal("271.5"), Decimal("270.25"))
    assert (quote.day, quote.problem) == (date(2026, 11, 20), "")
    assert (quote.fetched_at, quote.stale_at) == (at(FRIDAY), at(FRIDAY) + timedelta(seconds=10))
    assert (live.price, live.day, live.at, live.previous_close) == (quote.price, quote.day, quote.at, Decimal("270.25"))


def test_nobody_asks_for_what_nobody_watches(replica, clock, apple) -> None:
    assert not refresh_due_quotes()
    refresh(apple)
    asked = len(replica.log)
    clock.shift(121)
    assert not refresh_due_quotes()
    assert len(replica.log) == asked


def test_a_price_is_asked_for_every_ten_seconds_at_most(replica, clock, apple) -> None:
    for _ in range(61):
        refresh(apple)
        clock.shift(1)
    assert quote_requests(replica) == 7


def test_while_requests_are_scanty_prices_come_once_a_minute(replica, clock, apple) -> None:
    """Twenty are left, and quotes leave forty to others; at 260 an hour it takes five minutes to have them again."""
    refresh(apple)
    ProviderState.objects.update(allowance=20)
    replica.records.reset()
    for _ in range(120):
        clock.shift(1)
        refresh(apple)
    assert quote_requests(replica) == 2
    assert {each.provider: each.state for each in provider_states()}["yahoo"] == "saving"
    clock.shift(300)
    refresh(apple)
    clock.shift(10)
    refresh(apple)
    assert quote_requests(replica) == 4
    assert {each.provider: each.state for each in provider_states()}["yahoo"] == "ok"


def test_the_price_of_a_closed_market_is_asked_for_once(replica, clock) -> None:
    source = stored_source("RELIANCE.NS", currency="INR")
    for _ in range(20):
        refresh(source)
        clock.shift(60)
    assert quote_requests(replica) == 1
    assert quote_of(source).stale_at == at("2026-11-23 03:45")


def test_a_version_stands_for_as_long_as_the_prices_do(replica, clock, apple) -> None:
    clock.move_to(at("2026-11-21 12:00"))  # Saturday: the last trade stays the last
    refresh(apple)
    board = board_load()
    Quote.objects.update(stale_at=None)
    clock.shift(10)
    refresh(apple)
    assert quote_of(apple).fetched_at == at("2026-11-21 12:00:10")
    assert board_load() is board
    replica.world.set_price("AAPL", 272.0, previous_close=270.25)
    Quote.objects.update(stale_at=None)
    clock.shift(10)
    refresh(apple)
    assert board_load().version != board.version
    assert board_load().prices[apple.asset_id].price == 272


def test_five_hundred_symbols_take_a_handful_of_requests(replica, clock) -> None:
    sources = [stored_source(f"SYM{number}") for number in range(500)]
    refresh(*sources)
    assert Quote.objects.filter(price__isnull=False, problem="").count() == 500
    assert len(replica.requests_to("yahoo")) <= 6


def test_one_of_many_threads_asks(replica, clock) -> None:
    sources = [stored_source(symbol) for symbol in ("AAPL", "MSFT")]
    replica.latency = 0.1
    begin = threading.Barrier(8)

    def look() -> None:
        begin.wait()
        refresh(*sources)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        for each in [pool.submit(look) for _ in range(8)]:
            each.result()
    assert quote_requests(replica) == 1


@pytest.mark.parametrize("seconds", [1, 20])
def test_a_host_whose_clock_is_ahead_is_not_asked_after(replica, clock, apple, seconds) -> None:
    """What it has claimed, or has just fetched, is its own also where that lies ahead."""
    clock.shift(seconds)
    assert refresh_claim("yahoo")
    clock.shift(-seconds)
    assert not refresh(apple)
    refresh_release("yahoo")
    assert not refresh(apple)
    clock.shift(seconds + 10)
    assert refresh(apple)


def test_a_clock_that_was_put_back_stops_no_refresh(replica, clock, apple) -> None:
    assert refresh_claim("yahoo")
    clock.shift(-3600)
    assert refresh(apple)


def test_the_refresh_of_a_process_that_died_is_taken_over(replica, clock, apple) -> None:
    ProviderState.objects.create(provider="yahoo", lease_owner="gone", lease_until=at(FRIDAY) + timedelta(seconds=60))
    assert not refresh(apple)
    clock.shift(60)
    assert refresh(apple)
    assert ProviderState.objects.get(provider="yahoo").lease_until is None


@pytest.mark.parametrize("mode", [429, 500, 503, 404, "garbage", "html", "emptyobj", "empty", "drop", "truncate"])
def test_a_failure_keeps_the_last_price_and_ends_with_its_cause(replica, clock, apple, mode) -> None:
    refresh(apple)
    replica.fault("yahoo.com", mode)
    for _ in range(4):
        clock.shift(10)
        refresh(apple)
    assert (quote_of(apple).price, quote_of(apple).at) == (Decimal("271.5"), board_load().prices[apple.asset_id].at)
    assert ProviderState.objects.get(provider="yahoo").error_code
    replica.faults.reset()
    clock.shift(60)
    refresh(apple)
    assert quote_of(apple).fetched_at == at(FRIDAY) + timedelta(seconds=100)
    assert ProviderState.objects.get(provider="yahoo").error_code == ""


def test_an_unknown_symbol_says_so_and_keeps_its_price(replica, clock, apple) -> None:
    refresh(apple)
    replica.world.delete("AAPL")
    clock.shift(10)
    refresh(apple)
    quote = quote_of(apple)
    assert quote.price == Decimal("271.5")
    assert "does not know AAPL" in quote.problem
    assert quote.stale_at == at(FRIDAY) + timedelta(seconds=10, hours=1)


def test_another_currency_is_not_believed(replica, clock) -> None:
    source = stored_source("AAPL", currency="INR")
    refresh(source)
    quote = quote_of(source)
    assert quote.price is None
    assert quote.problem == "It was sent in USD, and AAPL is in INR."
    assert source.asset_id not in board_load().prices


def test_an_older_price_does_not_replace_a_newer_one(replica, clock, apple) -> None:
    refresh(apple)
    newer = at(FRIDAY) + timedelta(minutes=5)
    Quote.objects.update(price=280, at=newer, stale_at=None)
    replica.world.set_price("AAPL", 275.0)
    clock.shift(10)
    refresh(apple)
    quote = quote_of(apple)
    assert (quote.price, quote.at) == (280, newer)
    assert quote.fetched_at == at(FRIDAY) + timedelta(seconds=10)


def test_a_price_in_other_shares_waits_for_the_history(replica, clock, apple, monkeypatch) -> None:
    """The close of the day before was 1,080 and is stated as 270: there was a 4:1 split that nobody has told of yet."""
    prices_record(closes={apple.asset_id: {date(2026, 11, 19): Decimal(1080)}})
    replica.world.set_price("AAPL", 271.5, previous_close=270.0)
    refresh(apple)
    quote = quote_of(apple)
    assert quote.price is None
    assert "4:1" in quote.problem
    apple.refresh_from_db()
    assert apple.due_at == at(FRIDAY)


def test_a_history_that_was_just_read_is_not_read_again_for_that(replica, clock, apple) -> None:
    prices_record(closes={apple.asset_id: {date(2026, 11, 19): Decimal(1080)}})
    PriceSource.objects.update(synced_at=at(FRIDAY) - timedelta(minutes=30), due_at=None)
    replica.world.set_price("AAPL", 271.5, previous_close=270.0)
    refresh(apple)
    apple.refresh_from_db()
    assert apple.due_at is None


def test_funds_come_beside_stocks_and_wait_for_the_next_evening(replica, clock, apple) -> None:
    fund = stored_source("122639", provider="mfapi", asset_class="mutual_fund", currency="INR")
    refresh(apple, fund)
    assert quote_of(fund).day == date(2026, 11, 19)
    assert quote_of(fund).stale_at == at("2026-11-20 15:45")
    assert quote_of(apple).price == Decimal("271.5")


def test_one_provider_that_fails_does_not_hold_up_another(replica, clock, apple) -> None:
    fund = stored_source("122639", provider="mfapi", asset_class="mutual_fund", currency="INR")
    replica.fault("yahoo.com", 500)
    refresh(apple, fund)
    assert quote_of(apple).price is None
    assert quote_of(fund).price is not None


def test_the_same_symbol_in_two_catalogues_is_asked_for_once(replica, clock, apple, asha) -> None:
    own = stored_source("AAPL", owner=asha)
    refresh(apple, own)
    assert quote_of(own).price == quote_of(apple).price == Decimal("271.5")


def test_nothing_is_asked_where_live_prices_are_off(replica, clock, apple, settings) -> None:
    settings.LIVE_PRICES = False
    assert not refresh(apple)
    assert not replica.log


def test_quotes_leave_a_part_of_the_budget_to_others(replica, clock, apple) -> None:
    refresh(apple)
    ProviderState.objects.update(allowance=40.5, counted_at=at(FRIDAY) + timedelta(seconds=10))
    asked = len(replica.log)
    clock.shift(10)
    assert not refresh(apple)
    assert len(replica.log) == asked
    clock.shift(10)  # 260 an hour: 0.72 in ten seconds
    assert refresh(apple)


def test_those_that_the_budget_did_not_reach_come_first_next_time(replica, clock) -> None:
    sources = [stored_source(f"SYM{number}") for number in range(300)]
    refresh(*sources)
    ProviderState.objects.update(allowance=40.5, counted_at=at(FRIDAY))
    fetched = []
    for _ in range(2):
        clock.shift(15)  # 1.08 requests: 200 of them
        refresh(*sources)
        fetched.append(set(Quote.objects.exclude(fetched_at=at(FRIDAY)).values_list("asset_id", flat=True)))
    assert [len(ids) for ids in fetched] == [200, 300]


class TestReaders:
    def test_they_ask_nobody_and_write_nothing(self, replica, clock, apple, django_assert_max_num_queries) -> None:
        refresh(apple)
        asked = len(replica.log)
        board_load()
        with django_assert_max_num_queries(1):
            for _ in range(3):
                watch([apple.asset_id])
            board_load()
        assert len(replica.log) == asked

    def test_they_wake_the_lane_every_ten_seconds_at_most(self, clock, apple, monkeypatch) -> None:
        woken: list[str] = []
        monkeypatch.setattr(background, "wake", woken.append)
        monkeypatch.setattr(watching, "_woken_at", None)
        for _ in range(30):
            watch([apple.asset_id])
            clock.shift(1)
        assert woken == ["quotes"] * 3

    def test_what_they_saw_is_written_down_every_thirty_seconds_at_most(self, clock, apple) -> None:
        noted = []
        for _ in range(7):
            watch([apple.asset_id])
            watching.watched_persist()
            noted.append(quote_of(apple).watched_at)
            clock.shift(10)
        assert noted == [at(FRIDAY)] * 4 + [at(FRIDAY) + timedelta(seconds=40)] * 3

    def test_what_has_no_provider_is_not_noted(self, clock, apple) -> None:
        PriceSource.objects.all().delete()
        watch([apple.asset_id, 12345])
        watching.watched_persist()
        assert not Quote.objects.exists()


def test_a_price_from_the_days_to_come_is_not_believed(replica, apple) -> None:
    replica.clock.set(at("2026-11-25 15:00"))
    refresh(apple)
    assert "still to come" in quote_of(apple).problem
    assert quote_of(apple).price is None


def test_what_is_quoted_again_has_its_history_asked_for_within_an_hour(replica, clock, apple) -> None:
    """Once in an hour, not at each of its prices; what is due before that stays so."""
    now = at(FRIDAY)
    for hours, expected in ((24, 1), (0.5, 0.5)):
        PriceSource.objects.update(error_code="unknown_symbol", failures=2, due_at=now + timedelta(hours=hours))
        Quote.objects.update(stale_at=None)
        ProviderState.objects.update(refreshed_at=None)
        refresh(apple)
        assert PriceSource.objects.get().due_at == now + timedelta(hours=expected)


def test_the_clock_of_the_test_is_the_one_of_the_replica(replica) -> None:
    with travel(FRIDAY):
        assert replica.clock.now() == at(FRIDAY).timestamp()
