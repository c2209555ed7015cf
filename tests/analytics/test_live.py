"""A price of now moves today's point on every page alike, and nothing that is stored."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.models import SERIES, HistoryMark, HistoryYear
from analytics.rebuild import history_rebuild
from portfolio.live.board import board_changed
from portfolio.live.watching import watched_persist
from portfolio.models import Asset, PriceSource, Quote
from portfolio.services.actions import action_record
from tests.analytics.conftest import HOLDINGS, NET_WORTH, SUMMARY, TODAY, closes, enter, travel
from tests.analytics.test_net_worth import APPLE, HELD
from tests.conftest import api_of, check_error

STORED = 85_414
"""The net worth of the story: 10 × 120 rupees, and at 82 rupees 2 × 210 + 607 dollars."""
WEDNESDAY, TUESDAY, THURSDAY = TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def quote(asset: Asset, price: str, *, day: date = TODAY, previous: str | None = None) -> datetime:
    """What the refresh of quotes leaves behind; the instant of the price."""
    at = datetime.combine(day, time(15, 30), tzinfo=UTC)
    known = {"price": Decimal(price), "previous_close": previous and Decimal(previous), "day": day, "at": at}
    Quote.objects.update_or_create(asset=asset, defaults=known)
    board_changed("yahoo")
    return at


def graph(api: Any, **query: Any) -> dict[str, Any]:
    response = api.get(NET_WORTH, query)
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def net_worth(api: Any, **query: Any) -> list[float]:
    values: list[float] = graph(api, **query)["series"]["net_worth"]
    return values


def held(api: Any, symbol: str, **query: Any) -> dict[str, Any]:
    """The one position of that asset."""
    (row,) = (row for row in api.get(HOLDINGS, query).json()["results"] if row["asset"]["symbol"] == symbol)
    found: dict[str, Any] = row
    return found


@pytest.fixture
def seen(asha_api, story):
    """The story, of which the person has already seen the graph."""
    assert net_worth(asha_api)[-1] == STORED
    return story


def test_it_moves_the_last_point_and_no_other(asha_api, seen, apple):
    before = graph(asha_api)
    quote(apple, "220")
    after = graph(asha_api)

    assert after["series"]["net_worth"][-1] == STORED + 2 * 10 * 82
    assert after["series"]["holdings"] == [*HELD[:-1], 1200 + 2 * 220 * 82]
    for part in ("series", "confidence"):
        assert {name: values[:-1] for name, values in after[part].items()} == {
            name: values[:-1] for name, values in before[part].items()
        }
    for name in ("cash", "liabilities", "invested", "net_contributions", "income"):
        assert after["series"][name] == before["series"][name]
    assert {name: body for name, body in after.items() if name not in ("series", "confidence")} == {
        name: body for name, body in before.items() if name not in ("series", "confidence")
    }


def test_a_live_rate_moves_all_that_is_in_its_currency(asha_api, seen, dollar, apple):
    quote(dollar, "83")
    assert net_worth(asha_api)[-1] == 1200 + (2 * 210 + 607) * 83
    quote(apple, "220")
    assert net_worth(asha_api)[-1] == 1200 + (2 * 220 + 607) * 83
    assert net_worth(asha_api)[:-1] == net_worth(asha_api, to="2024-01-09")


def test_the_summary_says_so(asha_api, seen, apple, dollar):
    at = quote(apple, "220")
    body = asha_api.get(SUMMARY).json()

    assert body["net_worth"] == str(STORED + 1640)
    assert body["holdings"] == str(1200 + 2 * 220 * 82)
    assert body["day_change"] == str(100 + 1640)
    assert body["unrealized_gain"] == str(1352 + 1640)
    assert (datetime.fromisoformat(body["price_at"]), body["is_live"]) == (at, True)
    later = quote(dollar, "83", day=THURSDAY)
    assert datetime.fromisoformat(asha_api.get(SUMMARY).json()["price_at"]) == later


def test_the_return_is_that_of_the_new_value(asha_api, seen, apple):
    def xirr() -> float:
        value: float = asha_api.get(SUMMARY).json()["xirr"]["value"]
        return value

    before = xirr()
    quote(apple, "220")
    live = xirr()
    closes(apple, d2024_01_10="220")

    assert live == xirr() != before


def test_a_holding_says_so(asha_api, seen, apple, infosys):
    at = quote(apple, "220")
    row = held(asha_api, "AAPL")

    assert (row["price"], row["price_date"], row["is_live"]) == ("220", "2024-01-10", True)
    assert datetime.fromisoformat(row["price_at"]) == at
    assert (row["market_value"], row["unrealized_gain"]) == ("36080", str(36_080 - 33_283))
    assert row["day_change"] == "1640"
    stored = held(asha_api, "INFY")
    assert (stored["price_at"], stored["is_live"], stored["price_date"]) == (None, False, "2024-01-10")

    one = asha_api.get(f"{HOLDINGS}{apple.pk}/").json()
    assert one["results"] == [{**row, "weight": 1.0}]
    assert one["series"]["holdings"] == [*APPLE[2:-1], 36_080]


QUERIES = [{}, {"currency": "USD"}, {"account": "schwab"}, {"asset": "apple"}, {"asset_class": "stock"}]


@pytest.mark.parametrize("query", QUERIES)
def test_every_page_agrees(asha_api, seen, apple, infosys, dollar, schwab, query):
    quote(apple, "219.37")
    quote(dollar, "83.191")
    query = {name: {"schwab": schwab.pk, "apple": apple.pk}.get(value, value) for name, value in query.items()}

    summary, last = (
        asha_api.get(SUMMARY, query).json(),
        {n: v[-1] for n, v in graph(asha_api, **query)["series"].items()},
    )
    assert summary["is_live"]
    for name, value in last.items():
        assert float(summary[name]) == pytest.approx(value, abs=1e-6)
    if "asset_class" not in query and "asset" not in query:
        totals = asha_api.get(HOLDINGS, query).json()["totals"]
        assert float(totals["market_value"]) == pytest.approx(last["holdings"], abs=0.005)
    if "asset" in query:
        assert float(held(asha_api, "AAPL")["market_value"]) == pytest.approx(last["holdings"], abs=0.005)


def test_of_a_scope_and_in_a_currency(asha_api, seen, apple, dollar, main, schwab):
    quote(apple, "220")
    quote(dollar, "80")

    assert net_worth(asha_api, asset=apple.pk)[-1] == 2 * 220 * 80
    assert net_worth(asha_api, account=schwab.pk)[-1] == (2 * 220 + 607) * 80
    assert net_worth(asha_api, account=main.pk)[-1] == 1200
    assert net_worth(asha_api, currency="USD")[-1] == pytest.approx(1200 / 80 + 440 + 607)
    assert asha_api.get(SUMMARY, {"account": main.pk}).json()["is_live"] is False


def test_a_stored_close_of_the_day_or_a_later_one_ends_it(asha_api, seen, apple):
    quote(apple, "220")
    assert net_worth(asha_api)[-1] == STORED + 1640
    closes(apple, d2024_01_10="215")
    assert net_worth(asha_api)[-1] == STORED + 2 * 5 * 82
    assert held(asha_api, "AAPL")["is_live"] is False
    closes(apple, d2024_01_10=None)
    assert net_worth(asha_api)[-1] == STORED + 1640

    quote(apple, "230", day=TUESDAY)
    closes(apple, d2024_01_10="215")
    assert net_worth(asha_api)[-2:] == [STORED - 100, STORED + 2 * 5 * 82]
    assert held(asha_api, "AAPL", as_of=TUESDAY)["price"] == "210"


def test_one_of_yesterday_moves_yesterday_and_today(asha_api, seen, apple):
    before = net_worth(asha_api)
    quote(apple, "220", day=TUESDAY)

    assert net_worth(asha_api)[:-2] == before[:-2]
    assert net_worth(asha_api)[-2:] == [STORED - 100 + 1640, STORED + 1640]
    row = held(asha_api, "AAPL")
    assert (row["price_date"], row["day_change"], row["is_live"]) == ("2024-01-09", "0", True)
    assert net_worth(asha_api, to=TUESDAY) == net_worth(asha_api)[:-1]
    assert held(asha_api, "AAPL", as_of=TUESDAY)["market_value"] == "36080"
    assert net_worth(asha_api, **{"from": WEDNESDAY, "asset": apple.pk}) == [36_080]


def test_one_of_friday_carries_through_the_weekend(asha_api, story, apple):
    with travel(date(2024, 1, 14)):
        quote(apple, "220", day=date(2024, 1, 12))
        assert net_worth(asha_api, **{"from": "2024-01-11"}) == [STORED] + [STORED + 1640] * 3
        assert held(asha_api, "AAPL")["price_date"] == "2024-01-12"
    with travel(date(2024, 1, 30)):  # and longer, where nobody knows anything newer
        assert net_worth(asha_api)[-1] == STORED + 1640
        (stale,) = (row for row in asha_api.get(SUMMARY).json()["stale"] if row["symbol"] == "AAPL")
        assert stale["price_date"] == "2024-01-12"


def test_one_of_tomorrow_counts_today(asha_api, seen, infosys, apple):
    """Where it is traded, the next day has begun; it also comes after today's close."""
    quote(infosys, "125", day=THURSDAY)
    quote(apple, "220", day=THURSDAY)

    assert net_worth(asha_api)[-2:] == [STORED - 100, STORED + 50 + 1640]
    row = held(asha_api, "INFY")
    assert (row["price_date"], row["day_change"]) == ("2024-01-10", "150")
    with travel(THURSDAY):
        assert net_worth(asha_api)[-2:] == [STORED, STORED + 50 + 1640]
        assert held(asha_api, "INFY")["price_date"] == "2024-01-11"


