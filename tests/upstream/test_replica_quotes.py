"""Quotes, profiles, search and news, with the cookie and the crumb that Yahoo asks for."""

from datetime import UTC, date, datetime

import pytest
import time_machine
import yfinance as yf
from yfinance.data import YfData

from tests.upstream.conftest import Get, Ticker
from tests.upstream.replica import Replica

QUOTES = "https://query1.finance.yahoo.com/v7/finance/quote"
CRUMB = "https://query1.finance.yahoo.com/v1/test/getcrumb"


def quotes(session, *symbols: str) -> dict[str, dict]:
    """As one who uses yfinance for the cookie and the crumb."""
    answer = YfData(session=session).get_raw_json(QUOTES, params={"symbols": ",".join(symbols)})
    return {quote["symbol"]: quote for quote in answer["quoteResponse"]["result"]}


def test_quotes_of_five_hundred_symbols_come_in_one_request(replica: Replica, session) -> None:
    symbols = [f"SYM{i}" for i in range(500)]
    found = quotes(session, *symbols, "NOSUCH")
    assert list(found) == symbols
    asked = [record.path for record in replica.requests_to("yahoo")]
    assert asked == ["/", "/v1/test/getcrumb", "/v7/finance/quote"]


def test_a_quote_says_what_the_chart_says(session, ticker: Ticker) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 9, 0, 1, tzinfo=UTC), tick=False):
        quote = quotes(session, "RELIANCE.NS")["RELIANCE.NS"]
        frame = ticker("RELIANCE.NS").history(period="5d", auto_adjust=False)
    assert quote["marketState"] == "REGULAR"
    assert quote["regularMarketPrice"] == pytest.approx(frame["Close"].iloc[-1], rel=1e-6)
    assert quote["regularMarketPreviousClose"] == pytest.approx(frame["Close"].iloc[-2], rel=1e-6)
    assert quote["regularMarketTime"] == datetime(2026, 11, 20, 9, 0, 0, tzinfo=UTC).timestamp()
    assert (quote["currency"], quote["exchangeTimezoneName"]) == ("INR", "Asia/Kolkata")


def test_markets_are_open_by_their_hours(session) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 10, 30, tzinfo=UTC), tick=False):
        found = quotes(session, "AAPL", "INFY.NS", "VOD.L", "BTC-USD", "EURUSD=X")
    is_open = {symbol: quote["marketState"] == "REGULAR" for symbol, quote in found.items()}
    assert is_open == {"AAPL": False, "INFY.NS": False, "VOD.L": True, "BTC-USD": True, "EURUSD=X": True}


def test_a_price_can_be_set(replica: Replica, session) -> None:
    replica.world.set_price("AAPL", 300.5, previous_close=298)
    quote = quotes(session, "AAPL")["AAPL"]
    assert (quote["regularMarketPrice"], quote["regularMarketPreviousClose"]) == (300.5, 298)


def test_quotes_need_a_crumb_that_goes_with_the_cookie(replica: Replica, session, get: Get) -> None:
    refusal = get(f"{QUOTES}?symbols=AAPL")
    assert (refusal.status_code, refusal.json()["finance"]["error"]["description"]) == (401, "Invalid Cookie")
    cookies = {"A3": "mine"}
    crumb = get(CRUMB, cookies=cookies).text
    assert get(f"{QUOTES}?symbols=AAPL&crumb={crumb}", cookies=cookies).status_code == 200
    assert get(f"{QUOTES}?symbols=AAPL&crumb={crumb}", cookies={"A3": "another's"}).status_code == 401
    replica.access.expire_crumbs()
    refusal = get(f"{QUOTES}?symbols=AAPL&crumb={crumb}", cookies=cookies)
    assert refusal.json()["finance"]["error"] == {"code": "Unauthorized", "description": "Invalid Crumb"}


def test_charts_and_search_need_no_crumb(get: Get) -> None:
    host = "https://query2.finance.yahoo.com"
    assert get(f"{host}/v8/finance/chart/AAPL?range=5d&interval=1d").status_code == 200
    assert get(f"{host}/v1/finance/search?q=apple").json()["quotes"][0]["symbol"] == "AAPL"


def test_yfinance_gets_over_an_expired_crumb(replica: Replica, session) -> None:
    assert "AAPL" in quotes(session, "AAPL")
    replica.access.expire_crumbs()
    assert "MSFT" in quotes(session, "MSFT")


def test_yfinance_gets_its_cookie_by_consent_where_the_first_way_fails(replica: Replica, session) -> None:
    replica.fault(r"fc\.yahoo\.com", "drop")
    assert "AAPL" in quotes(session, "AAPL")
    hosts = {record.host for record in replica.requests_to("yahoo")}
    assert {"guce.yahoo.com", "consent.yahoo.com"} <= hosts


def test_info_has_sector_and_market_cap(ticker: Ticker) -> None:
    info = ticker("RELIANCE.NS").info
    assert (info["sector"], info["quoteType"], info["currency"]) == ("Energy", "EQUITY", "INR")
    assert info["marketCap"] > 1e13
    assert info["longName"] == "Reliance Industries Limited"
    assert "sector" not in ticker("SPY").info


def test_fast_info_works(ticker: Ticker) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False):
        info = ticker("AAPL").fast_info
        assert info["lastPrice"] == pytest.approx(271.49)
        assert info["currency"] == "USD"
        assert info["marketCap"] == pytest.approx(4.02e12, rel=1e-3)


def test_search_finds_by_symbol_name_and_isin(session) -> None:
    def found(text: str) -> list[str]:
        return [quote["symbol"] for quote in yf.Search(text, session=session).quotes]

    assert found("RELIANCE")[:2] == ["RELIANCE.NS", "RELIANCE.BO"]
    assert found("reliance indus")[:2] == ["RELIANCE.NS", "RELIANCE.BO"]
    assert found("US0378331005") == ["AAPL"]
    assert found("BTC") == ["BTC-USD"]
    assert found("SYM4711") == ["SYM4711"]
    assert found("zzzzz") == []


def test_an_isin_is_a_ticker(ticker: Ticker) -> None:
    assert ticker("US0378331005").ticker == "AAPL"
    with pytest.raises(ValueError, match="Invalid ISIN"):
        ticker("US0000000000")


def test_there_are_news(session, ticker: Ticker) -> None:
    assert len(yf.Search("AAPL", news_count=5, session=session).news) == 5
    stories = ticker("AAPL").news
    assert len(stories) == 10
    assert stories[0]["content"]["provider"]["displayName"] == "Replica Wire"


def test_lookup_goes_by_type(session) -> None:
    found = yf.Lookup("gold", session=session)
    assert set(found.get_etf().index) == {"GOLDBEES.NS", "GLD"}
    assert list(found.get_future().index) == ["GC=F"]


def test_downloads_of_several_are_one_frame(replica: Replica, session) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False):
        frame = yf.download(["AAPL", "BTC-USD"], period="5d", auto_adjust=False, progress=False, session=session)
    assert frame["Close"]["AAPL"].dropna().index[-1].date() == date(2026, 11, 20)
    assert frame["Close"]["BTC-USD"].dropna().index[-1].date() == date(2026, 11, 22)
    assert sum(record.path.startswith("/v8/finance/chart/") for record in replica.log) == 4  # a zone, a chart; for each
