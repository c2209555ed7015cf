"""What Yahoo finds, describes and reports, in our words."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from portfolio.providers.base import Garbled, Match, Profile, ProviderError
from portfolio.providers.yahoo import Yahoo
from portfolio.providers.yahoo_classes import asset_class, market_cap_class
from tests.providers.yahoo_makers import noon, paths, warm_yahoo
from tests.upstream.replica import Replica


@pytest.fixture
def yahoo(replica: Replica) -> Iterator[Yahoo]:
    with noon():
        yield warm_yahoo(replica)


# --- Search


def test_a_company_is_found_on_every_exchange(yahoo: Yahoo) -> None:
    one, other = yahoo.search("reliance", seconds=10)
    assert one == Match(
        provider="yahoo",
        symbol="RELIANCE.NS",
        name="Reliance Industries Limited",
        asset_class="stock",
        exchange="NSI",
        sector="Energy",
    )
    assert (other.symbol, other.exchange) == ("RELIANCE.BO", "BSE")


def test_an_isin_is_found_and_repeated(yahoo: Yahoo) -> None:
    found = yahoo.search(" ine002a01018 ", seconds=10)
    assert [(match.symbol, match.isin) for match in found] == [
        ("RELIANCE.NS", "INE002A01018"),
        ("RELIANCE.BO", "INE002A01018"),
    ]


def test_indian_funds_are_left_to_their_own_provider(yahoo: Yahoo, replica: Replica) -> None:
    assert yahoo.search("Parag Parikh", seconds=10) == []
    assert len(replica.log) == 1


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"symbol": "INR=X", "quoteType": "CURRENCY", "shortname": "USD/INR"}, ("USDINR=X", "fx", "INR")),
        ({"symbol": "EURINR=X", "quoteType": "CURRENCY", "shortname": "EUR/INR"}, ("EURINR=X", "fx", "INR")),
        ({"symbol": "BTC-INR", "quoteType": "CRYPTOCURRENCY"}, ("BTC-INR", "crypto", "")),
        ({"symbol": "^NSEI", "quoteType": "INDEX"}, ("^NSEI", "index", "")),
        ({"symbol": "GC=F", "quoteType": "FUTURE"}, ("GC=F", "other", "")),
        ({"symbol": "AAPL261120C00100000", "quoteType": "OPTION"}, None),
        ({"quoteType": "EQUITY", "name": "not listed"}, None),
        ({"symbol": "ODD"}, None),
    ],
)
def test_results_are_read_by_their_type(
    yahoo: Yahoo, replica: Replica, sent: dict[str, str], found: tuple[str, str, str] | None
) -> None:
    replica.fault("search", "body", body=json.dumps({"quotes": [sent, sent], "news": []}))
    matches = yahoo.search("x", seconds=10)
    assert [(one.symbol, one.asset_class, one.currency) for one in matches] == ([found] if found else [])


@pytest.mark.parametrize("body", ['{"quotes": null}', '{"quotes": [1]}', '{"quotes": "x"}', "[]", "null", "3"])
def test_what_is_no_list_of_results_is_an_error(yahoo: Yahoo, replica: Replica, body: str) -> None:
    """yfinance would say that nothing was found."""
    replica.fault("search", "body", body=body)
    with pytest.raises(Garbled):
        yahoo.search("apple", seconds=10)


@pytest.mark.parametrize("text", ["a" * 5000, "\x00", "é ü 漢", "a&crumb=b", "'; --", "%00"])
def test_any_text_can_be_searched_for(yahoo: Yahoo, text: str) -> None:
    assert yahoo.search(text, seconds=10) == []


# --- Profiles


@pytest.mark.parametrize(
    ("symbol", "asset_class", "currency", "sector", "market_cap"),
    [
        ("AAPL", "stock", "USD", "Technology", "large"),
        ("PLUG", "stock", "USD", "Industrials", "mid"),
        ("RELIANCE.NS", "stock", "INR", "Energy", "large"),
        ("EMBASSY.NS", "reit", "INR", "Real Estate", ""),
        ("O", "reit", "USD", "Real Estate", ""),
        ("SPY", "etf", "USD", "", ""),
        ("GLD", "gold", "USD", "", ""),
        ("GOLDBEES.NS", "gold", "INR", "", ""),
        ("BTC-USD", "crypto", "USD", "", ""),
        ("USDINR=X", "fx", "INR", "", ""),
        ("^NSEI", "index", "INR", "", ""),
    ],
)
def test_profiles(yahoo: Yahoo, symbol: str, asset_class: str, currency: str, sector: str, market_cap: str) -> None:
    found = yahoo.profile(symbol, seconds=10)
    assert isinstance(found, Profile)
    assert (found.symbol, found.asset_class, found.currency, found.sector, found.market_cap) == (
        symbol,
        asset_class,
        currency,
        sector,
        market_cap,
    )


def test_a_coin_costs_one_request_and_a_company_two(yahoo: Yahoo, replica: Replica) -> None:
    yahoo.profile("BTC-USD", seconds=10)
    yahoo.profile("AAPL", seconds=10)
    assert [path.split("/")[3] for path in paths(replica)] == ["quote", "quote", "quoteSummary"]


def test_a_company_of_which_no_more_is_known_has_no_sector(yahoo: Yahoo, replica: Replica) -> None:
    replica.fault("quoteSummary", "404")
    found = yahoo.profile("AAPL", seconds=10)
    assert (found.name, found.asset_class, found.sector) == ("Apple Inc.", "stock", "")


def test_a_profile_is_whole_or_an_error(yahoo: Yahoo, replica: Replica) -> None:
    replica.fault("quoteSummary", "500")
    with pytest.raises(ProviderError):
        yahoo.profile("AAPL", seconds=10)


# --- Classes


@pytest.mark.parametrize(
    ("kind", "name", "industry", "expected"),
    [
        ("ETF", "iShares Core U.S. Aggregate Bond ETF", "", "bond"),
        ("ETF", "Bharat Bond ETF - April 2030", "", "bond"),
        ("ETF", "SPDR Bloomberg 1-3 Month T-Bill ETF", "", "bond"),
        ("ETF", "Some Name", "Intermediate Core Bond", "bond"),
        ("ETF", "Vanguard Real Estate Index Fund", "", "reit"),
        ("ETF", "VanEck Gold Miners ETF", "", "etf"),
        ("ETF", "Goldman Sachs ActiveBeta ETF", "", "etf"),
        ("ETF", "Goldman Sachs Physical Gold ETF", "", "gold"),
        ("EQUITY", "Nippon India ETF Gold BeES", "", "gold"),
        ("EQUITY", "Barrick Gold Corporation", "Gold", "stock"),
        ("EQUITY", "Mindspace Business Parks REIT", "", "reit"),
        ("MUTUALFUND", "Vanguard Total Bond Market Index Fund", "", "mutual_fund"),
        ("CRYPTOCURRENCY", "PAX Gold USD", "", "crypto"),
        ("OPTION", "AAPL call", "", ""),
        ("", "", "", ""),
    ],
)
def test_classes(kind: str, name: str, industry: str, expected: str) -> None:
    assert asset_class(kind, name=name, industry=industry) == expected


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [
        (10e9, "USD", "large"),
        (9.99e9, "USD", "mid"),
        (1.99e9, "USD", "small"),
        (1e12, "INR", "large"),
        (3.3e11, "INR", "mid"),
        (3.2e11, "INR", "small"),
        (5e12, "JPY", ""),
        (None, "USD", ""),
        (0, "USD", ""),
    ],
)
def test_market_caps(value: float | None, currency: str, expected: str) -> None:
    assert market_cap_class(value, currency) == expected


# --- News


def test_headlines(yahoo: Yahoo, replica: Replica) -> None:
    sent = [
        {"title": "Up", "publisher": "Wire", "link": "https://example.com/1", "providerPublishTime": 1_795_190_400},
        {"title": "No link", "publisher": "Wire", "providerPublishTime": 1_795_190_400},
        {"title": "A trap", "link": "javascript:alert(1)", "providerPublishTime": 1_795_190_400},
        {"title": "Down", "link": "https://example.com/2", "providerPublishTime": 1_795_186_800},
        {"title": "Old", "link": "https://example.com/3", "providerPublishTime": 1_795_100_400},
    ]
    replica.fault("search", "body", body=json.dumps({"quotes": [], "news": sent}))
    one, other = yahoo.news("AAPL", 2, seconds=10)
    assert (one.title, one.publisher, one.link) == ("Up", "Wire", "https://example.com/1")
    assert one.published_at == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert (other.title, other.publisher) == ("Down", "")


def test_news_are_one_request(yahoo: Yahoo, replica: Replica) -> None:
    assert len(yahoo.news("AAPL", 5, seconds=10)) == 5
    assert len(replica.log) == 1
