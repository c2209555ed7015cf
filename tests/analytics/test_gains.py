"""/analytics/gains/: a worked ledger under both methods and two countries' rules, and what holds of any ledger.

In rupees, of Infosys:
    2023-01-10  buy  10 at 100, fee 10       1,010: 101 each
    2023-06-01  buy  10 at 150, fee 20       1,520: 152 each
    2024-01-10  sell  4 at 200, fee 8        792; the day of the anniversary
    2024-01-11  sell  2 at 200               400; the day after
    2024-03-01  split 2:1                    8 at 50.50 and 20 at 76 are left
    2024-05-02  sell 18 at 90, fee 18        1,602: 89 each
    2024-09-02  move  6 to the account Away
    2024-10-01  sell  6 at 80 in Away        480
    2025-06-02  4 are left, the price is 100
In dollars, of Apple, at 80, 82, 85 and at last 86 rupees:
    2023-02-01  buy  2 at 100                200 USD: 16,000
    2023-08-01  buy  2 at 120, fee 4         244 USD: 20,008
    2024-12-02  sell 3 at 150, fee 6         444 USD: 37,740; 148 each
    2025-06-02  1 is left, the price is 160

First in, first out, Infosys gains (proceeds less cost):
    2023-24  792 - 4 × 101 = 388 short, 400 - 2 × 101 = 198 long
    2024-25  8 × 89 - 8 × 50.50 = 308 long, 10 × 89 - 10 × 76 = 130 short, 480 - 6 × 76 = 24 long
    left     4 × 76 = 304 worth 400
and Apple, short in India (24 months), long in the United States:
    2 × 148 × 85 - 16,000 = 9,160 and 148 × 85 - 10,004 = 2,576; left 10,004 worth 160 × 86 = 13,760
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Account
from core.services import account_create, account_update
from portfolio.models import Asset
from portfolio.services.actions import action_record
from tests.analytics.conftest import SUMMARY, TODAY, closes, enter, travel
from tests.analytics.test_live_worlds import World
from tests.conftest import check_error

GAINS = "/api/v1/analytics/gains/"
DAY = date(2025, 6, 2)
D = Decimal
AMOUNTS = ("proceeds", "cost", "gain")


@pytest.fixture
def away(asha) -> Account:
    return account_create(user=asha, fields={"name": "Away", "currency": "INR"})


@pytest.fixture
def ledger(asha, main, away, infosys, apple, dollar) -> Iterator[None]:
    with travel(DAY):
        closes(infosys, d2025_06_02="100")
        closes(apple, d2025_06_02="160")
        closes(dollar, d2023_02_01="80", d2023_08_01="82", d2024_12_02="85", d2025_06_02="86")
        enter(main, "buy", "2023-01-10", infosys, quantity="10", price="100", fee="10")
        enter(main, "buy", "2023-06-01", infosys, quantity="10", price="150", fee="20")
        enter(main, "sell", "2024-01-10", infosys, quantity="4", price="200", fee="8")
        enter(main, "sell", "2024-01-11", infosys, quantity="2", price="200")
        fields = {"asset": infosys, "kind": "split", "ex_date": date(2024, 3, 1), "ratio": Decimal(2)}
        action_record(user=asha, fields=fields)
        enter(main, "sell", "2024-05-02", infosys, quantity="18", price="90", fee="18")
        enter(main, "transfer_out", "2024-09-02", infosys, quantity="6")
        enter(away, "transfer_in", "2024-09-02", infosys, quantity="6")
        enter(away, "sell", "2024-10-01", infosys, quantity="6", price="80")
        enter(main, "buy", "2023-02-01", apple, quantity="2", price="100")
        enter(main, "buy", "2023-08-01", apple, quantity="2", price="120", fee="4")
        enter(main, "sell", "2024-12-02", apple, quantity="3", price="150", fee="6")
        yield


def asked(api: Any, **query: Any) -> dict[str, Any]:
    response = api.get(GAINS, query)
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def lots(body: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Oldest sale first: (asset, acquired, sold on, quantity, proceeds, cost, gain, term)."""
    return sorted(
        (
            lot["asset"]["symbol"],
            lot["acquired"],
            lot["sold_on"],
            *(Decimal(lot[name]) for name in ("quantity", *AMOUNTS)),
            lot["term"],
        )
        for lot in body["lots"]
    )


