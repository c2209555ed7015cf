"""Corporate actions, each with numbers that fit on a napkin."""

from datetime import date

import pytest

from portfolio.books.replay import replay
from tests.books.makers import APR, AWAY, FEB, GOLD, HOME, JAN, MAR, SILVER, D, action, entry, lots, position


def test_a_split_between_buy_and_sale() -> None:
    held = position(entry("buy", JAN, 10, 1000), action("split", FEB, 2), entry("sell", MAR, 20, 1400))
    assert (held.quantity, held.cost_basis, held.realized_gain) == (0, 0, 400)


def test_a_bonus_of_one_for_one_halves_the_unit_cost() -> None:
    held = position(entry("buy", JAN, 10, 1000), action("bonus", FEB, 2))
    assert lots(held) == [(JAN, 20, 1000)]


def test_an_action_comes_before_the_entries_of_its_day() -> None:
    held = position(entry("buy", JAN, 10, 1000), entry("buy", FEB, 1, 50), action("split", FEB, 2))
    assert held.quantity == 21


def test_an_action_before_the_first_entry_does_nothing() -> None:
    assert position(action("split", JAN, 2), entry("buy", JAN, 10, 1000)).quantity == 10


def test_an_action_after_the_last_entry_counts() -> None:
    assert position(entry("buy", JAN, 10, 1000), action("split", FEB, 3)).quantity == 30


@pytest.mark.parametrize("average", [False, True])
def test_a_reverse_split_of_single_shares_keeps_the_whole(average: bool) -> None:
    """Three lots of one share, one for three: a third each would be 0.999999999999 together."""
    buys = [entry("buy", JAN, 1, 30) for _ in range(3)]
    held = position(*buys, action("split", FEB, "0.333333333333333333"), entry("sell", MAR, 1, 100), average=average)
    assert (held.quantity, held.cost_basis, held.realized_gain) == (0, 0, 10)


def test_a_split_of_a_pool_keeps_the_whole() -> None:
    """20 of 30 are left, 6.666… of each lot; 3 for 2 makes 30 again, all of which can be sold."""
    buys = [entry("buy", JAN, 10, 100) for _ in range(3)]
    sales = [entry("sell", FEB, 10, 100), entry("sell", APR, 30, 300)]
    held = position(*buys, *sales, action("split", MAR, "1.5"), average=True)
    assert (held.quantity, held.cost_basis) == (0, 0)


def test_a_spinoff_moves_its_share_of_each_cost_and_keeps_the_days() -> None:
    events = entry("buy", JAN, 10, 1000), entry("buy", FEB, 10, 2000)
    demerger = action("spinoff", MAR, "0.5", new_asset=SILVER, cost_fraction="0.3")
    assert lots(position(*events, demerger)) == [(JAN, 10, 700), (FEB, 10, 1400)]
    assert lots(position(*events, demerger, asset=SILVER)) == [(JAN, 5, 300), (FEB, 5, 600)]


def test_a_spinoff_realizes_nothing() -> None:
    demerger = action("spinoff", FEB, 1, new_asset=SILVER, cost_fraction="0.3")
    for asset in (GOLD, SILVER):
        held = position(entry("buy", JAN, 10, 1000), demerger, asset=asset)
        assert (held.realized_gain, held.income, held.costs) == (0, 0, 0)


def test_a_merger_for_shares_keeps_cost_and_days() -> None:
    merger = action("merger", FEB, "0.4", new_asset=SILVER)
    assert lots(position(entry("buy", JAN, 10, 1000), merger, asset=SILVER)) == [(JAN, 4, 1000)]
    assert position(entry("buy", JAN, 10, 1000), merger).quantity == 0


def test_a_rename_is_one_for_one() -> None:
    rename = action("rename", FEB, new_asset=SILVER)
    assert lots(position(entry("buy", JAN, 10, 1000), rename, asset=SILVER)) == [(JAN, 10, 1000)]


