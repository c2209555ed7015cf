"""/market/ by rows made by hand, and the lane behind it with the replica of Yahoo."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import background
from portfolio.live import watching as live_watching
from portfolio.live.board import board_changed
from portfolio.market import watching
from portfolio.market.items import ASSETS, metal_in_rupees
from portfolio.market.recent import Recent, converted
from portfolio.models import Asset, PriceSource, ProviderState, Quote
from portfolio.services.prices import prices_record
from portfolio.services.seeding import assets_seed
from tests.analytics.conftest import travel
from tests.conftest import check_error

MARKET = "/api/v1/market/"
NOW = date(2026, 3, 11)
"""A Wednesday, at noon in UTC."""
NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)
KEYS = ["nifty_50", "sensex", "nasdaq_100", "sp_500", "gold", "silver", "bitcoin", "ether", "usd_inr"]
OUNCE = "31.1034768"


@pytest.fixture(autouse=True)
def new_process(clean_cache: None) -> Any:
    """Nobody has looked yet."""
    watching._seen.clear()
    live_watching._seen.clear()
    yield
    watching._seen.clear()
    live_watching._seen.clear()


@pytest.fixture
def seeded(db: None) -> Any:
    with travel(NOW):
        assets_seed(provider="yahoo", rows=ASSETS)
        yield


def asset(symbol: str) -> Asset:
    return Asset.objects.get(owner=None, symbol=symbol)


def close(symbol: str, **by_day: str) -> None:
    """close("GC=F", d09="3000"): of days in March 2026."""
    days = {date(2026, 3, int(day[1:])): Decimal(value) for day, value in by_day.items()}
    prices_record(closes={asset(symbol).pk: days})


def quote(symbol: str, price: str, *, day: int = 11, stale_in: int = 10, **fields: Any) -> None:
    """Of that day in March 2026, at half past eleven."""
    at = datetime(2026, 3, day, 11, 30, tzinfo=UTC)
    stale_at = datetime(2026, 3, 11, 12, tzinfo=UTC) + timedelta(seconds=stale_in)
    values = {"price": Decimal(price), "day": at.date(), "at": at, "fetched_at": at, "stale_at": stale_at, **fields}
    Quote.objects.update_or_create(asset=asset(symbol), defaults=values)
    board_changed("yahoo")


def items(client: Any) -> dict[str, Any]:
    response = client.get(MARKET)
    assert response.status_code == 200, response.content
    return {row["key"]: row for row in response.json()["items"]}


def test_it_works(asha_api, seeded):
    close("^NSEI", d09="24000", d10="24500")
    quote("^NSEI", "24990", previous_close=Decimal("24500"))

    body = asha_api.get(MARKET).json()

    assert [row["key"] for row in body["items"]] == KEYS
    assert body["items"][0] == {
        "key": "nifty_50",
        "name": "Nifty 50",
        "symbol": "^NSEI",
        "currency": "INR",
        "unit": "points",
        "last": "24990",
        "change": "490",
        "change_ratio": 0.02,
        "as_of": "2026-03-11T11:30:00+00:00",
        "price_date": "2026-03-11",
        "is_stale": False,
        "reason": None,
        "line": {"dates": ["2026-03-09", "2026-03-10", "2026-03-11"], "closes": [24000, 24500, 24990]},
    }
    assert (body["as_of"], body["refresh_after"]) == ("2026-03-11T11:30:00+00:00", 10)
    assert (body["duty"]["gold"], body["duty"]["silver"], body["news"]) == ("6", "6", [])
    assert "31.1034768 g" in body["duty"]["formula"]
    assert "GST" in body["duty"]["formula"]


def test_metals_are_in_rupees_with_duty(asha_api, seeded):
    """100 dollars for a gram of gold at 80 rupees are 80,000 for 10 g, with 6 % 84,800; silver: 1 dollar, 1,000 g."""
    close("GC=F", d09="3110.34768", d10="3110.34768")
    close("SI=F", d10=OUNCE)
    close("USDINR=X", d09="80", d10="80")
    quote("USDINR=X", "81", previous_close=Decimal(80))
    quote("SI=F", "62.2069536", previous_close=Decimal(OUNCE))

    rows = items(asha_api)

    gold, silver = rows["gold"], rows["silver"]
    assert (gold["last"], gold["change"], gold["change_ratio"]) == ("85860", "1060", 0.0125)
    assert gold["line"] == {"dates": ["2026-03-09", "2026-03-10", "2026-03-11"], "closes": [84800, 84800, 85860]}
    assert (gold["unit"], gold["currency"], gold["price_date"], gold["as_of"]) == ("10 g", "INR", "2026-03-10", None)
    assert (silver["last"], silver["change"], silver["unit"]) == ("171720", "86920", "1 kg")  # 2 × 81,000 × 1.06
    assert (silver["price_date"], silver["as_of"]) == ("2026-03-11", "2026-03-11T11:30:00+00:00")


def test_the_duty_is_a_setting(asha_api, seeded, settings):
    close("GC=F", d10="3110.34768")
    close("USDINR=X", d10="80")
    before = asha_api.get(MARKET)
    settings.GOLD_IMPORT_DUTY = Decimal("15.5")

    after = asha_api.get(MARKET)

    assert after["ETag"] != before["ETag"]
    assert after.json()["duty"]["gold"] == "15.5"
    assert after.json()["items"][4]["last"] == "92400"


def test_rupees_are_to_the_paisa():
    price = metal_in_rupees(Decimal(4000), Decimal("88.5"), grams=Decimal(10), duty=Decimal(6))
    exact = Decimal(4000) * Decimal("88.5") * 10 * Decimal("1.06") / Decimal(OUNCE)
    assert price == Decimal("120642.46")
    assert abs(price - exact) <= Decimal("0.005")


def test_what_is_not_fetched_is_null_with_a_reason(asha_api, seeded, settings):
    settings.LIVE_PRICES = True
    close("GC=F", d10="3000")

    for key, row in items(asha_api).items():
        assert [row[name] for name in ("last", "change", "change_ratio", "as_of", "price_date")] == [None] * 5, key
        assert row["line"] == {"dates": [], "closes": []}
        assert row["reason"].endswith("not fetched yet.")
    assert items(asha_api)["gold"]["reason"] == "USDINR=X: not fetched yet."


@pytest.mark.parametrize(
    ("is_live", "state", "reason"),
    [
        (False, {}, "^NSEI: nobody is asked while LIVE_PRICES is off."),
        (True, {"open_until": NOON + timedelta(seconds=9)}, "^NSEI: Yahoo cannot be asked just now (timed_out)."),
        (True, {"open_until": NOON}, "^NSEI: Yahoo could not be asked last time (timed_out)."),
    ],
)
def test_it_says_why_nothing_comes(asha_api, settings, is_live, state, reason):
    settings.LIVE_PRICES = is_live
    ProviderState.objects.create(provider="yahoo", error_code="timed_out", **state)

    with travel(NOW):
        assert items(asha_api)["nifty_50"]["reason"] == reason


def test_before_anyone_looked_there_is_nothing(asha_api, settings):
    settings.LIVE_PRICES = True
    rows = items(asha_api)

    assert list(rows) == KEYS
    assert {row["reason"] for row in rows.values()} >= {
        "^NSEI: not fetched yet.",
        "GC=F and USDINR=X: not fetched yet.",
    }
    assert not Asset.objects.exists()


def test_a_first_price_has_no_change(asha_api, seeded):
    quote("BTC-USD", "90000.5")

    bitcoin = items(asha_api)["bitcoin"]
    assert (bitcoin["last"], bitcoin["change"], bitcoin["change_ratio"]) == ("90000.5", None, None)
    assert bitcoin["reason"] == "The close before it is not known."


def test_a_close_of_its_day_replaces_a_quote(asha_api, seeded):
    close("^GSPC", d09="6000", d10="6060")
    quote("^GSPC", "6061", day=10, previous_close=Decimal(6000))

    row = items(asha_api)["sp_500"]
    assert (row["last"], row["change"], row["change_ratio"]) == ("6060", "60", 0.01)
    assert row["as_of"] == "2026-03-10T11:30:00+00:00"

    quote("^GSPC", "5900", day=9)
    row = items(asha_api)["sp_500"]
    assert (row["last"], row["as_of"]) == ("6060", None)


def test_the_line_has_thirty_days(asha_api, seeded):
    days = {NOW - timedelta(days=back): Decimal(back) for back in range(60, 0, -1)}
    prices_record(closes={asset("ETH-USD").pk: days})

    row = items(asha_api)["ether"]
    assert (row["line"]["dates"][0], row["line"]["closes"][0]) == ("2026-02-09", 30)
    assert len(row["line"]["dates"]) == 30

    prices_record(closes={asset("ETH-USD").pk: {day: None for day in days if day > NOW - timedelta(days=30)}})
    row = items(asha_api)["ether"]
    assert (row["last"], row["change"]) == ("30", "-1")  # against the close just before the line


def test_a_price_that_nobody_could_refresh_is_stale(asha_api, seeded):
    for seconds, is_stale in ((10, False), (-30, False), (-31, True)):
        quote("BTC-USD", "90000", stale_in=seconds)
        assert items(asha_api)["bitcoin"]["is_stale"] is is_stale
    quote("BTC-USD", "90000", problem="100 times the last close")
    assert items(asha_api)["bitcoin"]["is_stale"] is True


def test_a_metal_is_as_old_as_the_older_of_its_two():
    monday, tuesday = date(2026, 3, 9), date(2026, 3, 10)
    price = Recent(days={monday: Decimal(10)}, previous=Decimal(8))
    rate = Recent(days={tuesday: Decimal(3)}, previous=Decimal(2))
    both = converted(price, rate, lambda one, other: one * other)
    assert both.days == {tuesday: Decimal(30)}  # on Monday there was no rate yet
    assert both.previous == Decimal(20)  # the same price at the rate before
    assert both.at is None


def test_unchanged_is_304(asha_api, bob_api, seeded):
    close("^NSEI", d09="24000", d10="24500")
    first = asha_api.get(MARKET)
    assert first["Cache-Control"] == "private, no-cache"

    again = bob_api.get(MARKET, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])

    quote("^NSEI", "24600")
    changed = bob_api.get(MARKET, HTTP_IF_NONE_MATCH=first["ETag"])
    assert changed.status_code == 200
    assert changed.json()["items"][0]["last"] == "24600"
    close("^NSEI", d11="24700")
    assert asha_api.get(MARKET, HTTP_IF_NONE_MATCH=changed["ETag"]).json()["items"][0]["last"] == "24700"


def test_a_look_writes_nothing_and_asks_little(asha_api, seeded):
    close("^NSEI", d09="24000", d10="24500")
    asha_api.get(MARKET)
    with CaptureQueriesContext(connection) as seen:
        asha_api.get(MARKET)

    # the key and its person, the assets, the version of the board, the headlines, why others are missing
    assert len(seen) <= 5
    assert all(query["sql"].lstrip().upper().startswith("SELECT") for query in seen)


def test_private_assets_of_the_same_name_are_not_shown(asha_api, mallory, seeded):
    Asset.objects.filter(symbol="^NSEI").delete()
    mine = Asset.objects.create(owner=mallory, symbol="^NSEI", name="Mine", asset_class="other", currency="INR")
    prices_record(closes={mine.pk: {NOW: Decimal(1)}})

    assert items(asha_api)["nifty_50"]["last"] is None


def test_nobody_is_401(anonymous_api):
    check_error(anonymous_api.get(MARKET), 401)


def test_the_lane_makes_the_assets_once_somebody_looks(asha_api, settings):
    settings.LIVE_PRICES = True
    cache.set("market.news.claimed", True)
    assert watching.market_refresh() is False
    assert not Asset.objects.exists()

    asha_api.get(MARKET)
    assert watching.market_refresh() is True
    live_watching.watched_persist()

    assert PriceSource.objects.filter(provider="yahoo", asset__owner=None).count() == len(ASSETS)
    assert Quote.objects.filter(watched_at__isnull=False).count() == len(ASSETS)
    assert {row.asset_class for row in Asset.objects.filter(symbol__endswith="=F")} == {"index"}
    asha_api.get(MARKET)
    assert watching.market_refresh() is False


def test_nothing_is_made_while_prices_are_off(asha_api):
    asha_api.get(MARKET)
    assert watching.market_refresh() is False
    assert not Asset.objects.exists()


# --- The lane and the replica of Yahoo


@pytest.fixture
def at_noon(replica, transactional_db):
    cache.clear()
    with travel(NOW) as clock:
        yield clock
    cache.clear()


def look(client: Any) -> dict[str, Any]:
    """Somebody looks, and the lane does what is due; then they look again."""
    client.get(MARKET)
    background.run_due("quotes")
    answer: dict[str, Any] = client.get(MARKET).json()
    return answer


def asked(replica: Any, path: str) -> int:
    return sum(record.path == path for record in replica.requests_to("yahoo"))


@pytest.mark.django_db(transaction=True)
def test_one_request_brings_all_quotes(replica, at_noon, asha_api):
    replica.world.set_price("GC=F", 4000, previous_close=4000)
    replica.world.set_price("USDINR=X", 81, previous_close=80)
    of_a_dollar = 4000 * 10 * Decimal("1.06") / Decimal(OUNCE)

    body = look(asha_api)

    assert asked(replica, "/v7/finance/quote") == 1
    rows = {row["key"]: row for row in body["items"]}
    assert all(row["last"] is not None for row in rows.values())
    assert Decimal(rows["gold"]["last"]) == round(of_a_dollar * 81, 2)
    assert Decimal(rows["gold"]["change"]) == round(of_a_dollar * 81, 2) - round(of_a_dollar * 80, 2)
    assert rows["usd_inr"]["last"] == "81"
    assert not any(row["is_stale"] for row in rows.values())

    look(asha_api)
    assert asked(replica, "/v7/finance/quote") == 1  # within ten seconds
    at_noon.shift(11)
    look(asha_api)
    assert asked(replica, "/v7/finance/quote") == 2


@pytest.mark.django_db(transaction=True)
def test_headlines_come_every_quarter_of_an_hour(replica, at_noon, asha_api):
    first = look(asha_api)["news"]
    searches = asked(replica, "/v1/finance/search")

    assert 0 < len(first) <= 10
    assert set(first[0]) == {"title", "publisher", "link", "published_at"}
    assert first == sorted(first, key=lambda row: row["published_at"], reverse=True)
    at_noon.shift(14 * 60)
    assert look(asha_api)["news"] == first
    assert asked(replica, "/v1/finance/search") == searches == 2
    at_noon.shift(2 * 3600)
    assert look(asha_api)["news"] != first
    assert asked(replica, "/v1/finance/search") == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["500", "429", "garbage", "emptyobj", "html", "drop"])
def test_old_headlines_stay_when_yahoo_fails(replica, at_noon, asha_api, fault):
    first = look(asha_api)
    at_noon.shift(3600)
    trouble = replica.fault("finance/search", fault)

    second = look(asha_api)
    assert second["news"] == first["news"]

    trouble.times = 0
    at_noon.shift(3600)
    assert look(asha_api)["news"] != first["news"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("fault", "is_left_alone"), [("500", False), ("garbage", False), ("429", True)])
def test_headlines_that_fail_do_not_stop_the_prices(replica, at_noon, asha_api, fault, is_left_alone):
    look(asha_api)
    at_noon.shift(3600)
    replica.fault("finance/search", fault)
    for _ in range(4):
        look(asha_api)
        at_noon.shift(301)

    assert (ProviderState.objects.get(provider="yahoo").open_until is not None) == is_left_alone


@pytest.mark.django_db(transaction=True)
def test_headlines_lead_to_the_web_alone(replica, at_noon, asha_api):
    links = (
        "javascript:alert(1)",
        "https://",
        "https://ok.example/a",
        "HTTPS://ok.example/b",
        "https://ok.example/\\n",
    )
    entry = '{{"title": "{}", "publisher": "P", "link": "{}", "providerPublishTime": 1773220000}}'
    news = ", ".join([*(entry.format("T", link) for link in links), entry.format("X" * 999, "http://ok.example/c")])
    replica.fault("finance/search", "body", body=f'{{"quotes": [], "news": [{news}]}}')

    rows = look(asha_api)["news"]

    assert {row["link"] for row in rows} <= {"https://ok.example/a", "HTTPS://ok.example/b", "http://ok.example/c"}
    assert {"https://ok.example/a", "http://ok.example/c"} <= {row["link"] for row in rows}
    assert max(len(row["title"]) for row in rows) == 300


@pytest.mark.django_db(transaction=True)
def test_when_yahoo_fails_the_last_known_prices_stay(replica, at_noon, asha_api):
    first = look(asha_api)
    replica.fault("yahoo", "500")
    at_noon.shift(60)

    second = look(asha_api)

    assert [row["last"] for row in second["items"]] == [row["last"] for row in first["items"]]
    assert next(row for row in second["items"] if row["key"] == "bitcoin")["is_stale"]