def terms(group: dict[str, Any]) -> tuple[Decimal, ...]:
    return tuple(Decimal(group["terms"][name]["gain"]) for name in ("short", "long", "undivided", "unclassified"))


def by_year(body: dict[str, Any]) -> dict[str, tuple[Decimal, ...]]:
    return {year["year"]: terms(year) for year in body["years"]}


def test_first_in_first_out(asha_api, ledger):
    body = asked(asha_api)

    assert lots(body) == [
        ("AAPL", "2023-02-01", "2024-12-02", 2, 25_160, 16_000, 9160, "short"),
        ("AAPL", "2023-08-01", "2024-12-02", 1, 12_580, 10_004, 2576, "short"),
        ("INFY", "2023-01-10", "2024-01-10", 4, 792, 404, 388, "short"),
        ("INFY", "2023-01-10", "2024-01-11", 2, 400, 202, 198, "long"),
        ("INFY", "2023-01-10", "2024-05-02", 8, 712, 404, 308, "long"),
        ("INFY", "2023-06-01", "2024-05-02", 10, 890, 760, 130, "short"),
        ("INFY", "2023-06-01", "2024-10-01", 6, 480, 456, 24, "long"),
    ]
    assert by_year(body) == {
        "2024-25": (9160 + 2576 + 130, 308 + 24, 0, 0),
        "2023-24": (388, 198, 0, 0),
    }
    assert [lot["sold_on"] for lot in body["lots"]] == sorted((lot["sold_on"] for lot in body["lots"]), reverse=True)
    assert (body["method"], body["currency"], body["year"], body["reasons"]) == ("account", "INR", None, [])
    assert (body["first"], body["last"], body["as_of"], body["fresh"]) == (
        "2023-01-10",
        "2025-06-02",
        "2025-06-02",
        True,
    )


def test_a_lot_tells_all_of_itself(asha_api, ledger, apple, main):
    body = asked(asha_api, asset=apple.pk)

    lot = body["lots"][1]
    assert lot == {
        "asset": {"id": apple.pk, "symbol": "AAPL", "name": "Apple", "asset_class": "stock",
                  "currency": "USD", "sector": ""},
        "account": {"id": main.pk, "name": main.name},
        "acquired": "2023-08-01",
        "sold_on": "2024-12-02",
        "quantity": "1",
        "proceeds": "12580",
        "cost": "10004",
        "gain": "2576",
        "own": {"currency": "USD", "proceeds": "148", "cost": "122", "gain": "26"},
        "days": 489,  # from 1 August 2023 a year of 366 days, then 123
        "term": "short",
        "term_reason": None,
        "rule": "unlisted_24",
        "long_term_on": "2025-08-02",
        "financial_year": "2024-25",
        "reason": None,
    }  # fmt: skip
    assert [rule["name"] for rule in body["rules"]["used"]] == ["unlisted_24"]
    assert (body["rules"]["code"], body["rules"]["title"]) == ("IN", "India")
    assert "not tax advice" in body["rules"]["notes"][0]


def test_average_cost(asha_api, ledger):
    """Infosys: 2,530 for 20 units are 126.50 each, after the split 63.25; Apple: 36,008 and 444 USD for 4 units.

    The units that are sold are still the oldest: after May all of January are gone, so those of Away are of June.
    """
    body = asked(asha_api, method="average")

    assert lots(body) == [
        ("AAPL", "2023-02-01", "2024-12-02", 2, 25_160, 18_004, 7156, "short"),
        ("AAPL", "2023-08-01", "2024-12-02", 1, 12_580, 9002, 3578, "short"),
        ("INFY", "2023-01-10", "2024-01-10", 4, 792, 506, 286, "short"),
        ("INFY", "2023-01-10", "2024-01-11", 2, 400, 253, 147, "long"),
        ("INFY", "2023-01-10", "2024-05-02", 8, 712, 506, 206, "long"),
        ("INFY", "2023-06-01", "2024-05-02", 10, 890, D("632.5"), D("257.5"), "short"),
        ("INFY", "2023-06-01", "2024-10-01", 6, 480, D("379.5"), D("100.5"), "long"),
    ]
    assert [lot["own"]["cost"] for lot in body["lots"] if lot["asset"]["symbol"] == "AAPL"] == ["222", "111"]
    left = {lot["asset"]["symbol"]: lot for lot in body["unrealized"]["lots"]}
    assert (left["INFY"]["acquired"], left["INFY"]["cost"], left["INFY"]["gain"]) == ("2023-06-01", "253", "147")
    assert (left["AAPL"]["acquired"], left["AAPL"]["cost"], left["AAPL"]["own"]["cost"]) == (
        "2023-08-01",
        "9002",
        "111",
    )


