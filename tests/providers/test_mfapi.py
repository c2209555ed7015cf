"""MFAPI: NAVs as they were sent, of many funds at once, and what it answers when it does not know or does not speak."""

import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest

from portfolio.providers import base
from portfolio.providers.mfapi import Mfapi
from tests.providers.fund_makers import FLEXI, FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, friday_at, made, seconds
from tests.upstream.replica import Replica


@pytest.fixture
def mfapi(replica: Replica) -> Iterator[Mfapi]:
    with friday_at("12:00"):
        yield made(Mfapi, replica)


def test_the_latest_nav_is_exact(mfapi: Mfapi, replica: Replica) -> None:
    replica.world.funds.add("500001", {WEDNESDAY: "90.1", THURSDAY: "90.53241"})
    answer = mfapi.quotes(["500001"], deadline=seconds())
    price = answer.found["500001"]
    assert (str(price.price), price.currency, price.day) == ("90.53241", "INR", THURSDAY)
    assert price.at.isoformat() == "2026-11-19T10:00:00+00:00"  # half past three in India, when its market closes
    assert price.previous_close is None
    assert answer.failed == {}


def test_many_funds_take_about_as_long_as_the_slowest(mfapi: Mfapi, replica: Replica) -> None:
    replica.world.funds.generic = 20
    replica.latency = 0.3
    mfapi.quotes(["200000"], deadline=seconds())
    one, twenty = (_seconds_of(mfapi, count) for count in (1, 20))
    assert twenty < 3 * one


def test_the_history_is_in_order_and_exact(mfapi: Mfapi, replica: Replica) -> None:
    replica.world.funds.add("500001", {MONDAY: "10", TUESDAY: "10.12345", WEDNESDAY: "9.9", THURSDAY: "10.00001"})
    history = _history(mfapi, "500001")
    assert [(day, str(close)) for day, close in history.closes.items()] == [
        (MONDAY, "10.00000"),
        (TUESDAY, "10.12345"),
        (WEDNESDAY, "9.90000"),
        (THURSDAY, "10.00001"),
    ]
    assert (history.symbol, history.currency, history.splits, history.payouts) == ("500001", "INR", (), ())


def test_only_the_days_that_are_wanted_are_asked_for(mfapi: Mfapi, replica: Replica) -> None:
    history = mfapi.history(FLEXI, first=TUESDAY, last=WEDNESDAY, deadline=seconds())
    assert list(history.closes) == [TUESDAY, WEDNESDAY]
    assert replica.log[-1].query == "startDate=2026-11-17&endDate=2026-11-18"


def test_days_that_nobody_asked_for_are_left_out(mfapi: Mfapi, replica: Replica) -> None:
    """Some servers ignore what they do not know."""
    _say(replica, data=[_row("19-11-2026", "3"), _row("17-11-2026", "2"), _row("01-01-2013", "1")])
    assert mfapi.history(FLEXI, first=MONDAY, last=WEDNESDAY, deadline=seconds()).closes == {TUESDAY: 2}


def test_what_is_no_day_or_no_number_is_left_out(mfapi: Mfapi, replica: Replica) -> None:
    junk = [
        _row("31-11-2026", "1"),
        _row("2026-11-16", "1"),
        _row("", "1"),
        _row(None, "1"),
        {"nav": "1"},
        _row("16-11-2026", "N.A."),
        _row("16-11-2026", "NaN"),
        _row("16-11-2026", "Infinity"),
        _row("16-11-2026", None),
        {"date": "16-11-2026"},
    ]
    _say(replica, data=[*junk, _row("17-11-2026", " 2.5 ")])
    assert _history(mfapi, FLEXI).closes == {TUESDAY: Decimal("2.5")}


def test_absurd_navs_are_brought_as_they_are(mfapi: Mfapi, replica: Replica) -> None:
    """Others judge them."""
    _say(replica, data=[_row("18-11-2026", "-1"), _row("17-11-2026", "0.00000"), _row("16-11-2026", 12.5)])
    assert _history(mfapi, FLEXI).closes == {MONDAY: Decimal("12.5"), TUESDAY: 0, WEDNESDAY: -1}


def test_of_a_day_that_comes_twice_the_first_listed_is_the_newest(mfapi: Mfapi, replica: Replica) -> None:
    _say(replica, data=[_row("17-11-2026", "2"), _row("17-11-2026", "1")])
    assert _history(mfapi, FLEXI).closes == {TUESDAY: 2}
    replica.faults.reset()
    replica.world.funds.set_rows(FLEXI, {TUESDAY: ("1.00000", "2.00000")})
    assert _history(mfapi, FLEXI).closes[TUESDAY] == 2


