"""What every provider keeps to. Another one joins with a line in PROVIDERS."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from portfolio.providers.base import (
    BudgetSpent,
    LivePrice,
    LivePrices,
    Match,
    PriceHistory,
    Profile,
    Provider,
    ProviderError,
    Spend,
    UnknownSymbol,
)
from portfolio.providers.demo import demo_market
from portfolio.providers.fixed import Fixed
from portfolio.providers.funds import Funds
from tests.providers.yahoo_makers import FIRST, TODAY, Purse, noon, yahoo
from tests.upstream.faults import MODES
from tests.upstream.replica import Replica

SECONDS, SLACK = 1.0, 1.0


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """hosts: where it asks, as a pattern; empty for one that asks nobody."""

    name: str
    make: Callable[[Replica, Spend], Provider]
    symbols: tuple[str, str]
    unknown: str
    text: str
    currency: str
    hosts: str = ""


def _yahoo(replica: Replica, spend: Spend) -> Provider:
    return yahoo(replica, purse=spend)  # type: ignore[arg-type]


def _funds(replica: Replica, spend: Spend) -> Provider:
    return Funds(spend=spend, proxy=replica.url, ca=str(replica.ca_file))


def _fixed(replica: Replica, spend: Spend) -> Provider:
    return Fixed(demo_market)


YAHOO = Candidate(
    name="yahoo",
    make=_yahoo,
    symbols=("AAPL", "SPY"),
    unknown="NOPE1",
    text="apple",
    currency="USD",
    hosts="yahoo",
)
FUNDS = Candidate(
    name="mfapi",
    make=_funds,
    symbols=("122639", "120503"),
    unknown="999999",
    text="flexi",
    currency="INR",
    hosts="mfapi|amfi",
)
FIXED = Candidate(
    name="fixed",
    make=_fixed,
    symbols=("DEMO-BANK", "DEMO-NIFTY"),
    unknown="NOPE1",
    text="bank",
    currency="INR",
)
PROVIDERS = [
    YAHOO,
    FUNDS,
    FIXED,
]
OVER_THE_NETWORK = [candidate for candidate in PROVIDERS if candidate.hosts]


@pytest.fixture(params=PROVIDERS, ids=lambda candidate: candidate.name)
def candidate(request: pytest.FixtureRequest) -> Candidate:
    found: Candidate = request.param
    return found


@pytest.fixture
def purse() -> Purse:
    return Purse()


@pytest.fixture
def provider(candidate: Candidate, replica: Replica, purse: Purse) -> Iterator[Provider]:
    with noon():
        yield candidate.make(replica, purse)


def test_it_has_the_name_of_the_sources_that_it_serves(candidate: Candidate, provider: Provider) -> None:
    assert provider.name == candidate.name


def test_quotes_are_found_or_missing(candidate: Candidate, provider: Provider) -> None:
    answer = provider.quotes([*candidate.symbols, candidate.unknown], seconds=10)
    assert isinstance(answer, LivePrices)
    assert set(answer.found) == set(candidate.symbols)
    assert set(answer.failed) == {candidate.unknown}
    assert isinstance(answer.failed[candidate.unknown], UnknownSymbol)
    for symbol, price in answer.found.items():
        _check_price(price, symbol, candidate.currency)


def test_nothing_asked_is_nothing_found(provider: Provider, purse: Purse) -> None:
    assert provider.quotes([], seconds=10) == LivePrices()
    assert purse.spent == 0


def test_a_history_is_of_the_days_asked_for_in_their_order(candidate: Candidate, provider: Provider) -> None:
    history = provider.history(candidate.symbols[0], first=FIRST, today=TODAY, seconds=10)
    assert isinstance(history, PriceHistory)
    assert (history.symbol, history.currency) == (candidate.symbols[0], candidate.currency)
    days = list(history.closes)
    assert len(days) >= 10  # of the 14 weekdays of the range before today
    assert all(type(day) is date and FIRST <= day <= TODAY for day in days)
    assert all(one < other for one, other in pairwise(days))
    assert all(isinstance(close, Decimal) and close.is_finite() and close > 0 for close in history.closes.values())


def test_a_longer_history_says_the_same_of_the_same_days(candidate: Candidate, provider: Provider) -> None:
    short, long = (
        provider.history(candidate.symbols[0], first=first, today=TODAY, seconds=10)
        for first in (FIRST, date(2020, 8, 3))
    )
    assert len(long.closes) > 1500
    assert {day: long.closes[day] for day in short.closes} == short.closes


def test_what_is_unknown_is_said_to_be(candidate: Candidate, provider: Provider) -> None:
    with pytest.raises(UnknownSymbol):
        provider.history(candidate.unknown, first=FIRST, today=TODAY, seconds=10)
    with pytest.raises(UnknownSymbol):
        provider.profile(candidate.unknown, seconds=10)


@pytest.mark.parametrize("symbol", ["", " ", "../x", "A B", "A/B", "A?b=c", "A%20B", "É", "A" * 200, "1,2"])
def test_no_symbol_leads_astray(provider: Provider, symbol: str) -> None:
    with pytest.raises(UnknownSymbol):
        provider.history(symbol, first=FIRST, today=TODAY, seconds=10)
    with pytest.raises(UnknownSymbol):
        provider.profile(symbol, seconds=10)
    assert set(provider.quotes([symbol], seconds=10).failed) == {symbol}


def test_it_searches_and_describes(candidate: Candidate, provider: Provider) -> None:
    matches = provider.search(candidate.text, seconds=10)
    assert candidate.symbols[0] in [match.symbol for match in matches]
    assert all(isinstance(match, Match) and match.provider == candidate.name for match in matches)
    profile = provider.profile(candidate.symbols[0], seconds=10)
    assert isinstance(profile, Profile)
    assert (profile.symbol, profile.currency) == (candidate.symbols[0], candidate.currency)
    assert profile.name


@pytest.mark.parametrize("text", ["", "  ", "zzzzqqqq"])
def test_nothing_is_found_for_nonsense(provider: Provider, text: str) -> None:
    assert list(provider.search(text, seconds=10)) == []


@pytest.mark.parametrize("candidate", OVER_THE_NETWORK, ids=lambda candidate: candidate.name, indirect=True)
class TestOverTheNetwork:
    @pytest.mark.parametrize("is_warm", [True, False], ids=["warm", "cold"])
    @pytest.mark.parametrize("mode", MODES)
    def test_a_fault_is_an_error_of_ours_in_time(
        self, candidate: Candidate, provider: Provider, replica: Replica, mode: str, is_warm: bool
    ) -> None:
        if is_warm:
            provider.quotes(candidate.symbols, seconds=10)
        replica.fault(candidate.hosts, mode, delay=0.2 if mode == "trickle" else None)
        with ThreadPoolExecutor() as pool:
            outcomes = list(pool.map(_outcome, _questions(candidate, provider)))
        for error, seconds in outcomes:
            assert error is None or isinstance(error, ProviderError), repr(error)
            assert seconds < SECONDS + SLACK

    @pytest.mark.parametrize("mode", MODES)
    def test_it_recovers_with_the_provider(
        self, candidate: Candidate, provider: Provider, replica: Replica, mode: str
    ) -> None:
        replica.fault(candidate.hosts, mode)
        for ask in _questions(candidate, provider, seconds=0.1):
            _outcome(ask)
        replica.faults.reset()
        assert [error for error, _ in map(_outcome, _questions(candidate, provider, seconds=10))] == [None] * 4

    def test_every_request_is_paid_for(
        self, candidate: Candidate, provider: Provider, replica: Replica, purse: Purse
    ) -> None:
        for ask in _questions(candidate, provider, seconds=10):
            assert _outcome(ask)[0] is None
        assert purse.spent == len(replica.log)

    @pytest.mark.parametrize("left", range(3))
    def test_where_nothing_is_left_nothing_is_sent(
        self, candidate: Candidate, provider: Provider, replica: Replica, purse: Purse, left: int
    ) -> None:
        for ask in _questions(candidate, provider, seconds=10):
            purse.left = left
            replica.records.reset()
            error, _ = _outcome(ask)
            assert error is None or isinstance(error, BudgetSpent)
            assert len(replica.log) <= left

    def test_no_time_is_no_answer(self, candidate: Candidate, provider: Provider) -> None:
        for ask in _questions(candidate, provider, seconds=0.0):
            error, seconds = _outcome(ask)
            assert isinstance(error, ProviderError)
            assert seconds < SLACK


def _check_price(price: LivePrice, symbol: str, currency: str) -> None:
    assert isinstance(price, LivePrice)
    assert (price.symbol, price.currency) == (symbol, currency)
    assert isinstance(price.price, Decimal)
    assert price.price > 0
    assert price.previous_close is None or price.previous_close > 0
    assert TODAY - timedelta(days=7) < price.day <= TODAY
    assert price.at.tzinfo is not None


def _questions(candidate: Candidate, provider: Provider, seconds: float = SECONDS) -> list[Callable[[], Any]]:
    symbol = candidate.symbols[0]
    return [
        lambda: provider.history(symbol, first=FIRST, today=TODAY, seconds=seconds),
        lambda: provider.quotes(candidate.symbols, seconds=seconds),
        lambda: provider.search(candidate.text, seconds=seconds),
        lambda: provider.profile(symbol, seconds=seconds),
    ]


def _outcome(ask: Callable[[], Any]) -> tuple[BaseException | None, float]:
    """What it raised, and how long that took; no answer at all is as much of an error."""
    started = time.monotonic()
    error: BaseException | None = None
    try:
        answer = ask()
        if isinstance(answer, LivePrices) and not answer.found:
            error = next(iter(answer.failed.values()), None)
    except Exception as raised:  # noqa: BLE001 it is what is looked at
        error = raised
    return error, time.monotonic() - started
