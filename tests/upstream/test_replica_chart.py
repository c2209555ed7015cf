"""Yahoo's chart as yfinance reads it: what is published of what was traded."""

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
import time_machine
from yfinance.data import YfData
from yfinance.exceptions import YFPricesMissingError, YFTzMissingError

from tests.upstream.conftest import Get, Ticker
from tests.upstream.replica import Replica
from tests.upstream.series import walk

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (16, 17, 18, 19))
SUNDAY_AFTER = datetime(2026, 11, 22, 12, tzinfo=UTC)
FOUR_DAYS = {"start": "2026-11-16", "end": "2026-11-20"}
AS_TRADED = {MONDAY: 400, TUESDAY: 404, WEDNESDAY: 101, THURSDAY: 102}


@pytest.fixture(autouse=True)
def sunday(request: pytest.FixtureRequest):
    with time_machine.travel(SUNDAY_AFTER, tick=False) as traveller:
        yield traveller


def days(frame: pd.DataFrame) -> list[date]:
    return [stamp.date() for stamp in frame.index]


def closes(ticker: Ticker, symbol: str, **span: str) -> dict[date, float]:
    YfData.cache_get.cache_clear()
    frame = ticker(symbol).history(auto_adjust=False, **(span or FOUR_DAYS))
    return dict(zip(days(frame), frame["Close"].tolist(), strict=True))


def test_closes_are_adjusted_for_later_splits_and_not_for_dividends(replica: Replica, ticker: Ticker) -> None:
    replica.world.add("ACME", AS_TRADED, splits={WEDNESDAY: 4}, dividends={TUESDAY: 2})
    frame = ticker("ACME").history(auto_adjust=False, **FOUR_DAYS)
    assert days(frame) == [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]
    assert frame["Close"].tolist() == [100, 101, 101, 102]
    assert frame["Stock Splits"].tolist() == [0, 0, 4, 0]
    assert frame["Dividends"].tolist() == [0, 0.5, 0, 0]  # two for a share of then is a half for one of now
    assert frame["Adj Close"].tolist() == [99.5, 101, 101, 102]  # 100 × (1 - 0.5 / 100)


def test_a_split_restates_all_closes_from_its_day_on(
    replica: Replica, ticker: Ticker, sunday: time_machine.Traveller
) -> None:
    replica.world.add("ACME", {MONDAY: 400, TUESDAY: 404, date(2026, 11, 23): 101})
    replica.world.add_split("ACME", date(2026, 11, 23), 4)
    assert closes(ticker, "ACME") == {MONDAY: 400, TUESDAY: 404}
    sunday.move_to(datetime(2026, 11, 23, 22, tzinfo=UTC))
    assert closes(ticker, "ACME", start="2026-11-16", end="2026-11-24") == {
        MONDAY: 100,
        TUESDAY: 101,
        date(2026, 11, 23): 101,
    }


def test_made_up_prices_fall_by_a_split_and_are_published_without_a_step(replica: Replica, ticker: Ticker) -> None:
    before = closes(ticker, "SYM1")
    replica.world.add_split("SYM1", WEDNESDAY, 2)
    after = closes(ticker, "SYM1")
    assert after == pytest.approx({day: close / 2 for day, close in before.items()}, abs=0.006)
    traded = replica.world.security("SYM1").traded
    as_traded = dict(zip(traded.days.astype(object), traded.closes, strict=True))
    assert as_traded[TUESDAY] == pytest.approx(before[TUESDAY])
    assert as_traded[WEDNESDAY] == pytest.approx(before[WEDNESDAY] / 2, abs=0.006)


def test_apple_has_its_splits_and_quarterly_dividends(ticker: Ticker) -> None:
    frame = ticker("AAPL").history(start="2010-01-01", auto_adjust=False)
    splits = frame[frame["Stock Splits"] > 0]["Stock Splits"]
    assert dict(zip(days(splits), splits, strict=True)) == {date(2014, 6, 9): 7, date(2020, 8, 31): 4}
    paid = frame[frame["Dividends"] > 0]["Dividends"]
    assert [day.month for day in days(paid) if day.year == 2019] == [2, 5, 8, 11]
    assert frame["Close"].iloc[-1] == pytest.approx(271.49)
    assert frame["Close"].pct_change().abs().max() < 0.15  # no step on the days of the splits