def test_days_after_today_are_left_out(mfapi: Mfapi, replica: Replica) -> None:
    _say(replica, data=[_row("21-11-2026", "3"), _row("20-11-2026", "2")])
    assert mfapi.quotes([FLEXI], deadline=seconds()).found[FLEXI].day == FRIDAY


def test_a_fund_without_navs_is_not_answered(mfapi: Mfapi, replica: Replica) -> None:
    _say(replica, data=[])
    assert mfapi.quotes([FLEXI], deadline=seconds()) == base.LivePrices()
    assert _history(mfapi, FLEXI).closes == {}


@pytest.mark.parametrize("unknown_as", ["404", "empty"])
@pytest.mark.parametrize("code", ["400001", "400002"])
def test_it_does_not_know_a_scheme(mfapi: Mfapi, replica: Replica, unknown_as: str, code: str) -> None:
    replica.world.funds.unknown_as = unknown_as
    with pytest.raises(base.UnknownSymbol):
        _history(mfapi, code)
    with pytest.raises(base.UnknownSymbol):
        mfapi.scheme(code, deadline=seconds())
    answer = mfapi.quotes([code, FLEXI], deadline=seconds())
    assert list(answer.found) == [FLEXI]
    assert type(answer.failed[code]) is base.UnknownSymbol


@pytest.mark.parametrize("symbol", ["AAPL", "../mf", "", "12 34", "1" * 11, "१२३"])
def test_what_is_no_code_is_not_asked_for(mfapi: Mfapi, replica: Replica, symbol: str) -> None:
    with pytest.raises(base.UnknownSymbol):
        _history(mfapi, symbol)
    assert type(mfapi.quotes([symbol], deadline=seconds()).failed[symbol]) is base.UnknownSymbol
    assert replica.log == []


def test_the_answer_of_another_scheme_is_not_believed(mfapi: Mfapi, replica: Replica) -> None:
    _say(replica, code=999, data=[_row("17-11-2026", "2")])
    with pytest.raises(base.WrongAnswer):
        _history(mfapi, FLEXI)


def test_a_page_that_says_404_is_not_mfapi_speaking(mfapi: Mfapi, replica: Replica) -> None:
    """All funds would be unknown when a server in front of it has lost it."""
    replica.fault("mfapi", "body", body="<html>Not Found</html>", status=404)
    with pytest.raises(base.Unreachable):
        _history(mfapi, FLEXI)


@pytest.mark.parametrize(
    "body",
    [
        "null",
        "[]",
        '"SUCCESS"',
        '{"status": "SUCCESS"}',
        '{"meta": [1], "data": []}',
        '{"meta": {"scheme_code": 122639}, "data": {}}',
        '{"meta": {"scheme_code": 122639}, "data": [1]}',
        '{"meta": {"scheme_code": 122639}, "data": [{"day": "17-11-2026"}]}',
    ],
)
def test_other_json_is_garbled(mfapi: Mfapi, replica: Replica, body: str) -> None:
    replica.fault("mfapi", "body", body=body)
    with pytest.raises(base.Garbled):
        _history(mfapi, FLEXI)


FAULTS = {
    "429": base.RateLimited,
    "500": base.Unreachable,
    "garbage": base.Garbled,
    "html": base.Garbled,
    "empty": base.Garbled,
    "emptyobj": base.Garbled,
    "chartnull": base.Garbled,
    "refuse": base.Unreachable,
    "drop": base.Unreachable,
    "truncate": base.Unreachable,
    "slow": base.TimedOut,
    "trickle": base.TimedOut,
    "hang": base.TimedOut,
}


@pytest.mark.parametrize("mode", FAULTS)
def test_every_fault_has_its_name_in_every_method(mfapi: Mfapi, replica: Replica, mode: str) -> None:
    replica.fault("mfapi", mode)
    count = 0.5 if FAULTS[mode] is base.TimedOut else 30
    for ask in (
        lambda: mfapi.history(FLEXI, first=MONDAY, last=FRIDAY, deadline=seconds(count)),
        lambda: mfapi.scheme(FLEXI, deadline=seconds(count)),
        lambda: mfapi.search("parag", deadline=seconds(count)),
        lambda: list(mfapi.schemes(deadline=seconds(count))),
    ):
        with pytest.raises(FAULTS[mode]):
            ask()
    answer = mfapi.quotes([FLEXI], deadline=seconds(count))
    assert answer.found == {}
    assert type(answer.failed[FLEXI]) is FAULTS[mode]


def test_the_fault_of_one_is_not_that_of_others(mfapi: Mfapi, replica: Replica) -> None:
    replica.fault("/mf/122640/", "500")
    answer = mfapi.quotes([FLEXI, "122640", "120503"], deadline=seconds())
    assert sorted(answer.found) == ["120503", FLEXI]
    assert type(answer.failed["122640"]) is base.Unreachable