def test_days_before_it_know_nothing_of_it(asha_api, seen, apple):
    before = [asha_api.get(page, {"to": TUESDAY}).content for page in (NET_WORTH, SUMMARY)]
    positions, tag = (
        asha_api.get(HOLDINGS, {"as_of": TUESDAY}).content,
        asha_api.get(NET_WORTH, {"to": TUESDAY})["ETag"],
    )
    quote(apple, "220")

    assert [asha_api.get(page, {"to": TUESDAY}).content for page in (NET_WORTH, SUMMARY)] == before
    assert asha_api.get(HOLDINGS, {"as_of": TUESDAY}).content == positions
    assert asha_api.get(NET_WORTH, {"to": TUESDAY})["ETag"] == tag


def test_on_the_day_of_a_split_the_old_close_is_halved_and_the_live_price_is_not(asha_api, seen, apple):
    action_record(user=None, fields={"asset": apple, "kind": "split", "ex_date": TODAY, "ratio": Decimal(2)})
    quote(apple, "110", previous="105")

    assert net_worth(asha_api)[-1] == STORED + 4 * 5 * 82
    row = held(asha_api, "AAPL")
    assert (row["quantity"], row["price"], row["market_value"], row["day_change"]) == ("4", "110", "36080", "1640")
    assert asha_api.get(SUMMARY).json()["day_change"] == str(100 + 1640)