def test_an_account_says_its_method_and_asking_changes_nothing(asha_api, ledger, main):
    """Infosys moves from a pool to first in, first out: 3 of January's cost and 3 of June's, all held since June."""
    account_update(account=main, changes={"cost_method": "average"})

    own, average = asked(asha_api), asked(asha_api, method="average")
    assert lots(own)[:6] == lots(average)[:6]
    assert lots(own)[6:] == [
        ("INFY", "2023-06-01", "2024-10-01", 3, 240, D("151.5"), D("88.5"), "long"),
        ("INFY", "2023-06-01", "2024-10-01", 3, 240, 228, 12, "long"),
    ]
    assert own["totals"] == {**average["totals"], "count": 8}
    assert asked(asha_api, method="fifo")["totals"]["gain"] == "12784"
    assert asha_api.get(SUMMARY).json()["realized_gain"] == own["totals"]["gain"] == "11731"  # 997 and 10,734


def test_what_is_still_open(asha_api, ledger):
    body = asked(asha_api)["unrealized"]

    left = {lot["asset"]["symbol"]: lot for lot in body["lots"]}
    figures = ("acquired", "quantity", "cost", "market_value", "gain", "days", "term", "long_term_on")
    assert [left["INFY"][name] for name in figures] == [
        "2023-06-01", "4", "304", "400", "96", 732, "long", "2024-06-02",
    ]  # fmt: skip
    assert [left["AAPL"][name] for name in figures] == [
        "2023-08-01", "1", "10004", "13760", "3756", 671, "short", "2025-08-02",
    ]  # fmt: skip
    assert left["AAPL"]["own"] == {"currency": "USD", "market_value": "160", "cost": "122", "gain": "38"}
    assert (body["totals"]["gain"], body["totals"]["market_value"]) == ("3852", "14160")
    assert terms(body) == (3756, 96, 0, 0)


def test_the_rules_of_the_united_states(asha_api, ledger):
    """Calendar years; Apple was held for over a year, and so is what is left of it."""
    body = asked(asha_api, rules="US")

    assert by_year(body) == {"2024": (388 + 130, 198 + 308 + 24 + 9160 + 2576, 0, 0)}
    assert body["rules"]["code"] == "US"
    assert terms(body["unrealized"]) == (0, 96 + 3756, 0, 0)


def test_other_currencies_have_calendar_years_and_no_terms(asha, asha_api, ledger):
    asha.base_currency = "EUR"
    asha.save()

    body = asked(asha_api, currency="INR")

    assert by_year(body) == {"2024": (0, 0, 0, 12_784)}
    assert {lot["term_reason"] for lot in body["lots"]} == {
        "No rules on holding periods are known for EUR; ask with rules=IN or rules=US."
    }
    assert body["rules"]["code"] is None
    assert by_year(asked(asha_api, currency="INR", rules="IN")).keys() == {"2023-24", "2024-25"}


def test_one_year(asha_api, ledger):
    """The lots and totals are of that year; the list of years is what one can ask for."""
    body = asked(asha_api, year="2023-24")

    assert [lot["financial_year"] for lot in body["lots"]] == ["2023-24"] * 2
    assert [body["totals"][name] for name in ("count", *AMOUNTS)] == [2, "1192", "606", "586"]
    assert terms(body) == (388, 198, 0, 0)
    assert [(year["year"], year["first"], year["last"]) for year in body["years"]] == [
        ("2024-25", "2024-04-01", "2025-03-31"),
        ("2023-24", "2023-04-01", "2024-03-31"),
    ]
    assert [row["asset"]["symbol"] for row in body["assets"]] == ["INFY"]
    empty = asked(asha_api, year="2015-16")
    assert (empty["lots"], empty["totals"]["gain"], empty["totals"]["count"]) == ([], "0", 0)