def test_a_merger_for_cash_alone_is_a_sale() -> None:
    held = position(entry("buy", JAN, 10, 1000), action("merger", FEB, 0, cash_per_share=130))
    assert (held.quantity, held.cost_basis, held.realized_gain) == (0, 0, 300)
    assert sum(movement.cash for movement in held.movements) == 300  # 1,300 - 1,000


def test_a_merger_into_nothing_loses_the_cost() -> None:
    held = position(entry("buy", JAN, 10, 1000), action("merger", FEB, 0))
    assert (held.quantity, held.cost_basis, held.realized_gain) == (0, 0, -1000)


def test_cash_of_a_merger_gives_back_cost_first() -> None:
    """1,000 paid, 300 come back: 700 go on, and nothing is gained."""
    merger = action("merger", FEB, 1, new_asset=SILVER, cash_per_share=30)
    assert position(entry("buy", JAN, 10, 1000), merger).realized_gain == 0
    assert lots(position(entry("buy", JAN, 10, 1000), merger, asset=SILVER)) == [(JAN, 10, 700)]


def test_cash_beyond_the_cost_is_a_gain() -> None:
    merger = action("merger", FEB, 1, new_asset=SILVER, cash_per_share=130)
    assert position(entry("buy", JAN, 10, 1000), merger).realized_gain == 300
    assert lots(position(entry("buy", JAN, 10, 1000), merger, asset=SILVER)) == [(JAN, 10, 0)]


def test_cash_of_a_merger_meets_each_lot_or_the_pool() -> None:
    """Costs of 1,000 and 10, and 50 in cash for each: lot by lot 40 are gained, of the pool of 1,010 nothing."""
    events = entry("buy", JAN, 10, 1000), entry("buy", FEB, 10, 10)
    merger = action("merger", MAR, 1, new_asset=SILVER, cash_per_share=5)
    assert position(*events, merger).realized_gain == 40
    pooled = position(*events, merger, average=True)
    assert pooled.realized_gain == pytest.approx(0, abs=1e-11)
    assert position(*events, merger, average=True, asset=SILVER).cost_basis == pytest.approx(910, abs=1e-11)


@pytest.mark.parametrize(("cash", "gain"), [(0, -600), (50, -100), (100, 400)])
def test_a_merger_that_says_what_cost_moves(cash: int, gain: int) -> None:
    """40 % of 1,000 moves on; the other 600 are set against the cash, also where there is none."""
    merger = action("merger", FEB, 1, new_asset=SILVER, cost_fraction="0.4", cash_per_share=cash)
    held = position(entry("buy", JAN, 10, 1000), merger)
    assert (held.quantity, held.cost_basis, held.realized_gain) == (0, 0, gain)
    assert position(entry("buy", JAN, 10, 1000), merger, asset=SILVER).cost_basis == 400


def test_actions_of_one_day_follow_one_another() -> None:
    """Renamed, then the new one splits on the same day."""
    rename = action("rename", FEB, new_asset=SILVER, id=1)
    split = action("split", FEB, 2, asset=SILVER, id=2)
    assert position(entry("buy", JAN, 10, 1000), split, rename, asset=SILVER).quantity == 20


def test_an_action_reaches_every_account() -> None:
    entries = [entry("buy", JAN, 10, 1000), entry("buy", JAN, 3, 300, account=AWAY)]
    books = replay(entries, [action("split", FEB, 2)])
    assert [books[account, GOLD, "INR"].quantity for account in (HOME, AWAY)] == [20, 6]


def test_a_merger_of_a_shrunk_pool_moves_its_lots() -> None:
    events = entry("buy", JAN, 10, 1000), entry("buy", FEB, 30, 1000), entry("sell", MAR, 20, 5000)
    merger = action("merger", APR, 2, new_asset=SILVER)
    held = position(*events, merger, average=True, asset=SILVER)
    assert lots(held) == [(JAN, 10, 500), (FEB, 30, 500)]
    assert held.quantity == D(40)
    assert held.first_on == date(2024, 4, 1)
