"""The provider of funds: AMFI steps in where MFAPI fails or is late, and nobody claims more than there is."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portfolio.providers import base
from portfolio.providers.funds import Funds
from tests.providers.fund_makers import FLEXI, FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, friday_at, made
from tests.upstream.replica import Replica

ALL: dict[str, Any] = {"first": MONDAY, "today": FRIDAY, "seconds": 30}
DOWN = ("429", "500", "garbage", "html", "empty", "emptyobj", "drop", "truncate", "refuse")
SLOW = ("slow", "trickle", "hang")


@pytest.fixture
def noon(replica: Replica) -> Iterator[Funds]:
    """MFAPI has all that is due."""
    with friday_at("12:00"):
        yield _funds(replica)


@pytest.fixture
def evening(replica: Replica) -> Iterator[Funds]:
    """AMFI has Friday's NAVs, MFAPI has not."""
    with friday_at("23:45"):
        yield _funds(replica)


def _funds(replica: Replica) -> Funds:
    navs = {MONDAY: "1", TUESDAY: "2", WEDNESDAY: "3", THURSDAY: "4", FRIDAY: "5.12345"}
    replica.world.funds.add("500001", navs)
    replica.world.funds.add("500002", navs)
    funds: Funds = made(Funds, replica)
    return funds


def test_amfi_is_not_asked_while_mfapi_has_what_is_due(noon: Funds, replica: Replica) -> None:
    assert noon.quotes(["500001", "500002"], seconds=30).found["500001"].day == THURSDAY
    assert list(noon.history("500001", **ALL).closes) == [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]
    assert noon.search("parag parikh", seconds=30)
    assert noon.profile(FLEXI, seconds=30).isin == "INF879O01027"
    assert replica.requests_to("amfi") == []


def test_nobody_is_asked_of_nothing(noon: Funds, replica: Replica) -> None:
    assert noon.quotes([], seconds=30) == base.LivePrices()
    assert replica.log == []


def test_newer_navs_come_from_amfi(evening: Funds, replica: Replica) -> None:
    replica.world.funds.leave_out("500002", {FRIDAY})
    answer = evening.quotes(["500001", "500002"], seconds=30)
    assert (answer.found["500001"].price, answer.found["500001"].day) == (Decimal("5.12345"), FRIDAY)
    assert (answer.found["500002"].price, answer.found["500002"].day) == (4, THURSDAY)
    assert answer.failed == {}
    assert len(replica.requests_to("amfi")) == 1


@pytest.mark.parametrize("mode", DOWN)
def test_amfi_gives_the_navs_while_mfapi_is_down(noon: Funds, replica: Replica, mode: str) -> None:
    replica.fault("mfapi", mode)
    answer = noon.quotes(["500001", "500002"], seconds=30)
    assert {symbol: (price.price, price.day) for symbol, price in answer.found.items()} == {
        "500001": (4, THURSDAY),
        "500002": (4, THURSDAY),
    }
    assert answer.failed == {}
    assert list(noon.history("500001", **ALL).closes.values()) == [1, 2, 3, 4]
    assert noon.profile(FLEXI, seconds=30).sector == "Equity: Flexi Cap"
    assert [match.symbol for match in noon.search("parag flexi direct", seconds=30)] == [FLEXI]


@pytest.mark.parametrize("mode", SLOW)
def test_a_slow_mfapi_leaves_time_for_amfi(noon: Funds, replica: Replica, mode: str) -> None:
    noon.search("INF879O01027", seconds=30)  # so that AMFI's file is made up by now
    funds = made(Funds, replica)
    replica.fault("mfapi", mode)
    started = time.monotonic()
    assert funds.quotes(["500001"], seconds=3).found["500001"].price == 4
    assert list(funds.history("500001", first=MONDAY, today=FRIDAY, seconds=3).closes.values()) == [1, 2, 3, 4]
    assert time.monotonic() - started < 9


@pytest.mark.parametrize(
    ("mode", "error"), [("429", base.RateLimited), ("500", base.Unreachable), ("garbage", base.Garbled)]
)
def test_the_error_of_mfapi_is_told_when_both_fail(
    noon: Funds, replica: Replica, mode: str, error: type[base.ProviderError]
) -> None:
    replica.fault("mfapi", mode)
    replica.fault("amfiindia", "503")
    for ask in (
        lambda: noon.quotes(["500001"], seconds=30),
        lambda: noon.history("500001", **ALL),
        lambda: noon.search("parag", seconds=30),
        lambda: noon.profile(FLEXI, seconds=30),
    ):
        with pytest.raises(error) as raised:
            ask()
        assert "mfapi" in str(raised.value)


def test_without_amfi_what_mfapi_has_stands(evening: Funds, replica: Replica) -> None:
    replica.fault("amfiindia", "500")
    assert evening.quotes(["500001"], seconds=30).found["500001"].day == THURSDAY
    assert list(evening.history("500001", **ALL).closes.values()) == [1, 2, 3, 4]


def test_one_fund_that_fails_does_not_stop_the_others(noon: Funds, replica: Replica) -> None:
    replica.fault("/mf/500001/", "500")
    replica.fault("amfiindia", "500")
    answer = noon.quotes(["500001", "500002"], seconds=30)
    assert list(answer.found) == ["500002"]
    assert type(answer.failed["500001"]) is base.Unreachable