def test_gains_and_losses_are_told_apart(asha_api, main, infosys, at_noon):
    enter(main, "buy", "2024-01-01", infosys, quantity="2", price="100")
    enter(main, "sell", "2024-01-03", infosys, quantity="1", price="130")
    enter(main, "sell", "2024-01-04", infosys, quantity="1", price="90")

    totals = asked(asha_api)["totals"]

    assert [totals[name] for name in ("gain", "gains", "losses")] == ["20", "30", "-10"]


def test_by_asset(asha_api, ledger):
    rows = {row["asset"]["symbol"]: row for row in asked(asha_api)["assets"]}

    assert [rows["INFY"]["totals"][name] for name in ("count", *AMOUNTS)] == [5, "3274", "2226", "1048"]
    assert terms(rows["INFY"]) == (518, 530, 0, 0)
    assert terms(rows["AAPL"]) == (11_736, 0, 0, 0)


def test_in_dollars_the_cost_is_at_the_rate_of_its_day(asha_api, ledger, apple, infosys):
    """Infosys in rupees: bought at 80 (before the first rate that one stands in), sold on 2024-10-01 at 82."""
    own = asked(asha_api, currency="USD", asset=apple.pk)
    other = asked(asha_api, currency="USD", asset=infosys.pk)

    assert [own["totals"][name] for name in AMOUNTS] == ["444", "322", "122"]
    sold = next(lot for lot in other["lots"] if lot["sold_on"] == "2024-10-01")
    assert (D(sold["proceeds"]), D(sold["cost"])) == (round(D(480) / 82, 8), round(D(456) / 80, 8))


def test_of_an_account_a_class_and_a_range(asha_api, ledger, away, infosys):
    assert [lot["sold_on"] for lot in asked(asha_api, account=away.pk)["lots"]] == ["2024-10-01"]
    assert asked(asha_api, asset_class="crypto")["lots"] == []
    window = {"from": "2024-01-10", "to": "2024-05-02"}  # after the first day, as every range
    body = asked(asha_api, **window)
    assert [lot["sold_on"] for lot in body["lots"]] == ["2024-05-02", "2024-05-02", "2024-01-11"]
    assert (body["first"], body["last"]) == ("2024-01-10", "2024-05-02")
    held = [(lot["asset"]["symbol"], lot["quantity"]) for lot in body["unrealized"]["lots"]]
    assert held == [("AAPL", "2"), ("AAPL", "2"), ("INFY", "10")]
    assert asked(asha_api, **window, year="2023-24")["totals"]["count"] == 1


def test_what_was_sold_on_the_very_first_day_counts(asha_api, main, infosys, at_noon):
    enter(main, "buy", "2024-01-05", infosys, quantity="1", price="100")
    enter(main, "sell", "2024-01-05", infosys, quantity="1", price="101")

    assert asked(asha_api)["totals"]["gain"] == "1"
    assert asked(asha_api, period="max")["totals"]["gain"] == "1"


def test_without_a_price_nothing_is_said_of_the_value(asha_api, main, infosys, tcs, at_noon):
    closes(tcs, d2024_01_09="50")
    enter(main, "buy", "2024-01-05", infosys, quantity="1", price="100")
    enter(main, "buy", "2024-01-05", tcs, quantity="1", price="40")

    body = asked(asha_api)

    unpriced, priced = body["unrealized"]["lots"]
    assert (unpriced["cost"], unpriced["market_value"], unpriced["gain"]) == ("100", None, None)
    assert unpriced["reason"] == "No price of INFY is known by 2024-01-10."
    assert (priced["gain"], priced["reason"]) == ("10", None)
    totals = body["unrealized"]["totals"]
    assert [totals[name] for name in ("cost", "market_value", "gain", "gains", "losses")] == ["140", *[None] * 4]
    assert body["reasons"] == [{"code": "no_price", "detail": "No price of INFY is known by 2024-01-10."}]