@pytest.mark.parametrize(
    ("symbol", "currency", "zone", "kind"),
    [
        ("MSFT", "USD", "America/New_York", "EQUITY"),
        ("RELIANCE.NS", "INR", "Asia/Kolkata", "EQUITY"),
        ("VOD.L", "GBp", "Europe/London", "EQUITY"),
        ("SPY", "USD", "America/New_York", "ETF"),
        ("BTC-USD", "USD", "UTC", "CRYPTOCURRENCY"),
        ("USDINR=X", "INR", "Europe/London", "CURRENCY"),
        ("INR=X", "INR", "Europe/London", "CURRENCY"),
        ("^NSEI", "INR", "Asia/Kolkata", "INDEX"),
        ("GC=F", "USD", "America/New_York", "FUTURE"),
        ("SYM499", "USD", "America/New_York", "EQUITY"),
    ],
)
def test_each_market_has_its_zone_and_currency(
    ticker: Ticker, symbol: str, currency: str, zone: str, kind: str
) -> None:
    one = ticker(symbol)
    frame = one.history(period="1mo", auto_adjust=False)
    assert str(frame.index.tz) == zone
    assert not frame["Close"].isna().any()
    meta = one.history_metadata
    assert (meta["symbol"], meta["currency"], meta["instrumentType"]) == (symbol, currency, kind)
    assert meta["currentTradingPeriod"]["regular"]["start"] < meta["currentTradingPeriod"]["regular"]["end"]


def test_days_are_those_of_the_exchange(ticker: Ticker, get: Get) -> None:
    """Sydney opens at 23:00 UTC of the day before, coins are traded on weekends, America rests on Thanksgiving."""
    assert days(ticker("BHP.AX").history(**FOUR_DAYS)) == [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]
    address = "https://query2.finance.yahoo.com/v8/finance/chart/BHP.AX?range=1d&interval=1d"
    [stamp] = get(address).json()["chart"]["result"][0]["timestamp"]
    assert datetime.fromtimestamp(stamp, UTC) == datetime(2026, 11, 19, 23, tzinfo=UTC)
    weekend = closes(ticker, "BTC-USD", start="2026-11-20", end="2026-11-23")
    assert list(weekend) == [date(2026, 11, day) for day in (20, 21, 22)]
    thanksgiving = closes(ticker, "AAPL", start="2025-11-25", end="2025-11-30")
    assert date(2025, 11, 27) not in thanksgiving


def test_prices_are_of_single_precision(ticker: Ticker) -> None:
    """As Yahoo sends them: 1546.6 comes as 1546.5999755859375."""
    last = closes(ticker, "RELIANCE.NS", start="2026-11-20", end="2026-11-21")
    assert last == {date(2026, 11, 20): 1546.5999755859375}


def test_crossed_pairs_agree(ticker: Ticker) -> None:
    span = {"start": "2026-11-18", "end": "2026-11-19"}
    [euro], [dollar], [crossed] = (
        closes(ticker, pair, **span).values() for pair in ("EURINR=X", "USDINR=X", "EURUSD=X")
    )
    assert euro == pytest.approx(dollar * crossed, rel=1e-4)


def test_the_bar_of_the_running_session_moves_and_then_stays(
    ticker: Ticker, sunday: time_machine.Traveller, replica: Replica
) -> None:
    friday = date(2026, 11, 20)
    seen = []
    for hour, minute, second in ((14, 29, 0), (15, 0, 0), (15, 0, 6), (20, 59, 0), (21, 0, 1)):
        sunday.move_to(datetime(2026, 11, 20, hour, minute, second, tzinfo=UTC))
        frame = ticker("AAPL").history(period="5d", auto_adjust=False)
        seen.append(dict(zip(days(frame), frame["Close"].tolist(), strict=True)).get(friday))
    before, early, soon_after, late, final = seen
    assert before is None
    assert early != soon_after
    assert late == pytest.approx(271.49, rel=0.003)
    assert final == pytest.approx(271.49, rel=1e-7)


def test_the_running_bar_bears_the_time_of_the_last_trade(get: Get, sunday: time_machine.Traveller) -> None:
    address = "https://query2.finance.yahoo.com/v8/finance/chart/AAPL?range=1d&interval=1d"
    sunday.move_to(datetime(2026, 11, 20, 15, 0, 4, tzinfo=UTC))
    assert get(address).json()["chart"]["result"][0]["timestamp"] == [
        datetime(2026, 11, 20, 15, 0, 3, tzinfo=UTC).timestamp()
    ]
    sunday.move_to(datetime(2026, 11, 20, 21, 0, tzinfo=UTC))
    assert get(address).json()["chart"]["result"][0]["timestamp"] == [
        datetime(2026, 11, 20, 14, 30, tzinfo=UTC).timestamp()
    ]


