"""What was held on any day, read from the projection or replayed up to that day."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.holdings import asset_books, holdings_at
from portfolio.models import Asset
from portfolio.services.prices import prices_record
from tests.portfolio.conftest import action, record


@pytest.fixture
def traded(asha_api, infosys):
    """10 at 100 with a fee of 10, 4 sold at 150, a dividend of 30 and a stand-alone fee of 5."""
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100", fee="10")
    record(asha_api, "sell", "2024-02-02", infosys, quantity="4", price="150")
    record(asha_api, "dividend", "2024-03-02", infosys, amount="30")
    record(asha_api, "fee", "2024-04-02", infosys, amount="5")
    prices_record(closes={infosys.pk: {date(2024, 1, 31): Decimal(110), date(2024, 4, 1): Decimal(120)}})


def test_it_works(asha, main, infosys, traded):
    (holding,) = holdings_at(asha, date(2024, 6, 1))

    assert (holding.account, holding.asset, holding.quantity) == (main, infosys, 6)
    assert (holding.cost_basis, holding.invested) == (606, 600)
    assert (holding.price.close, holding.price.on, holding.price.previous) == (120, date(2024, 4, 1), 110)
    assert (holding.realized_gain, holding.income, holding.fees, holding.costs) == (196, 30, 15, 5)
    assert (holding.first_on, holding.last_on) == (date(2024, 1, 2), date(2024, 4, 2))


def test_a_day_in_the_past(asha, traded):
    assert holdings_at(asha, date(2024, 1, 1)) == []
    (first,) = holdings_at(asha, date(2024, 1, 15))
    (later,) = holdings_at(asha, date(2024, 2, 15))

    assert (first.quantity, first.cost_basis, first.fees, first.price) == (10, 1010, 10, None)
    assert (later.quantity, later.realized_gain, later.income, later.price.close) == (6, 196, 0, 110)
    assert later.price.previous is None
    assert len(later.movements) == 2


def test_both_ways_to_a_day_agree(asha, traded, asha_api, infosys):
    before = holdings_at(asha, date(2024, 5, 1))
    record(asha_api, "sell", "2024-06-01", infosys, quantity="6", price="130")

    assert holdings_at(asha, date(2024, 5, 1)) == before


def test_what_was_sold_keeps_its_place(asha, traded, asha_api, infosys):
    record(asha_api, "sell", "2024-06-01", infosys, quantity="6", price="130")

    (holding,) = holdings_at(asha, date(2024, 7, 1))
    assert (holding.quantity, holding.cost_basis, holding.income, holding.costs) == (0, 0, 30, 5)
    assert holding.realized_gain == (600 - 404) + (780 - 606)


def test_accounts_can_be_chosen(asha, asha_api, infosys, tcs, broker, main):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="1", price="100")
    record(asha_api, "buy", "2024-01-02", infosys, account=broker.pk, quantity="2", price="100")
    record(asha_api, "buy", "2024-01-02", tcs, account=broker.pk, quantity="3", price="100")
    day = date(2024, 1, 2)

    def names(**chosen):
        return [(row.asset.symbol, row.account.name) for row in holdings_at(asha, day, **chosen)]

    assert names() == [("INFY", "Main"), ("INFY", "Zerodha"), ("TCS", "Zerodha")]
    assert names(accounts=[broker.pk]) == [("INFY", "Zerodha"), ("TCS", "Zerodha")]


def test_a_close_is_carried_across_a_split(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    prices_record(closes={infosys.pk: {date(2024, 5, 30): Decimal(80), date(2024, 5, 31): Decimal(90)}})
    action(infosys, "split", date(2024, 6, 1), ratio=2)

    (before,) = holdings_at(asha, date(2024, 5, 31))
    (after,) = holdings_at(asha, date(2024, 6, 1))
    assert (before.quantity, before.price.close) == (10, 90)
    assert (after.quantity, after.price.close, after.price.previous) == (20, 45, 40)
    prices_record(closes={infosys.pk: {date(2024, 6, 3): Decimal(46)}})
    (quoted,) = holdings_at(asha, date(2024, 6, 3))
    assert (quoted.price.close, quoted.price.previous) == (46, 45)


def test_an_action_to_come_changes_nothing_yet(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    action(infosys, "split", date(2030, 6, 1), ratio=2)

    assert [row.quantity for row in holdings_at(asha, date(2030, 5, 31))] == [10]
    assert [row.quantity for row in holdings_at(asha, date(2030, 6, 1))] == [20]


def test_a_close_of_long_ago_still_counts(asha, asha_api, infosys):
    record(asha_api, "buy", "2015-01-02", infosys, quantity="10", price="100")
    prices_record(closes={infosys.pk: {date(2015, 1, 5): Decimal("12.34567")}})

    (holding,) = holdings_at(asha, date(2024, 1, 1))
    assert (holding.price.close, holding.price.on, holding.price.previous) == (
        Decimal("12.34567"), date(2015, 1, 5), None,
    )  # fmt: skip


def test_it_takes_a_handful_of_queries(asha, asha_api, broker, django_assert_max_num_queries):
    body = []
    for index in range(30):
        asset = Asset.objects.create(symbol=f"A{index}", name="x", asset_class="stock", currency="INR")
        body += [
            {"kind": "buy", "date": "2024-01-02", "asset": asset.pk, "quantity": "2", "price": "1"},
            {"kind": "sell", "date": "2024-03-02", "asset": asset.pk, "quantity": "1", "price": "1"},
        ]
    assert asha_api.post("/api/v1/transactions/bulk/", body).status_code == 201

    with django_assert_max_num_queries(4):
        assert len(holdings_at(asha, date(2024, 6, 1))) == 30
    with django_assert_max_num_queries(8):
        assert len(holdings_at(asha, date(2024, 2, 1))) == 30


def test_one_asset_with_its_lots_and_transactions(asha, asha_api, infosys, broker, main, traded):
    record(asha_api, "buy", "2024-03-01", infosys, account=broker.pk, quantity="3", price="50")

    books = asset_books(asha, infosys, date(2024, 6, 1))

    assert [(row.account, row.quantity) for row in books.holdings] == [(main, 6), (broker, 3)]
    (lot,) = books.lots[main.pk]
    assert (lot.acquired, lot.quantity, lot.cost, lot.invested) == (date(2024, 1, 2), 6, 606, 600)
    assert [(lot.quantity, lot.cost) for lot in books.lots[broker.pk]] == [(3, 150)]
    assert [row.kind for row in books.transactions] == ["fee", "dividend", "buy", "sell", "buy"]
    past = asset_books(asha, infosys, date(2024, 1, 15), accounts=[main.pk])
    assert [row.quantity for row in past.holdings] == [10]
    assert [row.kind for row in past.transactions] == ["buy"]


def test_other_people_hold_nothing_of_it(mallory, infosys, traded):
    assert holdings_at(mallory, date(2024, 6, 1)) == []
    books = asset_books(mallory, infosys, date(2024, 6, 1))
    assert (books.holdings, books.lots, books.transactions) == ((), {}, ())
