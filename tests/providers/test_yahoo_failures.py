"""What goes wrong at Yahoo: named, in time, paid for, and forgotten as soon as Yahoo is well again."""

import threading
import time
from collections.abc import Iterator
from datetime import date

import pytest
import yfinance.cache

from portfolio.providers.base import (
    BudgetSpent,
    Garbled,
    ProviderDown,
    ProviderError,
    RateLimited,
    TimedOut,
    UnknownSymbol,
    Unreachable,
)
from portfolio.providers.yahoo import Yahoo
from tests.providers.yahoo_makers import Purse, history, noon, paths, warm_yahoo, yahoo
from tests.upstream.replica import Replica

CHART = "query2.finance.yahoo.com/v8/finance/chart/AAPL"
QUOTE = "query1.finance.yahoo.com/v7/finance/quote"
COOKIES = "fc.yahoo|guce|consent"
ERRORS: dict[str, type[ProviderError]] = {
    "401": Unreachable,
    "429": RateLimited,
    "500": Unreachable,
    "502": Unreachable,
    "503": Unreachable,
    "garbage": Garbled,
    "html": Garbled,
    "emptyobj": Garbled,
    "chartnull": Garbled,
    "empty": Garbled,
    "drop": Unreachable,
    "truncate": Unreachable,
    "slow": TimedOut,
    "trickle": TimedOut,
    "hang": TimedOut,
}


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    with noon():
        yield


@pytest.fixture
def purse() -> Purse:
    return Purse()


@pytest.fixture
def warm(replica: Replica, purse: Purse) -> Yahoo:
    found = warm_yahoo(replica, purse=purse)
    purse.spent = 0
    return found


# --- Names


@pytest.mark.parametrize(("mode", "error"), ERRORS.items())
def test_each_fault_has_its_name(warm: Yahoo, replica: Replica, mode: str, error: type[ProviderError]) -> None:
    replica.fault("finance/(chart|quote|search)", mode, delay=0.2 if mode == "trickle" else None)
    for ask in (lambda: history(warm, "AAPL", seconds=0.5), lambda: warm.quotes(["AAPL"], seconds=0.5)):
        with pytest.raises(ProviderError) as raised:
            ask()
        assert type(raised.value) is error


def test_yfinance_writes_no_line_for_each_failure(
    replica: Replica, purse: Purse, caplog: pytest.LogCaptureFixture
) -> None:
    replica.fault("fc.yahoo|guce|consent|crumb|query", "500")
    with pytest.raises(ProviderDown):
        yahoo(replica, purse=purse).quotes(["AAPL"], seconds=5)
    assert not [record for record in caplog.records if record.name.startswith("yfinance")]


def test_it_is_left_alone_for_as_long_as_it_asks_for(warm: Yahoo, replica: Replica) -> None:
    replica.fault("chart", "429", retry_after=1234)
    with pytest.raises(RateLimited) as raised:
        history(warm, "AAPL")
    assert raised.value.retry_after == 1234
    assert paths(replica) == [CHART]  # where yfinance would have asked again, twice


def test_a_symbol_that_is_not_found_is_not_the_list_of_all(warm: Yahoo, replica: Replica) -> None:
    """A 404 says of a chart that there is no such symbol; of quotes, that Yahoo has moved."""
    replica.fault("yahoo", "404")
    with pytest.raises(UnknownSymbol):
        history(warm, "AAPL")
    with pytest.raises(Unreachable):
        warm.quotes(["AAPL"], seconds=10)
    with pytest.raises(Unreachable):
        warm.search("apple", seconds=10)


@pytest.mark.parametrize("mode", ["garbage", "500", "404", "emptyobj"])
def test_a_failure_is_not_kept(warm: Yahoo, replica: Replica, mode: str) -> None:
    """yfinance would keep the answer of a chart or a search, and say the same of it ever after."""
    for ask in (lambda: history(warm, "AAPL"), lambda: warm.search("apple", seconds=10)):
        replica.fault("yahoo", mode, times=1)
        with pytest.raises(ProviderError):
            ask()
        assert ask()


# --- Time


@pytest.mark.parametrize("mode", ["hang", "trickle"])
def test_one_deadline_holds_for_all_requests_of_a_question(replica: Replica, mode: str) -> None:
    """Cookie, consent, crumb and chart; yfinance would wait for half a minute for each of the first."""
    cold = yahoo(replica)
    replica.fault("yahoo", mode, delay=0.3 if mode == "trickle" else None)
    for ask in (lambda: history(cold, "AAPL", seconds=1), lambda: cold.profile("AAPL", seconds=1)):
        started = time.monotonic()
        with pytest.raises(TimedOut):
            ask()
        assert time.monotonic() - started < 2


def test_charts_come_without_a_cookie(replica: Replica) -> None:
    cold = yahoo(replica)
    replica.fault(COOKIES, "hang")
    assert history(cold, "AAPL", seconds=3).closes


def test_who_waits_for_the_cookie_of_another_waits_no_longer_than_it_may(replica: Replica) -> None:
    cold = yahoo(replica)
    replica.fault(COOKIES, "hang")
    lane = threading.Thread(target=lambda: history(cold, "AAPL", seconds=8))
    lane.start()
    while not replica.log:
        time.sleep(0.01)
    started = time.monotonic()
    with pytest.raises(TimedOut):
        cold.search("apple", seconds=0.5)
    assert time.monotonic() - started < 1.5
    lane.join()