def test_hours_can_be_had(ticker: Ticker) -> None:
    frame = ticker("AAPL").history(period="5d", interval="1h")
    assert len(frame) == 5 * 7
    assert frame.index[-1].strftime("%H:%M") == "15:30"


def test_unknown_symbols_are_refused_by_name(ticker: Ticker) -> None:
    with pytest.raises(YFPricesMissingError) as refused:
        ticker("NOSUCH").history(period="5d")
    assert refused.value.yahoo_reason == "No data found, symbol may be delisted"
    with pytest.raises(YFTzMissingError):
        ticker("NOSUCH").history(start="2026-11-16")


def test_before_the_first_trade_there_is_no_data(ticker: Ticker) -> None:
    with pytest.raises(YFPricesMissingError, match="Data doesn't exist for startDate"):
        ticker("TSLA").history(start="2009-01-01", end="2009-06-01")


def test_on_a_weekend_there_are_no_bars_but_a_symbol(ticker: Ticker) -> None:
    one = ticker("AAPL")
    with pytest.raises(YFPricesMissingError) as refused:
        one.history(start="2026-11-14", end="2026-11-16")
    assert refused.value.yahoo_reason is None
    assert one._price_history._history_metadata["symbol"] == "AAPL"


def test_symbols_can_be_deleted_and_renamed(replica: Replica, ticker: Ticker) -> None:
    before = closes(ticker, "AAPL")
    replica.world.rename("AAPL", "APPL2")
    assert closes(ticker, "APPL2") == before
    assert replica.world.find("AAPL") is None
    replica.world.delete("MSFT")
    with pytest.raises(YFPricesMissingError):
        ticker("MSFT").history(period="5d")


def test_closes_can_be_corrupted(replica: Replica, ticker: Ticker, get: Get) -> None:
    replica.world.add("ACME", dict.fromkeys(AS_TRADED, 100))
    replica.world.corrupt("ACME", {MONDAY: 0, TUESDAY: None, WEDNESDAY: -3})
    replica.world.scale("ACME", 100, first=THURSDAY)
    address = "https://query2.finance.yahoo.com/v8/finance/chart/ACME?range=1mo&interval=1d"
    quote = get(address).json()["chart"]["result"][0]["indicators"]["quote"][0]
    assert quote["close"] == [0, None, -3, 10_000]
    frame = ticker("ACME").history(auto_adjust=False, **FOUR_DAYS)
    assert frame["Close"].isna().tolist() == [False, True, False, False]
    replica.world.leave_out("ACME", [THURSDAY])
    replica.world.shorten("ACME", TUESDAY)
    replica.world.change("ACME", currency="EUR", answers_as="OTHER")
    result = get(address).json()["chart"]["result"][0]
    assert len(result["timestamp"]) == 2
    assert (result["meta"]["currency"], result["meta"]["symbol"]) == ("EUR", "OTHER")


@pytest.mark.parametrize(
    ("how", "published"),
    [
        ({}, [100, 101, 101]),
        ({"restated_from": date.max}, [400, 404, 101]),  # announced, not applied
        ({"restated_from": TUESDAY}, [400, 101, 101]),  # applied to half of it
        ({"listed": False}, [100, 101, 101]),  # applied, and nobody says so
    ],
)
def test_splits_can_be_half_applied(
    replica: Replica, ticker: Ticker, how: dict[str, Any], published: list[float]
) -> None:
    replica.world.add("ACME", {MONDAY: 400, TUESDAY: 404, WEDNESDAY: 101})
    replica.world.add_split("ACME", WEDNESDAY, "4:1", **how)
    frame = ticker("ACME").history(auto_adjust=False, **FOUR_DAYS)
    assert frame["Close"].tolist() == published
    assert frame["Stock Splits"].sum() == (0 if how == {"listed": False} else 4)


def test_the_world_is_the_same_in_every_process_and_has_years(replica: Replica) -> None:
    apple = replica.world.security("AAPL").listing
    assert walk(apple.recipe)[0] == pytest.approx(apple.then)
    assert len(walk(apple.recipe)) > 20 * 250


@pytest.mark.parametrize(("text", "sent"), [("1281:1000", "1281:1000"), ("1.1:1", "1.1:1"), (4, "4:1")])
def test_ratios_are_sent_as_written(replica: Replica, get: Get, text: str | int, sent: str) -> None:
    replica.world.add("ACME", AS_TRADED)
    replica.world.add_split("ACME", WEDNESDAY, text)
    address = "https://query2.finance.yahoo.com/v8/finance/chart/ACME?range=1mo&interval=1d&events=splits"
    [split] = get(address).json()["chart"]["result"][0]["events"]["splits"].values()
    assert split["splitRatio"] == sent
