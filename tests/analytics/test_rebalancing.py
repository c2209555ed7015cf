"""/analytics/rebalancing/: drift, and the trades that undo it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.services import account_create, account_update
from portfolio.models import Asset
from portfolio.services.actions import action_record
from tests.analytics.conftest import TODAY, closes, enter
from tests.analytics.test_live import quote
from tests.analytics.test_targets import put
from tests.conftest import check_error

REBALANCING = "/api/v1/analytics/rebalancing/"


def ask(api: Any, **query: Any) -> Any:
    response = api.get(REBALANCING, query)
    assert response.status_code == 200, response.content
    return response.json()


def trades(body: Any) -> dict[str, str]:
    """By symbol, units to buy, negative to sell."""
    return {row["asset"]["symbol"]: ("-" if row["side"] == "sell" else "") + row["quantity"] for row in body["trades"]}


def parts(body: Any, name: str) -> dict[str, Any]:
    return {row["key"]: row[name] for row in body["parts"]}


@pytest.fixture
def gold(db: None) -> Asset:
    return Asset.objects.create(symbol="GOLDBEES", name="Gold fund", asset_class="gold", currency="INR")


def test_two_classes_in_two_currencies(asha_api, story):
    """Infosys 10 × 120, Apple 2 × 210 × 82 = 34,440, and money 607 × 82 = 49,774: 85,414 in all.

    30 % in stocks is 25,624.20, so 10,015.80 go: 337.24 of Infosys, 9678.56 of Apple. That is 2 units of Infosys
    and none of Apple, a unit of which is worth 17,220; and a third unit of Infosys in its place.
    """
    put(asha_api, "asset_class", ("stock", "0.3"))

    body = ask(asha_api)

    assert {name: body[name] for name in ("fresh", "as_of", "currency", "by", "reason", "reasons")} == {
        "fresh": True, "as_of": "2024-01-10", "currency": "INR", "by": "asset_class", "reason": None, "reasons": [],
    }  # fmt: skip
    assert (body["gross"], body["cash"]) == ("85414", "50134")  # 49,774 + 360
    assert Decimal(body["left_over"]) == 0  # 59,789.80 are wanted
    assert parts(body, "value") == {"cash": "49774", "stock": "35640"}
    assert parts(body, "amount") == {"cash": "10015.8", "stock": "-10015.8"}
    assert parts(body, "target") == pytest.approx({"cash": 0.7, "stock": 0.3})
    assert parts(body, "weight") == pytest.approx({"cash": 49774 / 85414, "stock": 35640 / 85414})
    assert parts(body, "drift") == pytest.approx({"cash": 49774 / 85414 - 0.7, "stock": 35640 / 85414 - 0.3})
    assert parts(body, "weight_after") == pytest.approx({"cash": 50134 / 85414, "stock": 35280 / 85414})
    (trade,) = body["trades"]
    assert trade.pop("asset")["symbol"] == "INFY"
    assert trade == {
        "part": "stock", "side": "sell", "quantity": "3", "price": "120", "price_date": "2024-01-10", "is_live": False,
        "amount": "360",
    }  # fmt: skip


def test_in_another_currency(asha_api, story):
    """The same in dollars of 82 rupees each: 3 units of Infosys are worth 360 / 82 = 4.39."""
    put(asha_api, "asset_class", ("stock", "0.3"))

    body = ask(asha_api, currency="USD")

    assert trades(body) == {"INFY": "-3"}
    assert Decimal(body["trades"][0]["amount"]) == pytest.approx(Decimal(360) / 82, abs=Decimal("1e-6"))
    assert body["trades"][0]["price"] == "120"
    assert trades(ask(asha_api, currency="USD", minimum_trade="4.4")) == {}
    assert trades(ask(asha_api, currency="USD", minimum_trade="4.39")) == {"INFY": "-3"}


def test_buying_with_the_dollars_that_are_there(asha_api, story, infosys, apple):
    """By asset: Infosys is wanted at 20 % of 85,414 (17,082.80; 15,882.80 are missing: 132 units are 15,840), Apple
    at 70 % (59,789.80; 25,349.80 missing: 1 unit is 17,220). The 8129.80 that are left pay for no unit of Apple."""
    put(asha_api, "asset", (infosys.pk, "0.2"), (apple.pk, "0.7"))

    body = ask(asha_api, by="asset")

    assert trades(body) == {"AAPL": "1", "INFY": "132"}
    assert body["cash"] == "16714"  # 49,774 - 15,840 - 17,220
    assert body["left_over"] == "8172.6"  # 8541.40 are to be money
    assert sum(parts(body, "weight_after").values()) == pytest.approx(1)


def test_new_money_alone_without_sales(asha_api, story):
    """100,000 more are 185,414; stocks at 90 % are 166,872.60, so 131,232.60 are missing, and that much is there
    (149,774 less 18,541.40 of money). Infosys gets 4418.61, that is 36 units; Apple 126,813.99, that is 7, and what
    is left of it pays for one more of Infosys."""
    put(asha_api, "asset_class", ("stock", "0.9"))

    body = ask(asha_api, add="100000", sell="false")

    assert trades(body) == {"AAPL": "7", "INFY": "37"}
    assert body["cash"] == str(149_774 - 7 * 17_220 - 37 * 120)
    assert body["gross"] == "85414"


def test_money_to_take_out(asha_api, story):
    put(asha_api, "asset_class", ("stock", "1"))

    body = ask(asha_api, add="-60000")

    # 10,226 more than the money there is: Apple would be 9881.68 of it and Infosys 344.32, so a unit of Apple goes
    assert trades(body)["AAPL"] == "-1"
    assert Decimal(body["cash"]) >= 0
    short = ask(asha_api, add="-60000", sell="false")
    assert (short["cash"], short["trades"]) == ("-10226", [])
    assert short["reason"] == "The trades raise less money than is to be taken out."
    assert set(parts(short, "weight_after").values()) == {None}
    check_error(asha_api.get(REBALANCING, {"add": "-85415"}), 400, attr="add")
    assert Decimal(ask(asha_api, add="-85414")["cash"]) == 0


def test_debts_are_no_part_of_it(asha_api, asha, story, infosys):
    """A loan of 50,000 changes no weight and no trade: shares of what is owned."""
    put(asha_api, "asset_class", ("stock", "0.3"))
    before = ask(asha_api)
    loan = account_create(user=asha, fields={"name": "Loan", "currency": "INR", "tracks_cash": True})
    enter(loan, "withdrawal", "2024-01-05", amount="50000")

    after = ask(asha_api)

    assert (after["gross"], trades(after), after["parts"]) == (before["gross"], trades(before), before["parts"])


def test_a_part_of_which_nothing_is_held(asha_api, story):
    """Money of 42,707 is wanted, half of all. 49,774 and 3 units of Infosys (360) are 7427 more: for gold, of which
    a fifth, 17,082.80, is wanted. It stays money until there is an asset to buy."""
    put(asha_api, "asset_class", ("stock", "0.3"), ("gold", "0.2"))

    body = ask(asha_api)

    assert trades(body) == {"INFY": "-3"}
    assert parts(body, "amount") == {"cash": "2588.8", "stock": "-10015.8", "gold": "7427"}
    assert parts(body, "reason") == {
        "cash": None, "stock": None, "gold": "No asset is held here: choose one to buy.",
    }  # fmt: skip
    assert (body["cash"], body["left_over"]) == ("50134", "7427")


def test_an_asset_that_is_not_held_can_be_bought(asha_api, story, gold):
    closes(gold, d2024_01_09="50")
    put(asha_api, "asset", (gold.pk, "0.1"), (story["apple"].asset_id, "0.4"))

    body = ask(asha_api, by="asset")

    # Half of 85,414 stays money: 49,774, and 1200 for Infosys, which no target names, pay for 8267 of it; no unit
    # of Apple goes, which is only 274.40 over. That is less than a tenth of all: 165 units at 50.
    assert trades(body) == {"GOLDBEES": "165", "INFY": "-10"}
    assert parts(body, "reason")[str(gold.pk)] is None


def test_what_has_no_price_is_not_traded(asha_api, story, main, gold):
    """It counts what was paid for it, 1000, and cannot be sold."""
    enter(main, "buy", "2024-01-08", gold, quantity="10", price="100")
    put(asha_api, "asset_class", ("stock", "0.4"))

    body = ask(asha_api)

    assert parts(body, "value")["gold"] == "1000"
    assert [(row["asset"]["symbol"], row["reason"]) for row in body["untraded"]] == [("GOLDBEES", "It has no price.")]
    assert parts(body, "reason")["gold"] == "None of its assets has a price."
    assert "GOLDBEES" not in trades(body)


def test_funds_and_coins_are_traded_in_parts_of_units(asha_api, main, at_noon):
    fund = Asset.objects.create(symbol="FUND", name="Fund", asset_class="mutual_fund", currency="INR")
    coin = Asset.objects.create(symbol="BTC", name="Bitcoin", asset_class="crypto", currency="INR")
    closes(fund, d2024_01_01="33")
    closes(coin, d2024_01_01="7000000")
    enter(main, "buy", "2024-01-01", fund, quantity="100", price="33")  # 3300
    enter(main, "buy", "2024-01-01", coin, quantity="0.0001", price="7000000")  # 700
    put(asha_api, "asset_class", ("mutual_fund", "0.5"), ("crypto", "0.5"))

    # 1300 go from one to the other: 39.393 units are 1299.969, for which there are 0.0001857 coins and a bit
    assert trades(ask(asha_api)) == {"FUND": "-39.393", "BTC": "0.0001857"}


def test_an_account_is_a_whole_of_its_own(asha_api, story, schwab):
    put(asha_api, "asset_class", ("stock", "0.3"))

    body = ask(asha_api, account=schwab.pk)

    # Apple 34,440 of 84,214: 25,264.20 are wanted, 9175.80 too much, and one unit is 17,220
    assert (body["gross"], body["trades"]) == ("84214", [])
    assert parts(body, "amount") == {"cash": "9175.8", "stock": "-9175.8"}


def test_by_account(asha_api, story, main, schwab):
    """Main is to have a fifth of 85,414: 15,882.80 more, 132 units of Infosys. Schwab loses that much: 6495.40 of
    Apple, which is less than a unit, and 9387.40 of money. So these alone are spent: 78 units."""
    put(asha_api, "account", (main.pk, "0.2"), (schwab.pk, "0.8"))

    body = ask(asha_api, by="account")

    home, abroad = str(main.pk), str(schwab.pk)
    assert trades(body) == {"INFY": "78"}
    assert body["cash"] == "40414"  # 49,774 - 9360, of which 40,386.60 are wanted
    assert float(body["left_over"]) == pytest.approx(27.4, abs=0.005)
    assert parts(body, "amount")[abroad] == "-15882.8"
    assert float(parts(body, "amount")[home]) == pytest.approx(9387.4, abs=0.005)
    after = {home: 10_560 / 85_414, abroad: (34_440 + 40_386.6) / 85_414}
    assert parts(body, "weight_after") == pytest.approx(after, abs=1e-6)


def test_without_targets_there_is_no_plan(asha_api, story):
    body = ask(asha_api)

    assert (body["reason"], body["trades"], body["cash"], body["left_over"]) == ("No targets are set.", [], None, None)
    assert parts(body, "value") == {"cash": "49774", "stock": "35640"}
    assert set(parts(body, "target").values()) == {None}


def test_with_nothing_held(asha_api, at_noon, infosys):
    assert ask(asha_api)["reason"] == "No targets are set."
    put(asha_api, "asset", (infosys.pk, "0.5"))
    body = ask(asha_api, by="asset")
    assert (body["reason"], body["gross"], body["trades"]) == ("Nothing was held.", "0", [])
    closes(infosys, d2024_01_05="110")

    first = ask(asha_api, by="asset", add="1000")  # 500 for Infosys: 4 units

    assert (trades(first), first["cash"], first["reason"]) == ({"INFY": "4"}, "560", None)
    assert set(parts(first, "weight").values()) == {None}


def test_an_unknown_rate_leaves_nothing_to_plan(asha_api, story):
    put(asha_api, "asset_class", ("stock", "0.3"))

    body = ask(asha_api, currency="EUR")

    assert body["reason"] == "Some amounts are not known in this currency."
    assert body["gross"] is None
    assert body["reasons"]


def test_at_rest_nothing_is_traded(asha_api, story, schwab):
    account_update(account=schwab, changes={"tracks_cash": False})
    put(asha_api, "asset_class", ("stock", "1"))

    body = ask(asha_api)

    assert (body["trades"], parts(body, "drift")) == ([], {"stock": 0, "cash": 0})


def test_the_trades_lead_where_they_say(asha_api, asha, infosys, tcs, at_noon):
    """200,000 of money, of which Infosys is to get 60 % at 1200 and TCS 30 % at 3500: 100 units, and 17."""
    bank = account_create(user=asha, fields={"name": "Bank", "currency": "INR", "tracks_cash": True})
    enter(bank, "deposit", "2024-01-02", amount="200000")
    closes(infosys, d2024_01_09="1200")
    closes(tcs, d2024_01_09="3500")
    put(asha_api, "asset", (infosys.pk, "0.6"), (tcs.pk, "0.3"))

    plan = ask(asha_api, by="asset")
    assert trades(plan) == {"INFY": "100", "TCS": "17"}
    for trade in plan["trades"]:
        asset = Asset.objects.get(pk=trade["asset"]["id"])
        enter(bank, trade["side"], "2024-01-10", asset, quantity=trade["quantity"], price=trade["price"])

    done = ask(asha_api, by="asset")
    assert done["trades"] == []
    assert parts(done, "weight") == pytest.approx(parts(plan, "weight_after"))
    assert plan["cash"] == "20500"  # 200,000 - 120,000 - 59,500


def test_units_in_two_accounts_are_sold_together(asha_api, asha, story, infosys):
    other = account_create(user=asha, fields={"name": "Other", "currency": "INR"})
    enter(other, "buy", "2024-01-05", infosys, quantity="10", price="110")
    put(asha_api, "asset", (infosys.pk, "0"), (story["apple"].asset_id, "0.4"))

    assert trades(ask(asha_api, by="asset"))["INFY"] == "-20"


def test_a_split_doubles_the_units_and_nothing_else(asha_api, asha, story, infosys):
    """The last close is from before it, and counts half."""
    put(asha_api, "asset", (infosys.pk, "0"), ("cash", "1"))
    closes(infosys, d2024_01_10=None)
    before = ask(asha_api, by="asset")
    fields = {"asset": infosys, "kind": "split", "ex_date": date(2024, 1, 8), "ratio": Decimal(2)}
    action_record(user=asha, fields=fields)

    after = ask(asha_api, by="asset")

    assert (trades(before)["INFY"], trades(after)["INFY"]) == ("-10", "-20")
    assert (before["trades"][-1]["price"], after["trades"][-1]["price"]) == ("110", "55")
    assert after["parts"] == before["parts"]


def test_the_price_of_now_counts(asha_api, story, infosys):
    put(asha_api, "asset_class", ("stock", "0"))
    closes(infosys, d2024_01_10=None)
    quote(infosys, "150")

    (sale,) = (row for row in ask(asha_api)["trades"] if row["asset"]["symbol"] == "INFY")

    assert (sale["price"], sale["is_live"], sale["amount"]) == ("150", True, "1500")


def test_on_an_earlier_day(asha_api, story):
    put(asha_api, "asset_class", ("stock", "0"))

    # 10 × 110, and 2 × 200 × 84
    body = ask(asha_api, as_of="2024-01-05")

    assert (body["as_of"], trades(body)) == ("2024-01-05", {"AAPL": "-2", "INFY": "-10"})
    assert body["trades"][0]["amount"] == "33600"


def test_what_is_anothers_does_not_exist(mallory_api, bob_api, anonymous_api, asha_api, story, main, infosys):
    put(asha_api, "asset_class", ("stock", "0.3"))

    assert anonymous_api.get(REBALANCING).status_code == 401
    check_error(mallory_api.get(REBALANCING, {"account": main.pk}), 400, attr="account", code="does_not_exist")
    check_error(mallory_api.get(REBALANCING, {"asset": infosys.pk}), 400, attr="asset", code="does_not_exist")
    assert ask(mallory_api)["parts"] == []


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ({"by": "size"}, "by"),
        ({"minimum_trade": "-1"}, "minimum_trade"),
        ({"minimum_trade": "NaN"}, "minimum_trade"),
        ({"add": "much"}, "add"),
        ({"add": "1e16"}, "add"),
        ({"sell": "perhaps"}, "sell"),
        ({"as_of": "2024-01-11"}, "as_of"),
        ({"as_of": "2024-01-01", "to": "2024-01-01"}, "as_of"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_error_names_the_field(asha_api, at_noon, query, attr):
    check_error(asha_api.get(REBALANCING, query), 400, attr=attr)


def test_queries_do_not_grow_with_what_is_held(asha_api, story, main):
    put(asha_api, "asset_class", ("stock", "0.3"))
    few = _queries(asha_api)
    for n in range(15):
        asset = Asset.objects.create(symbol=f"A{n}", name=f"A{n}", asset_class="stock", currency="INR")
        closes(asset, d2024_01_01="10")
        for day in range(3):
            enter(main, "buy", str(TODAY - timedelta(days=day)), asset, quantity="1", price="10")

    assert _queries(asha_api) <= few


def _queries(api: Any) -> int:
    ask(api)  # brings the history up to date
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask(api)
    return len(captured)