@pytest.mark.parametrize("mode", ["429", "500"])
def test_who_is_down_is_not_asked_for_all(mfapi: Mfapi, replica: Replica, mode: str) -> None:
    replica.world.funds.generic = 300
    replica.fault("mfapi", mode)
    codes = [str(code) for code in range(200_000, 200_300)]
    answer = mfapi.quotes(codes, deadline=seconds(30))
    assert set(answer.failed) == set(codes)
    assert len(replica.log) < 60


def test_the_budget_counts_each_request_and_ends_them(replica: Replica) -> None:
    replica.world.funds.generic = 40
    codes = [str(code) for code in range(200_000, 200_040)]
    answer = made(Mfapi, replica, budget=30).quotes(codes, deadline=seconds())
    assert len(replica.log) == len(answer.found) == 30
    assert {type(error) for error in answer.failed.values()} == {base.BudgetSpent}
    assert len(answer.failed) == 10


def test_what_hangs_keeps_nobody_longer_than_agreed(mfapi: Mfapi, replica: Replica) -> None:
    replica.world.funds.generic = 60
    replica.fault("mfapi", "hang")
    started = time.monotonic()
    answer = mfapi.quotes([str(code) for code in range(200_000, 200_060)], deadline=seconds(1))
    assert time.monotonic() - started < 4
    assert {type(error) for error in answer.failed.values()} == {base.TimedOut}
    assert len(answer.failed) == 60


def test_what_a_scheme_is(mfapi: Mfapi) -> None:
    scheme = mfapi.scheme("119551", deadline=seconds())
    assert scheme.name == "Aditya Birla Sun Life Banking & PSU Debt Fund - DIRECT - IDCW"
    assert (scheme.isin, scheme.sector) == ("INF209KA12Z1", "Debt: Banking and PSU")


def test_older_answers_have_no_isin_and_a_code_in_quotes(mfapi: Mfapi, replica: Replica) -> None:
    meta = {"scheme_code": FLEXI, "scheme_name": " A  fund ", "scheme_category": None}
    replica.fault("mfapi", "body", body=orjson.dumps({"meta": meta, "data": []}).decode())
    scheme = mfapi.scheme(FLEXI, deadline=seconds())
    assert (scheme.name, scheme.isin, scheme.sector) == ("A fund", "", "")


def test_search(mfapi: Mfapi) -> None:
    found = mfapi.search("parag parikh direct", deadline=seconds())
    assert [(scheme.code, scheme.name) for scheme in found] == [
        (FLEXI, "Parag Parikh Flexi Cap Fund - Direct Plan - Growth")
    ]
    assert mfapi.search("no such fund", deadline=seconds()) == []


def test_all_schemes_come_page_by_page(mfapi: Mfapi, replica: Replica) -> None:
    replica.world.funds.generic = 2300
    schemes = list(mfapi.schemes(deadline=seconds(30)))
    known = len(replica.world.funds.all())
    assert len({scheme.code for scheme in schemes}) == len(schemes) == known
    assert next(scheme for scheme in schemes if scheme.code == FLEXI).isin == "INF879O01027"
    assert len(replica.log) == 4  # 2,331 schemes at 1,000 a page, and one that is empty


def test_a_server_that_ignores_pages_is_asked_twice(mfapi: Mfapi, replica: Replica) -> None:
    replica.fault("mfapi", "body", body='[{"schemeCode": 1, "schemeName": "One"}, {"schemeCode": null}]')
    assert [scheme.code for scheme in mfapi.schemes(deadline=seconds())] == ["1"]
    assert len(replica.log) == 2


def test_no_schemes_at_all_are_garbled(mfapi: Mfapi, replica: Replica) -> None:
    replica.fault("mfapi", "body", body="[]")
    with pytest.raises(base.Garbled):
        list(mfapi.schemes(deadline=seconds()))


def _history(mfapi: Mfapi, code: str) -> base.PriceHistory:
    return mfapi.history(code, first=date(2026, 11, 1), last=FRIDAY, deadline=seconds())


def _say(replica: Replica, *, data: list[Any], code: int = int(FLEXI)) -> None:
    meta = {"scheme_code": code, "scheme_name": "Flexi"}
    replica.fault("mfapi", "body", body=orjson.dumps({"meta": meta, "data": data, "status": "SUCCESS"}).decode())


def _row(day: Any, nav: Any) -> dict[str, Any]:
    return {"date": day, "nav": nav}


def _seconds_of(mfapi: Mfapi, count: int) -> float:
    started = time.monotonic()
    assert len(mfapi.quotes([str(200_000 + i) for i in range(count)], deadline=seconds()).found) == count
    return time.monotonic() - started
