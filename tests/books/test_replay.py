"""Replay: the order of a day, transfers, what cannot be, and what each kind leaves in the totals."""

import pytest

from portfolio.books.events import CostUnknown, Oversold
from portfolio.books.replay import replay
from tests.books.makers import (
    AWAY,
    FEB,
    GOLD,
    HOME,
    JAN,
    MAR,
    SILVER,
    D,
    action,
    at,
    entry,
    lots,
    position,
)


def test_a_day_goes_as_entered() -> None:
    held = position(entry("buy", JAN, 10, 1000), entry("sell", JAN, 10, 1100))
    assert (held.quantity, held.realized_gain) == (0, 100)


def test_a_sale_entered_before_its_purchase_is_refused() -> None:
    with pytest.raises(Oversold):
        position(entry("sell", JAN, 10, 1100), entry("buy", JAN, 10, 1000))


def test_the_time_orders_a_day_whatever_was_entered_first() -> None:
    held = position(entry("sell", JAN, 10, 1100, at=at(15)), entry("buy", JAN, 10, 1000, at=at(9)))
    assert (held.quantity, held.realized_gain) == (0, 100)


def test_the_order_in_which_entries_are_given_does_not_matter() -> None:
    buy, sell = entry("buy", JAN, 10, 1000), entry("sell", FEB, 10, 1100)
    assert position(sell, buy).realized_gain == 100


def test_overselling_names_the_day_and_what_was_there() -> None:
    sale = entry("sell", FEB, 11, 1100)
    with pytest.raises(Oversold, match=r"Cannot sell 11 on 2024-02-01: 10 available on that day\.") as caught:
        position(entry("buy", JAN, 10, 1000), sale)
    assert caught.value.entry is sale
    assert caught.value.available == 10
    assert caught.value.field == "quantity"


def test_what_comes_later_cannot_be_sold_now() -> None:
    with pytest.raises(Oversold, match="10 available"):
        position(entry("buy", JAN, 10, 1000), entry("sell", FEB, 11, 1), entry("buy", MAR, 10, 1000))


def test_each_account_sells_its_own() -> None:
    with pytest.raises(Oversold, match=r"0 available"):
        position(entry("buy", JAN, 10, 1000), entry("sell", FEB, 1, 100, account=AWAY))


def test_transferring_too_much_is_refused() -> None:
    with pytest.raises(Oversold, match="Cannot transfer 11 on 2024-02-01: 10 available"):
        position(entry("buy", JAN, 10, 1000), entry("transfer_out", FEB, 11))


def test_a_transfer_between_accounts_keeps_cost_and_days() -> None:
    events = (
        entry("buy", JAN, 10, 1000),
        entry("buy", FEB, 10, 2000),
        entry("transfer_out", MAR, 15),
        entry("transfer_in", MAR, 15, None, account=AWAY),
    )
    assert lots(position(*events)) == [(FEB, 5, 1000)]
    assert lots(position(*events, account=AWAY)) == [(JAN, 10, 1000), (FEB, 5, 1000)]
    assert position(*events).realized_gain == 0


@pytest.mark.parametrize("in_first", [False, True])
def test_the_ends_of_a_transfer_find_each_other_in_either_order(in_first: bool) -> None:
    ends = [("transfer_out", HOME), ("transfer_in", AWAY)]
    pair = [entry(kind, FEB, 4, None, account=account) for kind, account in (ends[::-1] if in_first else ends)]
    assert lots(position(entry("buy", JAN, 10, 1000), *pair, account=AWAY)) == [(JAN, 4, 400)]


def test_what_is_stated_at_the_arriving_end_does_not_replace_the_cost() -> None:
    pair = entry("transfer_out", FEB, 4), entry("transfer_in", FEB, 4, 9999, account=AWAY)
    assert lots(position(entry("buy", JAN, 10, 1000), *pair, account=AWAY)) == [(JAN, 4, 400)]