def test_one_of_tomorrow_in_the_shares_of_tomorrow_counts_in_those_of_today(asha_api, seen, apple):
    action_record(user=None, fields={"asset": apple, "kind": "split", "ex_date": THURSDAY, "ratio": Decimal(2)})
    quote(apple, "110", day=THURSDAY)

    assert net_worth(asha_api)[-1] == STORED + 2 * 10 * 82
    assert held(asha_api, "AAPL")["price"] == "220"
    with travel(THURSDAY):
        assert net_worth(asha_api)[-2:] == [STORED, STORED + 4 * 5 * 82]
        assert held(asha_api, "AAPL")["price"] == "110"


def test_a_previous_close_of_zero_is_none(asha_api, seen, apple):
    quote(apple, "220", previous="0")

    assert net_worth(asha_api)[-2:] == [STORED - 100, STORED + 1640]


def test_a_session_whose_close_is_missing_has_the_one_that_the_provider_says(asha_api, seen, apple):
    """The last stored close is Monday's; what changed since Tuesday's is the change of the day."""
    quote(apple, "220", previous="216")

    assert net_worth(asha_api)[-2:] == [STORED - 100 + 2 * 6 * 82, STORED + 1640]
    assert held(asha_api, "AAPL")["day_change"] == str(2 * 4 * 82)
    assert asha_api.get(SUMMARY).json()["day_change"] == str(100 + 2 * 4 * 82)
    assert held(asha_api, "AAPL", as_of=TUESDAY)["market_value"] == str(2 * 210 * 82)  # it is a price of today

    closes(apple, d2024_01_09="214")
    assert net_worth(asha_api)[-2:] == [STORED - 100 + 2 * 4 * 82, STORED + 1640]
    assert held(asha_api, "AAPL")["day_change"] == str(2 * 6 * 82)