def test_a_history_is_extended_by_what_amfi_has_since(evening: Funds, replica: Replica) -> None:
    replica.world.funds.change("500001", name="Flexi")
    closes = evening.history("500001", **ALL).closes
    assert closes == {MONDAY: 1, TUESDAY: 2, WEDNESDAY: 3, THURSDAY: 4, FRIDAY: Decimal("5.12345")}


def test_days_that_mfapi_lacks_at_the_end_come_from_reports(evening: Funds, replica: Replica) -> None:
    """The service as a whole has stood still since Tuesday."""
    rows = '[{"date": "17-11-2026", "nav": "2.00000"}, {"date": "16-11-2026", "nav": "1.00000"}]'
    replica.fault("mfapi", "body", body=f'{{"meta": {{"scheme_code": 500001}}, "data": {rows}, "status": "SUCCESS"}}')
    closes = evening.history("500001", **ALL).closes
    assert list(closes.values()) == [1, 2, 3, 4, Decimal("5.12345")]


def test_days_before_the_first_are_not_added(evening: Funds) -> None:
    closes = evening.history("500001", first=FRIDAY, today=FRIDAY, seconds=30).closes
    assert closes == {FRIDAY: Decimal("5.12345")}


def test_the_end_alone_is_no_history(noon: Funds, replica: Replica) -> None:
    """AMFI could give the last weeks: who stored them as all since 2020 would never ask for the rest."""
    replica.fault("mfapi", "500")
    with pytest.raises(base.Unreachable):
        noon.history(FLEXI, first=date(2020, 1, 1), today=FRIDAY, seconds=30)
    assert len(noon.history(FLEXI, first=FRIDAY - timedelta(days=20), today=FRIDAY, seconds=30).closes) > 10


@pytest.mark.parametrize("unknown_as", ["404", "empty"])
def test_a_scheme_that_neither_knows(noon: Funds, replica: Replica, unknown_as: str) -> None:
    replica.world.funds.unknown_as = unknown_as
    answer = noon.quotes(["400001", "500001"], seconds=30)
    assert list(answer.found) == ["500001"]
    assert type(answer.failed["400001"]) is base.UnknownSymbol
    for ask in (lambda: noon.history("400001", **ALL), lambda: noon.profile("400001", seconds=30)):
        with pytest.raises(base.UnknownSymbol):
            ask()
    assert noon.search("400001", seconds=30) == []


def test_only_unknown_schemes_are_no_outage(noon: Funds) -> None:
    assert list(noon.quotes(["400001", "AAPL"], seconds=30).failed) == ["400001", "AAPL"]


def test_a_new_scheme_that_only_amfi_knows(noon: Funds, replica: Replica) -> None:
    replica.fault("mfapi.in/mf/500001", "404")
    assert noon.quotes(["500001"], seconds=30).found["500001"].price == 4
    assert noon.profile("500001", seconds=30).symbol == "500001"
    assert list(noon.history("500001", **ALL).closes.values()) == [1, 2, 3, 4]
    with pytest.raises(base.WrongAnswer):  # not that it is unknown, which would end the asking
        noon.history("500001", first=date(2020, 1, 1), today=FRIDAY, seconds=30)


@pytest.mark.parametrize("text", ["INF879O01027", " inf879o01027 ", "122639"])
def test_search_by_isin_and_code(noon: Funds, text: str) -> None:
    (match,) = noon.search(text, seconds=30)
    assert (match.provider, match.symbol, match.amfi_code, match.isin) == ("mfapi", FLEXI, FLEXI, "INF879O01027")
    assert (match.asset_class, match.currency, match.sector) == ("mutual_fund", "INR", "Equity: Flexi Cap")


def test_all_schemes_with_sectors(noon: Funds, replica: Replica) -> None:
    schemes = {scheme.code: scheme for scheme in noon.schemes(seconds=60)}
    assert len(schemes) == len(replica.world.funds.all())
    assert schemes[FLEXI].name == "Parag Parikh Flexi Cap Fund - Direct Plan - Growth"
    assert (schemes[FLEXI].isin, schemes[FLEXI].sector) == ("INF879O01027", "Equity: Flexi Cap")


@pytest.mark.parametrize(("source", "other"), [("mfapi", "amfi"), ("amfi", "mfapi")])
def test_all_schemes_of_one_source(noon: Funds, replica: Replica, source: str, other: str) -> None:
    assert FLEXI in {scheme.code for scheme in noon.schemes(source=source, seconds=60)}
    assert replica.requests_to(other) == []
    replica.fault(source, "500")
    with pytest.raises(base.Unreachable):
        made(Funds, replica).schemes(source=source, seconds=60)


def test_all_schemes_while_one_of_them_is_down(noon: Funds, replica: Replica) -> None:
    replica.fault("mfapi", "500")
    assert FLEXI in {scheme.code for scheme in noon.schemes(seconds=60)}
    replica.faults.reset()
    replica.fault("amfiindia", "500")
    schemes = {scheme.code: scheme for scheme in made(Funds, replica).schemes(seconds=60)}
    assert schemes[FLEXI].sector == ""
    replica.fault("mfapi", "500")
    with pytest.raises(base.Unreachable):
        made(Funds, replica).schemes(seconds=60)