def test_transfers_that_look_alike_pair_one_by_one() -> None:
    events = [entry("buy", JAN, 10, 1000)]
    for _ in range(2):
        events += [entry("transfer_out", FEB, 4), entry("transfer_in", FEB, 4, None, account=AWAY)]
    assert position(*events, account=AWAY).quantity == 8
    assert position(*events).quantity == 2


def test_a_chain_of_transfers_on_one_day() -> None:
    third = 3
    events = [
        entry("buy", JAN, 4, 400),
        entry("transfer_out", FEB, 4),
        entry("transfer_in", FEB, 4, None, account=AWAY),
        entry("transfer_out", FEB, 4, account=AWAY),
        entry("transfer_in", FEB, 4, None, account=third),
    ]
    assert lots(position(*events, account=third)) == [(JAN, 4, 400)]


def test_other_days_quantities_assets_and_the_same_account_do_not_pair() -> None:
    for differs in ({"day": MAR}, {"quantity": 5}, {"asset": SILVER}, {"account": HOME}):
        values = {"kind": "transfer_in", "day": FEB, "quantity": 4, "gross": None, "account": AWAY, **differs}
        with pytest.raises(CostUnknown):
            position(entry("buy", JAN, 10, 1000), entry("transfer_out", FEB, 4), entry(**values))  # type: ignore[arg-type]


def test_what_comes_from_outside_says_its_cost() -> None:
    held = position(entry("transfer_in", JAN, 4, 400, fee=10))
    assert lots(held) == [(JAN, 4, 400)]
    assert (held.costs, held.fees) == (10, 10)
    with pytest.raises(CostUnknown, match="2024-01-01") as caught:
        position(entry("transfer_in", JAN, 4, None))
    assert caught.value.field == "amount"


def test_what_goes_outside_leaves_with_its_cost() -> None:
    held = position(entry("buy", JAN, 10, 1000), entry("transfer_out", FEB, 4))
    assert (held.quantity, held.cost_basis, held.realized_gain) == (6, 600, 0)
    assert sum(movement.in_kind for movement in held.movements) == -4


def test_a_dividend_counts_gross_and_what_was_kept_back_is_a_cost() -> None:
    held = position(entry("buy", JAN, 10, 1000), entry("dividend", FEB, 0, 50, tax=5))
    assert (held.income, held.costs, held.fees) == (50, 5, 5)
    assert held.movements[-1].cash == 45
    assert held.cost_basis == 1000


@pytest.mark.parametrize("kind", ["fee", "tax"])
def test_a_stand_alone_charge(kind: str) -> None:
    held = position(entry("buy", JAN, 10, 1000), entry(kind, FEB, 0, 20))
    assert (held.costs, held.fees, held.cost_basis, held.realized_gain) == (20, 20, 1000, 0)
    assert held.movements[-1].cash == -20


def test_deposits_and_withdrawals_come_from_outside() -> None:
    held = position(
        entry("deposit", JAN, 0, 100, asset=None, fee=2), entry("withdrawal", FEB, 0, 30, asset=None), asset=None
    )
    assert [movement.external for movement in held.movements] == [100, -30]
    assert [movement.cash for movement in held.movements] == [98, -30]
    assert held.costs == 2


def test_selling_a_lot_on_the_day_of_a_split_counts_new_units() -> None:
    events = entry("buy", JAN, 10, 1000), action("split", FEB, 2)
    assert position(*events, entry("sell", FEB, 20, 1000)).quantity == 0
    with pytest.raises(Oversold, match="20 available"):
        position(*events, entry("sell", FEB, D("20.5"), 1000))


def test_the_same_asset_in_two_accounts_is_two_positions() -> None:
    books = replay([entry("buy", JAN, 1, 10), entry("buy", JAN, 2, 20, account=AWAY)])
    assert set(books) == {(HOME, GOLD, "INR"), (AWAY, GOLD, "INR")}


def test_nothing_makes_nothing() -> None:
    assert replay([]) == {}
    assert replay([], [action("split", JAN, 2)]) == {}
