"""Closes of Yahoo: as traded, in whole currencies, of sessions that are over."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio.providers.base import Garbled, Payout, Split, UnknownSymbol, WrongAnswer
from portfolio.providers.yahoo import Yahoo
from tests.providers.yahoo_makers import at, history, noon, paths, warm_yahoo
from tests.upstream.replica import Replica

THURSDAY, FRIDAY, MONDAY = date(2020, 8, 27), date(2020, 8, 28), date(2020, 8, 31)
DAYS = [date(2026, 3, 2) + timedelta(days=7 * week + day) for week in range(4) for day in range(5)]
"""Twenty weekdays without a holiday in New York."""


@pytest.fixture
def yahoo(replica: Replica) -> Iterator[Yahoo]:
    with noon():
        yield warm_yahoo(replica)


# --- Splits


def test_the_day_before_a_split_has_the_close_that_was_traded(yahoo: Yahoo, replica: Replica) -> None:
    """What Apple cost before and after its 4:1 split of August 2020."""
    replica.world.add("APPLE", {FRIDAY: 499.23, MONDAY: 129.04}, splits={MONDAY: 4})
    assert _sent_closes(yahoo, "APPLE") == pytest.approx([124.8075, 129.04])
    found = history(yahoo, "APPLE", first=FRIDAY)
    assert found.closes == {FRIDAY: Decimal("499.23"), MONDAY: Decimal("129.04")}
    assert found.splits == [Split(ex_date=MONDAY, ratio=Fraction(4))]


def test_a_split_before_the_first_day_is_no_part_of_the_history(yahoo: Yahoo, replica: Replica) -> None:
    replica.world.add("APPLE", {FRIDAY: 499.23, MONDAY: 129.04, date(2020, 9, 1): 134.18}, splits={MONDAY: 4})
    found = history(yahoo, "APPLE", first=date(2020, 9, 1))
    assert found.closes == {date(2020, 9, 1): Decimal("134.18")}
    assert found.splits == []


def test_spin_offs_and_reverse_splits_come_as_they_are_sent(yahoo: Yahoo, replica: Replica) -> None:
    """General Electric: 1 for 8, then what its two spin-offs did to the price."""
    ratios = {date(2021, 8, 2): "1/8", date(2023, 1, 4): "1281/1000", date(2024, 4, 2): "1253/1000"}
    closes = {
        date(2021, 7, 30): 12.95,
        date(2021, 8, 2): 103.05,
        date(2023, 1, 3): 83.80,
        date(2023, 1, 4): 69.35,
        date(2024, 4, 1): 174.15,
        date(2024, 4, 2): 136.72,
    }
    replica.world.add("GENERAL", closes, splits={day: Fraction(ratio) for day, ratio in ratios.items()})
    found = history(yahoo, "GENERAL", first=date(2021, 7, 30))
    assert found.closes == {day: Decimal(str(close)) for day, close in closes.items()}
    assert found.splits == [Split(ex_date=day, ratio=Fraction(ratio)) for day, ratio in ratios.items()]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cents=st.lists(st.integers(100, 80_000), min_size=len(DAYS), max_size=len(DAYS)),
    known=st.lists(st.tuples(st.integers(1, 9), st.sampled_from("2 3 1/8 11/10 1281/1000".split())), max_size=2),
    later=st.tuples(st.integers(10, 19), st.sampled_from("2 3 10 1/10 11/10 1253/1000".split())),
)
def test_as_traded_is_the_same_before_and_after_a_later_split(
    yahoo: Yahoo, replica: Replica, cents: list[int], known: list[tuple[int, str]], later: tuple[int, str]
) -> None:
    closes = {day: cent / 100 for day, cent in zip(DAYS, cents, strict=True)}
    splits = {DAYS[place]: Fraction(ratio) for place, ratio in known}
    replica.world.add("BEFORE", closes, splits=splits)
    replica.world.add("AFTER", closes, splits=splits | {DAYS[later[0]]: Fraction(later[1])})
    before, after = (history(yahoo, symbol, first=DAYS[0]).closes for symbol in ("BEFORE", "AFTER"))
    assert before == after == {day: Decimal(cent) / 100 for day, cent in zip(DAYS, cents, strict=True)}


@pytest.mark.parametrize(
    ("numerator", "denominator", "ratio"),
    [(4.0, 1.0, "4"), (1.1, 1.0, "11/10"), (11, 10, "11/10"), (1.0, 3.0, "1/3"), (1.0, 1.0, None)],
)
def test_ratios_are_exact(
    yahoo: Yahoo, replica: Replica, numerator: float, denominator: float, ratio: str | None
) -> None:
    _send_splits(yahoo, replica, [{"date": _stamp(DAYS[9]), "numerator": numerator, "denominator": denominator}])
    found = history(yahoo, "WRITTEN", first=DAYS[0])
    assert found.splits == ([] if ratio is None else [Split(ex_date=DAYS[9], ratio=Fraction(ratio))])


@pytest.mark.parametrize("ratio", [(0, 1), (1, 0), (-2, 1), (None, 1)])
def test_closes_with_a_split_that_cannot_be_are_not_believed(
    yahoo: Yahoo, replica: Replica, ratio: tuple[float, float]
) -> None:
    _send_splits(yahoo, replica, [{"date": _stamp(DAYS[9]), "numerator": ratio[0], "denominator": ratio[1]}])
    with pytest.raises(Garbled):
        history(yahoo, "WRITTEN", first=DAYS[0])


# --- Payouts


def test_payouts_are_for_a_share_as_it_was_then(yahoo: Yahoo, replica: Replica) -> None:
    """Sent as 0.205 after the 4:1 split, for the 0.82 that Apple paid on each share in August 2020."""
    replica.world.add(
        "APPLE",
        {THURSDAY: 500.04, FRIDAY: 499.23, MONDAY: 129.04},
        splits={MONDAY: 4},
        dividends={FRIDAY: 0.82, MONDAY: 0.205},
    )
    before, on_the_day = history(yahoo, "APPLE", first=THURSDAY).payouts
    assert before == Payout(ex_date=FRIDAY, amount=Decimal("0.82"), currency="USD")
    assert on_the_day == Payout(ex_date=MONDAY, amount=Decimal("0.82"), currency="USD")  # on what was held before it


def test_a_payout_can_be_in_another_currency_than_the_price(yahoo: Yahoo, replica: Replica) -> None:
    replica.world.add("BPX.L", dict.fromkeys(DAYS, 450.5), exchange="LSE", currency="GBp")
    replica.world.add_dividend("BPX.L", DAYS[3], 0.08, currency="USD")
    replica.world.add_dividend("BPX.L", DAYS[8], 6.3)
    assert history(yahoo, "BPX.L", first=DAYS[0]).payouts == [
        Payout(ex_date=DAYS[3], amount=Decimal("0.08"), currency="USD"),
        Payout(ex_date=DAYS[8], amount=Decimal("0.063"), currency="GBP"),
    ]


# --- Units


@pytest.mark.parametrize(
    ("code", "currency", "close"),
    [
        ("GBp", "GBP", "72.345"),
        ("GBP", "GBP", "7234.5"),
        ("ZAc", "ZAR", "72.345"),
        ("ILA", "ILS", "72.345"),
        ("KWF", "KWD", "7.2345"),
        ("INR", "INR", "7234.5"),
    ],
)
def test_minor_units_are_counted_in_whole_ones(
    yahoo: Yahoo, replica: Replica, code: str, currency: str, close: str
) -> None:
    replica.world.add("MINOR", dict.fromkeys(DAYS, 7234.5), currency=code)
    found = history(yahoo, "MINOR", first=DAYS[0])
    assert (found.currency, set(found.closes.values())) == (currency, {Decimal(close)})
    quote = yahoo.quotes(["MINOR"], seconds=10).found["MINOR"]
    assert (quote.currency, quote.price, quote.previous_close) == (currency, Decimal(close), Decimal(close))


@pytest.mark.parametrize(("sent", "meant"), [(37.07, "37.07"), (0.0000123456, "0.0000123456"), (1546.6, "1546.6")])
def test_the_noise_of_single_precision_is_rounded_off(yahoo: Yahoo, replica: Replica, sent: float, meant: str) -> None:
    replica.world.add("NOISE", dict.fromkeys(DAYS, sent))
    assert _sent_closes(yahoo, "NOISE")[0] != sent
    assert set(history(yahoo, "NOISE", first=DAYS[0]).closes.values()) == {Decimal(meant)}


# --- Days


@pytest.mark.parametrize(
    ("moment", "last"),
    [
        ("2026-11-20T14:00:00Z", 19),  # before the opening
        ("2026-11-20T17:00:00Z", 19),  # at noon
        ("2026-11-20T21:15:00Z", 19),  # a quarter of an hour after the bell
        ("2026-11-20T21:31:00Z", 20),
        ("2026-11-22T12:00:00Z", 20),  # Sunday
    ],
)
def test_a_session_that_is_not_over_has_no_close(replica: Replica, moment: str, last: int) -> None:
    with at(moment):
        yahoo = warm_yahoo(replica)
        assert max(history(yahoo, "AAPL", today=date(2026, 11, 23)).closes) == date(2026, 11, last)


@pytest.mark.parametrize(
    ("symbol", "moment", "last"),
    [
        ("BTC-USD", "2026-11-21T23:59:00Z", 20),
        ("BTC-USD", "2026-11-22T00:05:00Z", 20),
        ("BTC-USD", "2026-11-22T00:15:00Z", 21),
        ("USDINR=X", "2026-11-20T23:00:00Z", 19),  # its day is London's
        ("USDINR=X", "2026-11-21T00:15:00Z", 20),
        ("BHP.AX", "2026-11-20T05:15:00Z", 19),  # in Sydney it is a quarter past four
        ("BHP.AX", "2026-11-20T05:35:00Z", 20),
        ("RELIANCE.NS", "2026-11-20T10:35:00Z", 20),
    ],
)
def test_every_market_has_its_own_hours(replica: Replica, symbol: str, moment: str, last: int) -> None:
    with at(moment):
        assert max(history(warm_yahoo(replica), symbol, today=date(2026, 11, 23)).closes) == date(2026, 11, last)


def test_days_are_those_of_the_exchange(yahoo: Yahoo, replica: Replica) -> None:
    """In Sydney a session opens when it is still the day before in London."""
    closes = {day: 100.0 + day.day for day in DAYS}
    replica.world.add("SYD.AX", closes, exchange="ASX")
    assert history(yahoo, "SYD.AX", first=DAYS[0]).closes == {day: Decimal(100 + day.day) for day in DAYS}


def test_nothing_before_the_first_day_nor_after_today(yahoo: Yahoo, replica: Replica) -> None:
    replica.world.add("WIDE", dict.fromkeys(DAYS, 10.0))
    assert list(history(yahoo, "WIDE", first=DAYS[5], today=DAYS[7]).closes) == DAYS[5:8]


# --- What is missing or absurd


def test_what_is_no_number_is_left_out_and_the_rest_is_judged_elsewhere(yahoo: Yahoo, replica: Replica) -> None:
    replica.world.add("ODD", dict.fromkeys(DAYS, 10.0))
    replica.world.corrupt("ODD", {DAYS[3]: None, DAYS[4]: 0.0, DAYS[5]: -1.0})
    closes = history(yahoo, "ODD", first=DAYS[0]).closes
    assert set(DAYS) - set(closes) == {DAYS[3]}
    assert (closes[DAYS[4]], closes[DAYS[5]]) == (0, -1)


def test_no_session_yet_is_no_closes(yahoo: Yahoo) -> None:
    with at("2026-11-22T12:00:00Z"):
        found = history(yahoo, "RELIANCE.NS", first=date(2026, 11, 22), today=date(2026, 11, 22))
    assert (found.closes, found.currency, found.exchange) == ({}, "INR", "NSI")


def test_days_before_there_was_anything_are_no_closes(yahoo: Yahoo, replica: Replica) -> None:
    said = {"code": "Bad Request", "description": "Data doesn't exist for startDate = 1, endDate = 2"}
    replica.fault("chart", "body", status=400, body=json.dumps({"chart": {"result": None, "error": said}}))
    assert history(yahoo, "AAPL").closes == {}


def test_another_symbol_is_not_taken_for_what_was_asked(yahoo: Yahoo, replica: Replica) -> None:
    replica.world.change("AAPL", answers_as="AAPL.MX")
    with pytest.raises(WrongAnswer, match=r"AAPL\.MX"):
        history(yahoo, "AAPL")


def test_a_price_without_a_currency_is_none(yahoo: Yahoo, replica: Replica) -> None:
    replica.world.change("AAPL", currency=None)
    with pytest.raises(WrongAnswer, match="currency"):
        history(yahoo, "AAPL")
    assert isinstance(yahoo.quotes(["AAPL"], seconds=10).failed["AAPL"], WrongAnswer)


def test_what_vanished_is_unknown_and_costs_one_request(yahoo: Yahoo, replica: Replica) -> None:
    replica.world.delete("AAPL")
    with pytest.raises(UnknownSymbol, match="delisted"):
        history(yahoo, "AAPL")
    assert paths(replica) == ["query2.finance.yahoo.com/v8/finance/chart/AAPL"]


def _sent_closes(yahoo: Yahoo, symbol: str) -> list[float]:
    """As they go over the wire, restated and in single precision."""
    client = yahoo._client()
    with client.question(10):
        client.closes(symbol, date(2020, 1, 2))
        closes: list[float] = client.sent_chart()["indicators"]["quote"][0]["close"]
    return closes


def _send_splits(yahoo: Yahoo, replica: Replica, splits: list[dict[str, object]]) -> None:
    """The replica's chart, with splits as nobody but Yahoo would write them."""
    replica.world.add("WRITTEN", dict.fromkeys(DAYS, 10.0))
    client = yahoo._client()
    with client.question(10):
        client.closes("WRITTEN", DAYS[0])
        chart = client.sent_chart()
    chart["events"] = {"splits": {str(i): split for i, split in enumerate(splits)}}
    replica.fault("chart", "body", body=json.dumps({"chart": {"result": [chart], "error": None}}))


def _stamp(day: date) -> int:
    """14:30 in London, when New York opens in winter."""
    return (day - date(1970, 1, 1)).days * 86_400 + 52_200
