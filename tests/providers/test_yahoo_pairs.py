"""Yahoo has two names for what a dollar costs: whichever it answers with, it is the pair that was asked for."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from portfolio.providers.base import WrongAnswer
from portfolio.providers.yahoo_history import read_history
from portfolio.providers.yahoo_quotes import read_quotes

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = date(2026, 11, 19)


def entry(symbol: str) -> dict[str, Any]:
    return {
        "symbol": symbol, "currency": "INR", "regularMarketPrice": 88.5, "regularMarketTime": int(AT.timestamp()),
        "exchangeTimezoneName": "Europe/London",
    }  # fmt: skip


def chart(symbol: str) -> dict[str, Any]:
    return {"meta": {"symbol": symbol, "currency": "INR", "exchangeTimezoneName": "Europe/London"}}


@pytest.mark.parametrize("sent", ["INR=X", "USDINR=X"])
def test_a_price(sent: str) -> None:
    answer = read_quotes([entry(sent)], ["USDINR=X"])
    assert answer.found["USDINR=X"].price == Decimal("88.5")


@pytest.mark.parametrize("sent", ["INR=X", "USDINR=X"])
def test_a_history(sent: str) -> None:
    answer = read_history("USDINR=X", chart(sent), {DAY: 88.5}, first=DAY, today=DAY)
    assert (answer.symbol, dict(answer.closes)) == ("USDINR=X", {DAY: Decimal("88.5")})


@pytest.mark.parametrize("sent", ["EURINR=X", "EUR=X"])
def test_another_pair_is_another_pair(sent: str) -> None:
    assert list(read_quotes([entry(sent)], ["USDINR=X"]).failed) == ["USDINR=X"]
    with pytest.raises(WrongAnswer):
        read_history("USDINR=X", chart(sent), {DAY: 88.5}, first=DAY, today=DAY)