def test_over_a_weekend_no_session_is_missing(asha_api, story, apple):
    closes(apple, d2024_01_10="211")
    with travel(date(2024, 1, 15)):
        closes(apple, d2024_01_12="212")
        quote(apple, "220", day=date(2024, 1, 15), previous="212.04")  # rounded another way
        assert net_worth(asha_api, asset=apple.pk)[-3:] == [2 * 212 * 82] * 2 + [2 * 220 * 82]


def test_it_stands_for_a_week_before_it_is_stale(asha_api, story, apple, infosys, dollar):
    with travel(date(2024, 1, 20)):
        quote(dollar, "82", day=date(2024, 1, 20))
        quote(infosys, "120", day=date(2024, 1, 20))
        assert graph(asha_api)["confidence"]["stale"][-1] == pytest.approx(34_440 / STORED)
        quote(apple, "210", day=date(2024, 1, 19))
        assert graph(asha_api)["confidence"]["priced"][-2:] == [0, 1]  # the rate is of the 20th
        assert asha_api.get(SUMMARY).json()["stale"] == []


def test_an_asset_without_any_close(asha_api, main, tcs, at_noon):
    enter(main, "buy", "2024-01-08", tcs, quantity="2", price="100")
    assert graph(asha_api)["confidence"]["estimated"] == [1, 1, 1]
    quote(tcs, "150")

    body = graph(asha_api)
    assert body["series"]["net_worth"] == [200, 200, 300]
    assert body["confidence"]["priced"] == [0, 0, 1]
    assert held(asha_api, "TCS")["day_change"] is None  # nobody knows what it cost yesterday


def test_what_was_sold_moves_nothing(asha_api, seen, main, infosys, tcs):
    closes(tcs, d2024_01_02="50")
    enter(main, "buy", "2024-01-02", tcs, quantity="1", price="50")
    enter(main, "sell", "2024-01-08", tcs, quantity="1", price="50")
    before = asha_api.get(NET_WORTH)
    quote(tcs, "99")

    assert asha_api.get(NET_WORTH)["ETag"] == before["ETag"]
    assert asha_api.get(SUMMARY).json()["is_live"] is False


def test_the_tag_changes_with_what_counts_and_not_otherwise(asha_api, seen, apple, tcs):
    def tag() -> str:
        value: str = asha_api.get(NET_WORTH)["ETag"]
        return value

    stored = tag()
    quote(tcs, "4000")  # somebody else's
    quote(apple, "1", day=date(2024, 1, 8))  # there is a close of that day
    assert tag() == stored
    quote(apple, "220")
    live = tag()
    assert live != stored
    quote(tcs, "4001")
    assert tag() == live
    assert asha_api.get(NET_WORTH, headers={"If-None-Match": live}).status_code == 304
    quote(apple, "221")
    assert asha_api.get(NET_WORTH, headers={"If-None-Match": live}).status_code == 200
    assert len({stored, live, tag()}) == 3


def test_nothing_is_written(asha_api, seen, apple, dollar):
    def stored() -> tuple[Any, ...]:
        years = [[list(getattr(row, name)) for name in SERIES] for row in HistoryYear.objects.order_by("year")]
        return HistoryMark.objects.values_list().get(), repr(years)

    before = stored()
    quote(apple, "220")
    quote(dollar, "90", day=TUESDAY)
    with CaptureQueriesContext(connection) as queries:
        for page in (NET_WORTH, SUMMARY, HOLDINGS, f"{HOLDINGS}{apple.pk}/"):
            assert asha_api.get(page).status_code == 200
    assert not [query for query in queries if re.match(r"\s*(INSERT|UPDATE|DELETE|SAVEPOINT)", query["sql"], re.I)]
    assert stored() == before


def test_a_rebuild_knows_nothing_of_it(asha, asha_api, seen, apple, infosys):
    quote(apple, "220", day=TUESDAY)
    closes(infosys, d2024_01_09="111")
    history_rebuild(asha)
    (year,) = HistoryYear.objects.all()

    assert list(year.holdings[8:10]) == [1110 + 420 * 82, HELD[-1]]
    assert net_worth(asha_api)[-2:] == [STORED - 90 + 1640, STORED + 1640]


