"""/analytics/income/."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.services import account_update
from portfolio.models import Asset, CorporateAction, Dividend
from portfolio.services.dividend_answers import dividend_dismiss
from tests.analytics.conftest import NET_WORTH, TODAY, closes, enter, travel
from tests.analytics.test_live_worlds import World
from tests.conftest import check_error

INCOME = "/api/v1/analytics/income/"
SUMS = ("dividends", "interest", "income", "fees", "taxes", "net")


@pytest.fixture
def wipro(db: None) -> Asset:
    return Asset.objects.create(symbol="WIPRO", name="Wipro", asset_class="stock", currency="INR")


@pytest.fixture
def years(main, schwab, infosys, apple, tcs, wipro, dollar, at_noon) -> dict[str, Any]:
    """Two years: rupees and dollars, a split after the dividend of June, a sale after that, a position that is gone."""
    closes(dollar, d2022_01_01="75", d2023_01_01="80", d2023_07_01="82", d2024_01_01="83")
    closes(infosys, d2022_01_03="100", d2023_09_01="70", d2024_01_10="80")
    closes(apple, d2022_01_03="200", d2024_01_05="250")
    closes(tcs, d2023_10_01="500", d2024_01_10="600")
    closes(wipro, d2022_01_03="10")
    enter(main, "buy", "2022-01-03", infosys, quantity="10", price="100")
    enter(main, "buy", "2022-01-03", wipro, quantity="5", price="10")
    enter(main, "dividend", "2022-05-01", wipro, amount="25")
    enter(main, "dividend", "2022-06-01", infosys, amount="50")
    enter(main, "sell", "2022-12-01", wipro, quantity="5", price="12")
    enter(main, "dividend", "2023-06-15", infosys, amount="60", tax="6")
    CorporateAction.objects.create(asset=infosys, kind="split", ex_date=date(2023, 9, 1), ratio=2)
    enter(main, "sell", "2023-12-01", infosys, quantity="5", price="75")
    enter(main, "buy", "2023-10-01", tcs, quantity="1", price="500")
    enter(schwab, "deposit", "2022-01-03", amount="1000")
    enter(schwab, "buy", "2022-01-03", apple, quantity="2", price="200")
    enter(schwab, "dividend", "2023-03-01", apple, amount="4", tax="1", fee="0.5")
    enter(schwab, "interest", "2023-12-29", amount="3")
    return {
        "february": Dividend.objects.create(asset=apple, ex_date=date(2023, 2, 27), amount=1, currency="USD"),
        "august": Dividend.objects.create(
            asset=apple, ex_date=date(2023, 8, 28), amount=Decimal("1.5"), currency="USD"
        ),
    }


def income(api: Any, **query: Any) -> dict[str, Any]:
    response = api.get(INCOME, query)
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def sums(row: dict[str, Any]) -> list[str]:
    return [row[name] for name in SUMS]


def part(body: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = [row for row in body["parts"] if row["name"] == name]
    return found


def test_it_works(asha_api, years):
    body = income(asha_api)

    assert {name: body[name] for name in ("fresh", "as_of", "currency", "by", "first", "last", "reasons")} == {
        "fresh": True,
        "as_of": "2024-01-10",
        "currency": "INR",
        "by": "asset",
        "first": "2022-01-03",
        "last": "2024-01-10",
        "reasons": [],
    }
    # 25 + 50 + 60 + 4 × 80; 3 × 82; the fee of 0.5 × 80; the taxes of 6 + 1 × 80
    assert sums(body["totals"]) == ["455", "246", "701", "40", "86", "575"]
    assert [(row["year"], *sums(row)) for row in body["years"]] == [
        (2022, "75", "0", "75", "0", "0", "75"),
        (2023, "380", "246", "626", "40", "86", "500"),
        (2024, "0", "0", "0", "0", "0", "0"),
    ]
    assert len(body["months"]) == 25
    assert [(row["month"], *sums(row)) for row in body["months"] if row["income"] != "0"] == [
        ("2022-05", "25", "0", "25", "0", "0", "25"),
        ("2022-06", "50", "0", "50", "0", "0", "50"),
        ("2023-03", "320", "0", "320", "40", "80", "200"),
        ("2023-06", "60", "0", "60", "0", "6", "54"),
        ("2023-12", "0", "246", "246", "0", "0", "246"),
    ]


def test_the_parts_are_the_assets_and_the_money(asha_api, years, apple):
    body = income(asha_api)

    assert [(row["name"], row["income"]) for row in body["parts"]] == [
        ("Apple", "320"),
        ("cash", "246"),
        ("Infosys", "110"),
        ("Wipro", "25"),
        ("Tata Consultancy", "0"),
    ]
    assert part(body, "Apple")["key"] == str(apple.pk)
    assert part(body, "Apple")["net"] == "200"
    assert part(body, "cash")["yield_on_cost"] == {"value": None, "reason": "No asset is held."}


@pytest.mark.parametrize(
    ("by", "parts"),
    [
        ("asset_class", {"stock": "455", "cash": "246"}),
        ("sector", {"stock": "455", "cash": "246"}),
        ("currency", {"USD": "566", "INR": "135"}),
        ("account", {"Schwab": "566", "Main": "135"}),
    ],
)
def test_by(asha_api, years, by, parts):
    body = income(asha_api, by=by)

    assert {row["name"]: row["income"] for row in body["parts"]} == parts
    assert body["by"] == by


def test_a_yield_is_of_what_is_held(asha_api, years):
    """Of the 60 that came on 10 units, which the split made 20, 15 units are left: 45, on 15 / 20 of the cost of 1000.

    Apple: 4 × 80 on a cost of 400 × 75, and a value of 2 × 250 × 83.
    """
    body = income(asha_api)
    infosys, apple = part(body, "Infosys"), part(body, "Apple")

    assert [infosys[name] for name in ("trailing_income", "cost_basis", "market_value")] == ["45", "750", "1200"]
    assert infosys["yield_on_cost"] == {"value": pytest.approx(0.06), "reason": None}
    assert infosys["yield_on_value"]["value"] == pytest.approx(0.0375)
    assert [apple[name] for name in ("trailing_income", "cost_basis", "market_value")] == ["320", "30000", "41500"]
    assert apple["yield_on_cost"]["value"] == pytest.approx(320 / 30_000)
    whole = body["yields"]
    assert [whole[name] for name in ("trailing_income", "cost_basis", "market_value")] == ["365", "31250", "43300"]
    assert whole["yield_on_cost"]["value"] == pytest.approx(365 / 31_250)
    assert whole["yield_on_value"]["value"] == pytest.approx(365 / 43_300)


def test_a_yield_that_is_none_says_why(asha_api, years):
    body = income(asha_api)

    reason = "Needs 365 days; it has been held for 101."
    assert part(body, "Tata Consultancy")["yield_on_cost"] == {"value": None, "reason": reason}
    assert part(body, "Wipro")["yield_on_value"] == {"value": None, "reason": "No asset is held."}


def test_a_gift_has_no_yield_on_cost(asha_api, main, infosys):
    closes(infosys, d2022_01_01="10")
    enter(main, "transfer_in", "2022-01-01", infosys, quantity="10", amount="0")
    with travel(TODAY):
        enter(main, "dividend", "2023-06-01", infosys, amount="5")
        whole = income(asha_api)["yields"]

    assert whole["yield_on_cost"] == {"value": None, "reason": "Its cost is 0."}
    assert whole["yield_on_value"] == {"value": pytest.approx(0.05), "reason": None}


def test_what_moved_to_another_account_is_still_held(asha, asha_api, main, schwab, infosys):
    closes(infosys, d2022_01_01="10")
    enter(main, "buy", "2022-01-01", infosys, quantity="10", price="10")
    with travel(TODAY):
        enter(main, "dividend", "2023-06-01", infosys, amount="5")
        enter(main, "transfer_out", "2023-07-01", infosys, quantity="10")
        enter(schwab, "transfer_in", "2023-07-01", infosys, quantity="10")
        whole = income(asha_api)
        account = income(asha_api, by="account")

    assert whole["yields"]["yield_on_cost"]["value"] == pytest.approx(0.05)
    assert part(account, "Main")["yield_on_cost"]["reason"] == "No asset is held."
    assert part(account, "Schwab")["yield_on_cost"]["reason"] == "Needs 365 days; it has been held for 193."
    (expected,) = whole["expected"]["payments"]
    assert (expected["date"], expected["units"], expected["amount"]) == ("2024-06-01", "10", "5")


def test_what_is_expected(asha_api, years, apple, infosys):
    """Apple: as declared, 1 and 1.5 dollars on 2 units at 83.

    Infosys: 60 on 10 units that are 20 now, so 3 on each of 15.
    """
    expected = income(asha_api)["expected"]

    assert [
        tuple(row[name] for name in ("date", "units", "per_unit", "per_unit_currency", "amount", "basis"))
        for row in expected["payments"]
    ] == [
        ("2024-02-27", "2", "1", "USD", "166", "declared"),
        ("2024-06-15", "15", "3", "INR", "45", "received"),
        ("2024-08-28", "2", "1.5", "USD", "249", "declared"),
    ]
    assert expected["payments"][0]["asset"] == {"id": apple.pk, "symbol": "AAPL", "name": "Apple"}
    assert expected["total"] == "460"
    months = {row["month"]: row["amount"] for row in expected["months"]}
    assert (min(months), max(months), len(months)) == ("2024-01", "2025-01", 13)
    assert {month: amount for month, amount in months.items() if amount != "0"} == {
        "2024-02": "166",
        "2024-06": "45",
        "2024-08": "249",
    }
    assert [asset["symbol"] for asset in expected["without_history"]] == ["TCS"]


def test_what_was_dismissed_is_not_expected(asha, asha_api, years, schwab):
    dividend_dismiss(user=asha, dividend=years["august"], account=schwab)

    expected = income(asha_api)["expected"]
    assert [row["date"] for row in expected["payments"]] == ["2024-02-27", "2024-06-15"]


def test_a_dividend_may_be_declared_in_another_currency(asha_api, years, tcs):
    """0.5 euros on one unit, at 90 rupees; without a rate nobody knows how much that is."""
    Dividend.objects.create(asset=tcs, ex_date=date(2023, 5, 5), amount=Decimal("0.5"), currency="EUR")
    unknown = income(asha_api)
    euro = Asset.objects.create(symbol="EURINR=X", name="Rupees for a euro", asset_class="fx", currency="INR")
    closes(euro, d2024_01_09="90")
    known = income(asha_api)

    (payment,) = [row for row in unknown["expected"]["payments"] if row["asset"]["symbol"] == "TCS"]
    assert payment["amount"] is None
    assert unknown["expected"]["total"] is None
    assert unknown["reasons"] == [{"code": "no_rate", "detail": "No exchange rate from EUR to INR is known."}]
    (payment,) = [row for row in known["expected"]["payments"] if row["asset"]["symbol"] == "TCS"]
    assert (payment["amount"], payment["per_unit_currency"]) == ("45", "EUR")
    assert known["expected"]["total"] == "505"
    assert known["reasons"] == []


def test_nothing_of_the_future_is_known(asha_api, years):
    """On the last day of August: 10 units before the split, and what had been declared by then."""
    expected = income(asha_api, to="2023-08-31")["expected"]

    assert [(row["date"], row["units"], row["per_unit"]) for row in expected["payments"]] == [
        ("2024-02-27", "2", "1"),
        ("2024-06-15", "10", "6"),
        ("2024-08-28", "2", "1.5"),
    ]


def test_a_split_changes_nothing(asha_api, main, infosys, tcs):
    """Of one whose dividends are declared and of one whose are received, also of what was sold before and after."""
    with travel(TODAY):
        Dividend.objects.create(asset=tcs, ex_date=date(2023, 3, 1), amount=2, currency="INR")
        for asset in (infosys, tcs):
            closes(asset, d2022_01_01="10")
            enter(main, "buy", "2022-01-01", asset, quantity="9", price="10")
            enter(main, "sell", "2022-05-01", asset, quantity="1", price="10")
            enter(main, "dividend", "2023-03-05", asset, amount="16")
        before = income(asha_api)
        for asset in (infosys, tcs):
            CorporateAction.objects.create(asset=asset, kind="split", ex_date=date(2023, 6, 1), ratio=4)
        after = income(asha_api)

    assert (before["expected"]["total"], before["yields"]["yield_on_value"]["value"]) == ("32", pytest.approx(0.2))
    for name in ("totals", "years", "months", "parts", "yields", "growth"):
        assert after[name] == before[name]
    assert after["expected"]["total"] == "32"
    assert [row["units"] for row in after["expected"]["payments"]] == ["32", "32"]
    assert [row["amount"] for row in after["expected"]["payments"]] == ["16", "16"]


def test_a_new_name_is_followed(asha_api, main, infosys, tcs):
    """One of the old is four of the new: of 8 on 2 units one for each of the 8 new ones, which yield it."""
    closes(infosys, d2022_01_01="10")
    enter(main, "buy", "2022-01-01", infosys, quantity="2", price="50")
    with travel(TODAY):
        enter(main, "dividend", "2023-06-01", infosys, amount="8")
        CorporateAction.objects.create(asset=infosys, kind="rename", ex_date=date(2023, 9, 1), ratio=4, new_asset=tcs)
        closes(tcs, d2023_09_01="20")
        body = income(asha_api)

    (payment,) = body["expected"]["payments"]
    assert (payment["asset"]["symbol"], payment["units"], payment["amount"]) == ("TCS", "8", "8")
    assert part(body, "Tata Consultancy")["trailing_income"] == "8"
    assert part(body, "Tata Consultancy")["yield_on_cost"]["value"] == pytest.approx(0.08)
    assert part(body, "Infosys")["yield_on_cost"]["reason"] == "No asset is held."


def test_dividends_may_be_paid_to_an_account_that_holds_nothing(asha_api, main, schwab, infosys):
    """5 on the 10 units of the other account: 0.5 each."""
    closes(infosys, d2022_01_01="10")
    enter(main, "buy", "2022-01-01", infosys, quantity="10", price="10")
    with travel(TODAY):
        enter(schwab, "dividend", "2023-06-01", infosys, amount="5")
        body = income(asha_api)

    (payment,) = body["expected"]["payments"]
    assert (payment["per_unit"], payment["units"], payment["amount"]) == ("0.5", "10", "5")
    assert body["yields"]["yield_on_cost"]["value"] == pytest.approx(0.05)


def test_growth_is_over_the_same_days(asha_api, years):
    assert income(asha_api)["growth"] == {
        "this_year": "0",
        "last_year": "0",
        "change": {"value": None, "reason": "There was no income in the same days of the year before."},
    }
    growth = income(asha_api, to="2023-06-30")["growth"]  # 380, and 75 up to 30 June 2022
    assert (growth["this_year"], growth["last_year"]) == ("380", "75")
    assert growth["change"]["value"] == pytest.approx(380 / 75 - 1)


def test_a_period_begins_at_the_end_of_its_first_day(asha_api, years):
    body = income(asha_api, **{"from": "2023-03-01", "to": "2023-06-15"})
    early = income(asha_api, **{"from": "2023-02-28", "to": "2023-06-14"})

    assert sums(body["totals"]) == ["60", "0", "60", "0", "6", "54"]
    assert [row["month"] for row in body["months"]] == ["2023-03", "2023-04", "2023-05", "2023-06"]
    assert early["totals"]["income"] == "320"
    assert {row["name"] for row in body["parts"]} == {"Apple", "Infosys"}  # the gone and those without are left out


def test_interest_on_an_asset_and_on_an_account_that_keeps_no_money(asha_api, main, infosys):
    closes(infosys, d2022_01_01="10")
    enter(main, "buy", "2022-01-01", infosys, quantity="1", price="100")
    with travel(TODAY):
        enter(main, "interest", "2023-02-01", infosys, amount="7")
        enter(main, "interest", "2023-02-01", amount="2")
        body = income(asha_api)

    assert sums(body["totals"]) == ["0", "9", "9", "0", "0", "9"]
    assert part(body, "Infosys")["yield_on_cost"]["value"] == pytest.approx(0.07)
    assert part(body, "cash")["interest"] == "2"
    assert body["expected"]["payments"] == []  # of dividends
    assert body["expected"]["total"] == "0"


@pytest.fixture
def applied(main, apple, dollar, years):
    """Dollars that the broker of a rupee account made rupees at 85, on a day of 82."""
    enter(main, "buy", "2023-08-01", apple, quantity="1", price="220", fx_rate="84")
    return enter(main, "dividend", "2023-11-01", apple, amount="10", tax="1", fx_rate="85")


def test_the_applied_rate_counts(asha_api, applied):
    months = {row["month"]: row for row in income(asha_api)["months"]}

    assert sums(months["2023-11"]) == ["850", "0", "850", "0", "85", "765"]
    dollars = {row["month"]: row for row in income(asha_api, currency="USD")["months"]}
    assert sums(dollars["2023-11"]) == ["10", "0", "10", "0", "1", "9"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"currency": "USD"},
        {"from": "2023-03-01"},
        {"from": "2022-06-01", "to": "2023-12-28", "currency": "USD"},
        {"period": "1y"},
        {"asset_class": "stock"},
        {"asset_class": "stock", "currency": "USD", "to": "2023-07-01"},
        {"asset": "AAPL"},
        {"account": "Schwab"},
        {"account": "Main", "period": "6m"},
        {"account": "Main", "asset": "INFY"},
    ],
)
def test_the_sum_is_that_of_the_history(asha_api, asha, applied, query):
    ids = {"AAPL": Asset.objects.get(symbol="AAPL").pk, "INFY": Asset.objects.get(symbol="INFY").pk}
    ids |= dict(asha.accounts.values_list("name", "pk"))
    query = {name: ids.get(value, value) for name, value in query.items()}
    series = asha_api.get(NET_WORTH, query).json()["series"]["income"]
    body = income(asha_api, **query)

    begins = "from" in query or "period" in query
    expected = pytest.approx(series[-1] - (series[0] if begins else 0), abs=0.005)
    assert expected != 0
    assert float(body["totals"]["income"]) == expected
    for rows in (body["months"], body["years"], body["parts"]):
        assert sum(float(row["income"]) for row in rows) == expected


@pytest.mark.parametrize("seed", range(4))
def test_the_sum_is_that_of_the_history_of_random_worlds(asha, asha_api, at_noon, seed):
    world = World(asha, seed)
    scopes = [{"account": account.pk} for account in world.accounts] + [{"asset": asset.pk} for asset in world.assets]
    queries: list[dict[str, Any]] = [{}, {"currency": "USD"}, {"currency": "EUR"}, *scopes]
    for query in queries:
        series = asha_api.get(NET_WORTH, query).json()["series"]["income"]
        expected = pytest.approx(series[-1] if series else 0, abs=0.005)

        assert float(income(asha_api, **query)["totals"]["income"]) == expected


def test_scopes(asha_api, years, schwab, infosys):
    assert sums(income(asha_api, account=schwab.pk)["totals"]) == ["320", "246", "566", "40", "80", "446"]
    assert [row["name"] for row in income(asha_api, asset=infosys.pk)["parts"]] == ["Infosys"]
    assert income(asha_api, asset=infosys.pk)["totals"]["income"] == "110"
    nothing = income(asha_api, asset_class="gold")
    assert (nothing["totals"]["income"], nothing["parts"]) == ("0", [])
    assert nothing["yields"]["yield_on_cost"] == {"value": None, "reason": "No asset is held."}


def test_nothing_was_ever_held(asha_api, at_noon):
    body = income(asha_api)

    assert sums(body["totals"]) == ["0"] * 6
    assert (body["first"], body["last"], body["months"], body["parts"]) == (None, None, [], [])
    assert body["yields"]["yield_on_value"] == {"value": None, "reason": "Nothing was held."}
    assert body["expected"] == {"total": "0", "months": [], "payments": [], "without_history": []}


def test_opened_today_without_a_price(asha_api, main, infosys, at_noon):
    enter(main, "buy", "2024-01-10", infosys, quantity="1", price="5")
    enter(main, "dividend", "2024-01-10", infosys, amount="1")
    body = income(asha_api)

    assert body["totals"]["income"] == "1"
    assert body["yields"]["yield_on_value"]["reason"] == "Needs 365 days; it has been held for 0."
    assert body["expected"]["payments"] == []  # it came on nothing that was held before
    assert [row["month"] for row in body["months"]] == ["2024-01"]


def test_without_a_rate_amounts_are_not_known(asha_api, main, infosys, schwab, at_noon):
    closes(infosys, d2022_01_01="10")
    enter(main, "buy", "2022-01-01", infosys, quantity="1", price="10")
    enter(main, "dividend", "2023-02-01", infosys, amount="1")
    enter(schwab, "interest", "2023-05-01", amount="2")
    body = income(asha_api)

    assert sums(body["totals"]) == ["1", None, None, "0", "0", None]
    assert [row["income"] for row in body["years"]] == ["0", None, "0"]
    assert part(body, "Infosys")["yield_on_cost"]["value"] == pytest.approx(0.1)
    assert body["reasons"][0]["code"] == "no_rate"


def test_nobody_and_strangers(anonymous_api, mallory_api, years, main, infosys, at_noon):
    check_error(anonymous_api.get(INCOME), 401)
    check_error(mallory_api.get(INCOME, {"account": main.pk}), 400, attr="account", code="does_not_exist")
    check_error(mallory_api.get(INCOME, {"asset": infosys.pk}), 400, attr="asset", code="does_not_exist")
    assert income(mallory_api)["totals"]["income"] == "0"


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ({"by": "weather"}, "by"),
        ({"from": "2024-01-05", "to": "2024-01-04"}, "from"),
        ({"from": "x"}, "from"),
        ({"to": "2024-01-11"}, "to"),
        ({"currency": "XXQ"}, "currency"),
        ({"account": "1e9"}, "account"),
        ({"asset": "99999999999999999999"}, "asset"),
        ({"unknown": "1"}, "unknown"),
    ],
)
def test_bad_input(asha_api, years, query, attr):
    check_error(asha_api.get(INCOME, query), 400, attr=attr)


def test_the_queries_do_not_grow(asha_api, asha, main, years):
    def count(**query: Any) -> int:
        income(asha_api, **query)  # brings the history up to date
        with CaptureQueriesContext(
            connection,
        ) as captured:
            income(asha_api, **query)
        return len(captured)

    before = count(), count(by="account")
    for number in range(12):
        asset = Asset.objects.create(symbol=f"A{number}", name=f"A{number}", asset_class="stock", currency="INR")
        closes(asset, d2022_01_03="1")
        enter(main, "buy", "2022-01-03", asset, quantity="3", price="1")
        for month in range(1, 7):
            enter(main, "dividend", f"2023-{month:02}-05", asset, amount="1")
        Dividend.objects.create(asset=asset, ex_date=date(2023, 8, 8), amount=1, currency="INR")
    assert (count(), count(by="account")) == before
    assert len(income(asha_api)["expected"]["payments"]) == 3 + 12


def test_it_is_revalidated(asha_api, years):
    first = asha_api.get(INCOME)
    again = asha_api.get(INCOME, headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304


def test_keeping_money_changes_no_income(asha_api, years, schwab):
    before = income(asha_api)["totals"]
    account_update(account=schwab, changes={"tracks_cash": False})

    assert income(asha_api)["totals"] == before
