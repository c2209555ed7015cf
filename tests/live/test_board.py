"""The board of the last known prices: exact, read once, and never waited for."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from portfolio.live import board
from portfolio.live.board import board_changed, board_load
from portfolio.models import Quote
from tests.live.conftest import stored_source

AT = datetime(2026, 11, 20, 15, 0, 0, 123456, UTC)


def put(symbol: str, price: str | None, *, at: datetime = AT, previous_close: str | None = None) -> int:
    source = stored_source(symbol)
    Quote.objects.create(
        asset_id=source.asset_id,
        price=price and Decimal(price),
        previous_close=previous_close and Decimal(previous_close),
        day=date(2026, 11, 20),
        at=at,
    )
    board_changed("yahoo")
    return int(source.asset_id)


@pytest.mark.django_db
def test_it_says_what_is_stored_to_the_last_digit() -> None:
    coin = put("SHIB-USD", "0.000000012345678901", previous_close="1E-18")
    share = put("BRK-A", "742500.00", at=AT.replace(microsecond=0))
    put("NOTHING", None)
    prices = board_load().prices
    assert prices[coin] == (Decimal("0.000000012345678901"), date(2026, 11, 20), AT, Decimal("1E-18"))
    assert prices[share] == (Decimal(742500), date(2026, 11, 20), AT.replace(microsecond=0), None)
    assert (set(prices), len(prices), coin in prices, -1 in prices) == ({coin, share}, 2, True, False)
    assert prices.get(-1) is None


@pytest.mark.django_db
def test_it_costs_one_query_until_something_changes(django_assert_max_num_queries) -> None:
    put("AAPL", "271.5")
    before = board_load()
    with django_assert_max_num_queries(1):
        assert board_load() is before
    put("MSFT", "480")
    with django_assert_max_num_queries(2):
        assert len(board_load().prices) == 2


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_another_who_reads_it(monkeypatch) -> None:
    put("AAPL", "271.5")
    before, rows = board_load(), board._rows
    reading, go_on = threading.Event(), threading.Event()

    def slowly() -> list[board.Row]:
        reading.set()
        assert go_on.wait(10)
        return rows()

    def load() -> board.Board:
        try:
            return board_load()
        finally:
            connection.close()

    monkeypatch.setattr(board, "_rows", slowly)
    put("MSFT", "480")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(load)
        assert reading.wait(10)
        assert pool.submit(load).result(10) is before
        go_on.set()
        assert len(first.result(10).prices) == 2