def test_who_looks_again_asks_no_more_than_without_it(asha_api, seen, apple):
    def asked() -> int:
        asha_api.get(NET_WORTH)
        with CaptureQueriesContext(connection) as queries:
            asha_api.get(NET_WORTH)
        return len(queries)

    without = asked()
    quote(apple, "220")
    assert asked() == without


def test_looking_is_watching_what_is_held_and_its_rates(asha_api, seen, main, apple, infosys, dollar, tcs):
    euro = Asset.objects.create(symbol="EURUSD=X", name="Dollars for a euro", asset_class="fx", currency="USD")
    closes(euro, d2024_01_01="1.1")
    enter(main, "buy", "2024-01-02", tcs, quantity="1", price="50")
    enter(main, "sell", "2024-01-08", tcs, quantity="1", price="50")
    for asset in (apple, infosys, dollar, tcs, euro):
        PriceSource.objects.create(asset=asset, provider="yahoo", symbol=asset.symbol)

    def watched(page: str, **query: Any) -> set[str]:
        watched_persist()
        Quote.objects.all().delete()
        asha_api.get(page, query)
        watched_persist()
        return set(Quote.objects.filter(watched_at__isnull=False).values_list("asset__symbol", flat=True))

    everything = {"AAPL", "INFY", "USDINR=X"}
    assert watched(NET_WORTH) == watched(SUMMARY) == watched(HOLDINGS) == everything
    assert watched(HOLDINGS, currency="EUR") == everything | {"EURUSD=X"}
    assert watched(NET_WORTH, currency="EUR") == everything | {"EURUSD=X"}
    assert watched(f"{HOLDINGS}{apple.pk}/") == {"AAPL", "USDINR=X"}
    assert watched(f"{HOLDINGS}{tcs.pk}/") == watched(HOLDINGS, as_of=TUESDAY) == set()


def test_private_assets_and_strangers(asha_api, mallory, mallory_api, anonymous_api, seen, apple, infosys):
    """An asset of one person has no provider; the same symbol in the catalogue is another asset."""
    catalogue = Asset.objects.create(symbol="INFY", name="Infosys", asset_class="stock", currency="INR")
    before = mallory_api.get(NET_WORTH)["ETag"], mallory_api.get(SUMMARY).content
    quote(catalogue, "999")
    quote(apple, "220")

    assert held(asha_api, "INFY")["price"] == "120"
    assert net_worth(asha_api)[-1] == STORED + 1640
    assert (mallory_api.get(NET_WORTH)["ETag"], mallory_api.get(SUMMARY).content) == before
    assert mallory_api.get(HOLDINGS).json()["results"] == []
    check_error(mallory_api.get(f"{HOLDINGS}{apple.pk}/"), 404)
    for page in (NET_WORTH, SUMMARY, HOLDINGS, f"{HOLDINGS}{apple.pk}/"):
        check_error(anonymous_api.get(page), 401)


def test_an_edit_meets_the_live_price(asha_api, seen, schwab, apple):
    quote(apple, "220")
    assert net_worth(asha_api)[-1] == STORED + 1640
    enter(schwab, "buy", "2024-01-10", apple, quantity="1", price="200")

    assert net_worth(asha_api)[-1] == 1200 + (3 * 220 + 607 - 200) * 82
    assert held(asha_api, "AAPL")["market_value"] == str(3 * 220 * 82)


def test_what_comes_in_kind_today_enters_at_the_live_price(asha_api, seen, main, apple):
    quote(apple, "220")
    enter(main, "transfer_in", "2024-01-10", apple, quantity="1", price="150")
    body = asha_api.get(SUMMARY).json()

    assert body["net_worth"] == str(STORED + 1640 + 220 * 82)
    assert body["net_contributions"] == str(84_005 + 220 * 82)
    assert body["day_change"] == str(100 + 1640)


def test_another_person_has_another_today(bob, story, apple, dollar):
    """It is already the 11th in Kolkata and still the 10th in New York."""
    enter(bob.accounts.get(is_default=True), "buy", "2024-01-05", apple, quantity="1", price="200")
    with travel(WEDNESDAY, at="20:00"):
        quote(apple, "220", day=WEDNESDAY)
        api = api_of(bob)
        assert graph(api)["as_of"] == "2024-01-10"
        assert net_worth(api)[-2:] == [210, 220]
        assert net_worth(api_of(story["infosys"].user))[-2:] == [STORED + 1640] * 2