def test_without_a_rate_amounts_are_unknown_but_not_its_own(asha_api, main, apple, at_noon):
    closes(apple, d2024_01_09="130")
    enter(main, "buy", "2024-01-05", apple, quantity="2", price="100")
    enter(main, "sell", "2024-01-08", apple, quantity="1", price="120")

    body = asked(asha_api)

    (lot,), (left,) = body["lots"], body["unrealized"]["lots"]
    assert [lot[name] for name in AMOUNTS] == [None] * 3
    assert lot["own"] == {"currency": "USD", "proceeds": "120", "cost": "100", "gain": "20"}
    assert lot["reason"] == left["reason"] == "No exchange rate for USD is known."
    assert (left["own"]["gain"], left["gain"]) == ("30", None)
    assert [body["totals"][name] for name in ("count", "gain", "gains", "losses")] == [1, None, None, None]
    assert [reason["code"] for reason in body["reasons"]] == ["no_rate"]


def test_the_cash_of_a_merger_is_a_sale(asha, asha_api, main, infosys, tcs, at_noon):
    """10 at 100; each becomes a share of TCS and 120 in cash: cost comes back first, so 200 are a gain."""
    enter(main, "buy", "2024-01-02", infosys, quantity="10", price="100")
    fields = {"asset": infosys, "kind": "merger", "ex_date": date(2024, 1, 8), "new_asset": tcs, "ratio": Decimal(1)}
    action_record(user=asha, fields={**fields, "cash_per_share": Decimal(120)})
    closes(tcs, d2024_01_09="50")

    body = asked(asha_api)

    assert lots(body) == [("INFY", "2024-01-02", "2024-01-08", 10, 1200, 1000, 200, "short")]
    (left,) = body["unrealized"]["lots"]
    assert (left["acquired"], left["quantity"], left["cost"], left["market_value"]) == ("2024-01-02", "10", "0", "500")


def test_a_spin_off_keeps_the_day(asha, asha_api, main, infosys, at_noon):
    child = Asset.objects.create(owner=asha, symbol="CHILD", name="Child", asset_class="stock", currency="INR")
    enter(main, "buy", "2022-01-03", infosys, quantity="10", price="100")
    fields = {"new_asset": child, "ratio": Decimal(1), "cost_fraction": Decimal("0.3")}
    action_record(user=asha, fields={"asset": infosys, "kind": "spinoff", "ex_date": date(2024, 1, 5), **fields})
    enter(main, "sell", "2024-01-08", child, quantity="4", price="40")

    assert lots(asked(asha_api, asset=child.pk)) == [("CHILD", "2022-01-03", "2024-01-08", 4, 160, 120, 40, "long")]


def test_a_fund_of_unknown_kind_is_unclassified(asha, asha_api, main, at_noon):
    fund = Asset.objects.create(owner=asha, symbol="F", name="Fund", asset_class="mutual_fund", currency="INR")
    enter(main, "buy", "2024-01-01", fund, quantity="1", price="100")
    enter(main, "sell", "2024-01-03", fund, quantity="1", price="130")

    body = asked(asha_api)
    assert terms(body) == (0, 0, 0, 30)
    assert body["lots"][0]["term"] is None
    assert body["lots"][0]["term_reason"].startswith("Its category does not tell")

    Asset.objects.filter(pk=fund.pk).update(sector="Debt: Liquid")
    assert terms(asked(asha_api)) == (30, 0, 0, 0)


def test_pages(asha_api, ledger):
    whole = asked(asha_api)
    pages = [asked(asha_api, limit=3, offset=offset) for offset in (0, 3, 6, 9)]

    assert [lot for page in pages for lot in page["lots"]] == whole["lots"]
    assert [len(page["lots"]) for page in pages] == [3, 3, 1, 0]
    assert [len(page["unrealized"]["lots"]) for page in pages] == [2, 0, 0, 0]
    assert all(page["totals"] == whole["totals"] for page in pages)


def test_nothing_sold_and_nothing_held(asha_api, main, infosys, at_noon):
    empty = asked(asha_api)
    assert (empty["years"], empty["lots"], empty["unrealized"]["lots"], empty["first"]) == ([], [], [], None)
    assert (empty["totals"]["gain"], empty["unrealized"]["totals"]["gain"]) == ("0", "0")

    closes(infosys, d2024_01_05="100")
    enter(main, "buy", "2024-01-05", infosys, quantity="1", price="100")
    held = asked(asha_api)
    assert (held["years"], held["lots"], len(held["unrealized"]["lots"])) == ([], [], 1)
    before = asked(asha_api, to="2024-01-04")
    assert (before["lots"], before["unrealized"]["lots"], before["first"]) == ([], [], None)


