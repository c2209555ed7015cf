"""Portfolios small enough to do on paper, over the API."""

from datetime import date, time

import pytest

from core.models import Account
from portfolio.holdings import asset_books
from portfolio.models import Asset, Transaction
from tests.portfolio.conftest import action, figures, record

ALL = ("quantity", "cost_basis", "invested", "realized_gain", "income", "fees")
LATER = date(2030, 1, 1)


def lots(user, asset, account=None):
    """(acquired, quantity, cost) of the open lots of the one account, or the named one."""
    books = asset_books(user, asset, LATER)
    found = books.lots[account.pk] if account else next(iter(books.lots.values()))
    return [(f"{lot.acquired}", f"{lot.quantity.normalize():f}", f"{lot.cost.normalize():f}") for lot in found]


def test_buy_ten_sell_five_keeps_the_average(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    record(asha_api, "sell", "2024-02-02", infosys, quantity="5", price="120")

    (holding,) = asset_books(asha, infosys, LATER).holdings
    assert holding.cost_basis / holding.quantity == 100
    assert figures(asha, infosys, *ALL) == ("5", "500", "500", "100", "0", "0")


def test_fees_belong_to_cost_and_to_proceeds(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100", fee="15", tax="5")
    record(asha_api, "sell", "2024-02-02", infosys, quantity="5", price="120", fee="10")

    # 10 cost 1020; half of them cost 510 and brought 600 - 10.
    assert figures(asha, infosys, *ALL) == ("5", "510", "500", "80", "0", "30")


def test_first_in_first_out(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    record(asha_api, "buy", "2024-02-02", infosys, quantity="10", price="200")
    record(asha_api, "sell", "2024-03-02", infosys, quantity="15", price="300")

    # 4500 - (10 × 100 + 5 × 200)
    assert figures(asha, infosys, "quantity", "cost_basis", "realized_gain") == ("5", "1000", "2500")
    assert lots(asha, infosys) == [("2024-02-02", "5", "1000")]


def test_at_average_cost(asha, asha_api, infosys):
    account = Account.objects.create(user=asha, name="Average", currency="INR", cost_method="average")
    record(asha_api, "buy", "2024-01-02", infosys, account=account.pk, quantity="10", price="100")
    record(asha_api, "buy", "2024-02-02", infosys, account=account.pk, quantity="10", price="200")
    record(asha_api, "sell", "2024-03-02", infosys, account=account.pk, quantity="15", price="300")

    # 20 cost 3000, 150 each: 4500 - 15 × 150
    assert figures(asha, infosys, "quantity", "cost_basis", "realized_gain") == ("5", "750", "2250")


def test_another_cost_method_makes_other_gains(asha, asha_api, infosys, main):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    record(asha_api, "buy", "2024-02-02", infosys, quantity="10", price="200")
    record(asha_api, "sell", "2024-03-02", infosys, quantity="15", price="300")

    assert asha_api.patch(f"/api/v1/accounts/{main.pk}/", {"cost_method": "average"}).status_code == 200
    assert figures(asha, infosys, "cost_basis", "realized_gain") == ("750", "2250")
    assert asha_api.patch(f"/api/v1/accounts/{main.pk}/", {"cost_method": "fifo"}).status_code == 200
    assert figures(asha, infosys, "cost_basis", "realized_gain") == ("1000", "2500")


def test_sold_out_and_bought_again(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    record(asha_api, "sell", "2024-02-02", infosys, quantity="10", price="130")
    assert figures(asha, infosys, *ALL) == ("0", "0", "0", "300", "0", "0")

    record(asha_api, "buy", "2024-03-02", infosys, quantity="4", price="90")
    assert figures(asha, infosys, *ALL) == ("4", "360", "360", "300", "0", "0")
    assert Transaction.objects.count() == 3


def test_a_split_between_purchase_and_sale(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    action(infosys, "split", date(2024, 6, 1), ratio=2)
    record(asha_api, "sell", "2024-07-01", infosys, quantity="10", price="60")

    # 20 cost 1000; 10 of them cost 500 and brought 600.
    assert figures(asha, infosys, *ALL) == ("10", "500", "500", "100", "0", "0")
    assert lots(asha, infosys) == [("2024-01-02", "10", "500")]


def test_on_the_ex_date_itself_quantities_are_new_ones(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    action(infosys, "split", date(2024, 6, 1), ratio=2)
    record(asha_api, "sell", "2024-06-01", infosys, quantity="20", price="60")

    assert figures(asha, infosys, "quantity", "realized_gain") == ("0", "200")


def test_a_bonus_of_one_for_one(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="7", price="100")
    action(infosys, "bonus", date(2024, 6, 1), ratio=2)

    assert figures(asha, infosys, "quantity", "cost_basis", "realized_gain") == ("14", "700", "0")


def test_a_demerger_that_moves_thirty_percent_of_the_cost(asha, asha_api, infosys, tcs):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    action(infosys, "spinoff", date(2024, 6, 1), ratio="0.5", new_asset=tcs, cost_fraction="0.3")

    assert figures(asha, infosys, "quantity", "cost_basis", "realized_gain") == ("10", "700", "0")
    assert figures(asha, tcs, "quantity", "cost_basis", "realized_gain") == ("5", "300", "0")
    assert lots(asha, tcs) == [("2024-01-02", "5", "300")]
    record(asha_api, "sell", "2024-07-01", tcs, quantity="5", price="80")
    assert figures(asha, tcs, "quantity", "realized_gain") == ("0", "100")


def test_a_merger_into_shares_and_cash(asha, asha_api, infosys, tcs):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    action(infosys, "merger", date(2024, 6, 1), ratio=2, new_asset=tcs, cash_per_share=40)

    # 400 in cash give back cost first: 1000 - 400 go on as 20 shares, and nothing is gained yet.
    assert figures(asha, infosys, "quantity", "cost_basis", "realized_gain") == ("0", "0", "0")
    assert figures(asha, tcs, "quantity", "cost_basis") == ("20", "600")


def test_a_merger_for_cash_alone(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    action(infosys, "merger", date(2024, 6, 1), ratio=0, cash_per_share=130)

    assert figures(asha, infosys, "quantity", "cost_basis", "realized_gain") == ("0", "0", "300")


def test_a_mutual_fund_at_a_nav_of_five_decimals(asha, asha_api):
    fund = Asset.objects.create(symbol="120503", name="Fund", asset_class="mutual_fund", currency="INR")
    record(asha_api, "buy", "2024-01-02", fund, quantity="81.5", price="12.34567")

    # 81 × 12.34567 = 999.99927, and half of 12.34567
    assert figures(asha, fund, "quantity", "cost_basis") == ("81.5", "1006.172105")


def test_a_coin_that_costs_next_to_nothing(asha, asha_api):
    coin = Asset.objects.create(symbol="SHIB", name="Coin", asset_class="crypto", currency="USD")
    record(asha_api, "buy", "2024-01-02", coin, quantity="1000000", price="0.00001234")
    record(asha_api, "sell", "2024-01-03", coin, quantity="250000.5", price="0.00002")

    # 12.34; 250000.5 of a million cost 3.08500617 and brought 5.00001
    assert figures(asha, coin, "quantity", "cost_basis", "realized_gain") == ("749999.5", "9.25499383", "1.91500383")


def test_bought_and_sold_on_the_same_day(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    record(asha_api, "sell", "2024-01-02", infosys, quantity="10", price="101")

    assert figures(asha, infosys, "quantity", "realized_gain") == ("0", "10")


def test_within_a_day_the_time_orders(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="1", price="200", time="15:00")
    record(asha_api, "buy", "2024-01-02", infosys, quantity="1", price="100", time="09:15")
    record(asha_api, "sell", "2024-01-02", infosys, quantity="1", price="150", time="10:00")

    assert figures(asha, infosys, "realized_gain", "cost_basis") == ("50", "200")
    assert Transaction.objects.get(kind="sell").time == time(10)


def test_a_transfer_keeps_cost_and_days(asha, asha_api, infosys, main, broker):
    record(asha_api, "buy", "2023-01-02", infosys, quantity="10", price="100", fee="10")
    record(asha_api, "buy", "2023-06-02", infosys, quantity="10", price="200")
    body = [
        {"kind": "transfer_in", "date": "2024-01-05", "asset": infosys.pk, "account": broker.pk, "quantity": "12"},
        {"kind": "transfer_out", "date": "2024-01-05", "asset": infosys.pk, "account": main.pk, "quantity": "12"},
    ]

    assert asha_api.post("/api/v1/transactions/bulk/", body).status_code == 201
    assert lots(asha, infosys, broker) == [("2023-01-02", "10", "1010"), ("2023-06-02", "2", "400")]
    assert lots(asha, infosys, main) == [("2023-06-02", "8", "1600")]


def test_units_from_outside_bring_their_cost(asha, asha_api, infosys):
    record(asha_api, "transfer_in", "2024-01-05", infosys, quantity="12", price="50", fee="3")

    assert figures(asha, infosys, *ALL, "costs") == ("12", "600", "600", "0", "0", "3", "3")


@pytest.mark.parametrize("kind", ["fee", "tax"])
def test_a_stand_alone_charge(asha, asha_api, infosys, kind):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="1", price="100")
    record(asha_api, kind, "2024-01-03", infosys, amount="7")

    assert figures(asha, infosys, "cost_basis", "fees", "costs") == ("100", "7", "7")