def test_many_threads_ask_at_once(replica: Replica) -> None:
    """Each gets the answer to its own question, with one cookie for all."""
    shared, symbols = yahoo(replica), ["AAPL", "MSFT", "SPY", "INFY.NS", "BTC-USD", "KO"]
    found: dict[str, str] = {}

    def ask(symbol: str) -> None:
        for _ in range(3):
            found[symbol] = history(shared, symbol).symbol
            assert shared.search(symbol, seconds=10)[0].symbol == symbol

    threads = [threading.Thread(target=ask, args=(symbol,)) for symbol in symbols]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {symbol: symbol for symbol in symbols}
    assert len([path for path in paths(replica) if "fc.yahoo" in path or "getcrumb" in path]) == 2


# --- Requests and the budget


def test_a_history_is_one_request(warm: Yahoo, replica: Replica, purse: Purse) -> None:
    for symbol in ("AAPL", "RELIANCE.NS", "BTC-USD"):
        history(warm, symbol)
    assert paths(replica) == [CHART.replace("AAPL", symbol) for symbol in ("AAPL", "RELIANCE.NS", "BTC-USD")]
    assert purse.spent == 3


def test_500_symbols_are_a_handful_of_requests(warm: Yahoo, replica: Replica, purse: Purse) -> None:
    symbols = [f"MADE{i}" for i in range(500)]
    for symbol in symbols:
        replica.world.add(symbol)
    assert set(warm.quotes(symbols, seconds=30).found) == set(symbols)
    assert paths(replica) == [QUOTE] * 3
    assert purse.spent == 3


def test_what_was_had_before_a_failure_is_not_lost(warm: Yahoo, replica: Replica) -> None:
    symbols = ["AAPL", *(f"NOPE{i}" for i in range(199)), "MSFT"]
    replica.fault("symbols=MSFT", "500")
    answer = warm.quotes(symbols, seconds=10)
    assert set(answer.found) == {"AAPL"}
    assert isinstance(answer.failed["NOPE0"], UnknownSymbol)
    assert isinstance(answer.failed["MSFT"], ProviderDown)


def test_a_cold_start_is_paid_for_request_by_request(replica: Replica) -> None:
    """A cookie, a crumb, the quotes. Where the money ends, so do the requests."""
    for left in range(3):
        purse = Purse(left)
        cold = yahoo(replica, purse=purse)
        replica.records.reset()
        with pytest.raises(BudgetSpent):
            cold.quotes(["AAPL"], seconds=10)
        assert len(replica.log) == left
    assert yahoo(replica, purse=Purse(3)).quotes(["AAPL"], seconds=10).found


@pytest.mark.parametrize("mode", ["drop", "truncate", "401", "500"])
def test_no_request_escapes_the_budget_when_things_go_wrong(
    warm: Yahoo, replica: Replica, purse: Purse, mode: str
) -> None:
    """curl sends a request once more, of itself, where a connection that was kept is closed."""
    replica.fault("yahoo", mode)
    for _ in range(3):
        with pytest.raises(ProviderError):
            history(warm, "AAPL", seconds=2)
    assert purse.spent >= len(replica.log) >= 3


# --- Cookies and crumbs


def test_a_crumb_that_has_expired_is_replaced(warm: Yahoo, replica: Replica) -> None:
    replica.access.expire_crumbs()
    assert warm.quotes(["AAPL"], seconds=10).found
    assert len(replica.log) == 3  # refused, another crumb, the quotes
    replica.records.reset()
    assert warm.quotes(["AAPL"], seconds=10).found
    assert paths(replica) == [QUOTE]


@pytest.mark.parametrize("mode", ["401", "404", "429", "500", "garbage", "html", "emptyobj", "empty", "drop", "hang"])
def test_without_a_crumb_there_are_histories_but_no_quotes(replica: Replica, mode: str) -> None:
    """Nor is what came in its place taken for one, which yfinance would do."""
    cold = yahoo(replica)
    replica.fault("getcrumb", mode)
    assert history(cold, "AAPL", seconds=2).closes
    with pytest.raises(ProviderDown):
        cold.quotes(["AAPL"], seconds=2)
    replica.faults.reset()
    replica.records.reset()
    assert cold.quotes(["AAPL"], seconds=10).found
    assert len(replica.log) <= 6


def test_too_many_requests_for_a_crumb_are_no_reason_for_more(replica: Replica) -> None:
    cold = yahoo(replica)
    replica.fault("getcrumb", "429", retry_after=60)
    with pytest.raises(RateLimited) as raised:
        cold.quotes(["AAPL"], seconds=10)
    assert raised.value.retry_after == 60
    assert len(replica.log) == 3  # the cookie, the crumb, and quotes that were refused without it


def test_there_is_a_second_way_to_a_cookie(replica: Replica) -> None:
    cold = yahoo(replica)
    replica.fault("fc.yahoo", "500")
    assert cold.quotes(["AAPL"], seconds=10).found
    assert any("consent" in path for path in paths(replica))


def test_a_stored_cookie_that_cannot_be_read_is_none(replica: Replica) -> None:
    cold = yahoo(replica)
    yfinance.cache.get_cookie_cache().store("curlCffi", {".yahoo.com": {"/": {}}})
    assert cold.quotes(["AAPL"], seconds=10).found


def test_an_answer_has_a_limit_of_size(replica: Replica, purse: Purse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what it unpacks to: who sends little may mean much."""
    monkeypatch.setattr("portfolio.providers.yahoo_session.MOST_BYTES", 4_000)
    small = yahoo(replica, purse=purse)
    assert small.quotes(["AAPL"], seconds=10).found
    with pytest.raises(Unreachable):
        history(small, "AAPL", first=date(2015, 1, 2))