def test_a_figure_too_large_under_the_other_method(asha_api, main, infosys, at_noon, monkeypatch):
    """First in, first out the dear unit is sold for 690 more; at the average of 455 for 1,135 more."""
    enter(main, "buy", "2024-01-01", infosys, quantity="1", price="900")
    enter(main, "buy", "2024-01-02", infosys, quantity="1", price="10")
    enter(main, "sell", "2024-01-03", infosys, quantity="1", price="1590")
    monkeypatch.setattr("portfolio.books.replay.LARGEST_FIGURE", Decimal(1000))

    assert asked(asha_api)["totals"]["gain"] == "690"
    check_error(asha_api.get(GAINS, {"method": "average"}), 400, attr="method", code="too_large")


@pytest.mark.parametrize("seed", range(10))
def test_the_years_add_up_to_what_the_summary_says(asha, asha_api, seed):
    """To the cent, whatever was traded, moved and split, in any currency and account, by either method."""
    with travel(TODAY):
        world = World(asha, seed)
        if seed % 2:
            for account in world.accounts[:2]:
                account_update(account=account, changes={"cost_method": "average"})
        for query in ({}, {"currency": "EUR"}, {"account": world.accounts[1].pk}, {"asset": world.assets[2].pk}):
            body, summary = asked(asha_api, **query), asha_api.get(SUMMARY, query).json()
            years = sum((D(year["totals"]["gain"]) for year in body["years"]), D(0))
            assert abs(years - D(summary["realized_gain"])) < D("0.01"), query
            assert years == D(body["totals"]["gain"]) == sum((D(lot["gain"]) for lot in body["lots"]), D(0))
            opened = body["unrealized"]["lots"]
            assert abs(sum((D(lot["cost"]) for lot in opened), D(0)) - D(summary["cost_basis"])) < D("0.01"), query


def test_no_more_queries_for_more(asha, asha_api, ledger, main, infosys):
    def count() -> int:
        asked(asha_api)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            asked(asha_api)
        return len(queries)

    before = count()
    for number in range(6):
        asset = Asset.objects.create(owner=asha, symbol=f"M{number}", name="More", asset_class="etf", currency="USD")
        for day in ("2023-03-01", "2023-04-03"):
            enter(main, "buy", day, asset, quantity="2", price="10")
        enter(main, "sell", "2024-06-03", asset, quantity="3", price="12")
        closes(asset, d2025_06_02="11")
    assert count() <= before


def test_strangers_see_nothing(mallory_api, anonymous_api, ledger, main, infosys):
    body = asked(mallory_api)
    assert (body["lots"], body["unrealized"]["lots"], body["years"]) == ([], [], [])
    check_error(mallory_api.get(GAINS, {"account": main.pk}), 400, attr="account", code="does_not_exist")
    check_error(mallory_api.get(GAINS, {"asset": infosys.pk}), 400, attr="asset", code="does_not_exist")
    check_error(anonymous_api.get(GAINS), 401)


@pytest.mark.parametrize(
    "query",
    [
        {"year": "2024"},
        {"year": "2024-26"},
        {"year": "2024-2025"},
        {"year": ""},
        {"year": "2024", "rules": "US", "method": "lifo"},
        {"year": "2024-25", "rules": "US"},
        {"method": "lifo"},
        {"rules": "GB"},
        {"limit": "0"},
        {"limit": "1001"},
        {"offset": "-1"},
        {"offset": "9" * 30},
        {"from": "2025-06-03"},
        {"from": "2024-02-01", "to": "2024-01-01"},
        {"currency": "XXX"},
        {"colour": "red"},
    ],
)
def test_it_refuses(asha_api, ledger, query):
    wrong = "method" if "method" in query else next(iter(query))
    check_error(asha_api.get(GAINS, query), 400, attr=wrong)


def test_a_wrong_year_says_how_they_are_named(asha_api, ledger):
    for rules, example in (("IN", "2024-25"), ("US", "2024")):
        (error,) = asha_api.get(GAINS, {"year": "x", "rules": rules}).json()["errors"]
        assert error["detail"] == f"Must be a financial year such as {example}."


def test_the_same_answer_is_not_sent_twice(asha_api, ledger):
    first = asha_api.get(GAINS)
    assert asha_api.get(GAINS, headers={"If-None-Match": first["ETag"]}).status_code == 304
