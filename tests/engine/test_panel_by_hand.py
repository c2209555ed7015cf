"""Lines of a panel by hand: what is moved, exchanged, paid in another currency, earned."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from analytics.engine.panel import MONEY, Border, Panel
from analytics.engine.worth import Worth
from portfolio.books.events import Action, Entry
from tests.engine.test_flows import START, entry, on
from tests.engine.test_panel import panel_of
from tests.oracle.world import Account, World

D = Decimal
PARENT, CHILD = 1, 2
ALONE = {1: Account(1, "INR")}


def held(
    *entries: Entry,
    accounts: dict[int, Account] = ALONE,
    actions: tuple[Action, ...] = (),
    closes: dict[int, dict[int, float]],
    dollar: tuple[float, ...] = (),
    days: int = 3,
) -> Panel:
    """Rupees, where no entry says otherwise; closes by asset and day."""
    currency = entries[0].currency
    world = World(
        accounts=accounts,
        assets=dict.fromkeys({PARENT, CHILD, *closes}, currency),
        entries=entries,
        first=START,
        last=on(days - 1),
        actions=actions,
        closes={asset: {on(day): D(str(c)) for day, c in by_day.items()} for asset, by_day in closes.items()},
        rates={("USD", "INR"): {on(day): D(str(rate)) for day, rate in enumerate(dollar)}} if dollar else {},
    )
    return panel_of(world)


def line(found: Panel, account: int, asset: int, *, border: Border = "assets") -> Worth:
    """Of an asset (its number in the world) or of MONEY in an account."""
    row = asset if asset == MONEY else asset - 1
    (at,) = np.flatnonzero((found.account == account) & (found.asset == row)).tolist()
    group = np.where(np.arange(len(found.account)) == at, 0, 1)
    lines = found.grouped(group, 2, border=border)
    return Worth(lines.first, lines.value[0], lines.inflow[0], lines.outflow[0], lines.before[0])


def told(worth: Worth) -> list[list[float]]:
    """[value, in, out, gain] of each day."""
    days: list[list[float]] = np.stack((worth.value, worth.inflow, worth.outflow, worth.gain), axis=1).round(8).tolist()
    return days


def spinoff(**changed: Any) -> Action:
    return replace(Action(1, PARENT, "spinoff", on(1), D(1), CHILD, D("0.4")), **changed)


def rupees(number: int, kind: str, quantity: Any = 0, gross: Any = 0, **more: Any) -> Entry:
    return entry(number, kind, quantity, gross, **{"currency": "INR", **more})


def test_who_keeps_both_gains_nothing_by_a_spin_off() -> None:
    """1 at 100; on day 1 the parent is worth 70 and the child 30, whatever share of the cost moved; then 77 and 27."""
    found = held(rupees(0, "buy", 1, 50), actions=(spinoff(),), closes={1: {0: 100, 1: 70, 2: 77}, 2: {1: 30, 2: 27}})
    assert told(found.total("whole")) == [[100, 50, 0, 50], [100, 0, 0, 0], [104, 0, 0, 4]]
    assert told(line(found, 1, PARENT)) == [[100, 50, 0, 50], [70, 0, 30, 0], [77, 0, 0, 7]]
    assert told(line(found, 1, CHILD)) == [[0, 0, 0, 0], [30, 30, 0, 0], [27, 0, 0, -3]]
    assert told(line(found, 1, CHILD, border="accounts"))[1] == [30, 30, 0, 0]


def test_a_spin_off_of_shares_that_cost_nothing_moves_what_they_are_worth_too() -> None:
    """Two shares came for nothing and a third for 90: of each one the child takes 30 along."""
    gift, bought = rupees(0, "transfer_in", 2, 0), rupees(0, "buy", 1, 90, id=2)
    found = held(gift, bought, actions=(spinoff(),), closes={1: {0: 100, 1: 70}, 2: {1: 30}})
    assert told(line(found, 1, PARENT))[1] == [210, 0, 90, 0]
    assert told(line(found, 1, CHILD))[1] == [90, 90, 0, 0]


def test_shares_that_were_there_before_take_no_part_in_a_merger() -> None:
    """The parent becomes 2 of the child, worth 130 together; one more was there, and gains 5."""
    merger = Action(1, PARENT, "merger", on(1), D(2), CHILD, D(1))
    found = held(
        rupees(0, "buy", 1, 100), rupees(0, "buy", 1, 60, asset=CHILD, id=2),
        actions=(merger,), closes={1: {0: 100}, 2: {0: 60, 1: 65, 2: 66}},
    )  # fmt: skip
    assert told(line(found, 1, PARENT))[1:] == [[0, 0, 130, 30], [0, 0, 0, 0]]
    assert told(line(found, 1, CHILD))[1:] == [[195, 130, 0, 5], [198, 0, 0, 3]]


def test_two_actions_on_a_day_move_each_what_became_of_its_own_shares() -> None:
    """A share of 4, worth 30, comes out of the parent, and the one of 3 becomes one of 2, worth 45."""
    found = held(
        rupees(0, "buy", 1, 100), rupees(0, "buy", 1, 50, asset=3, id=2),
        actions=(spinoff(new_asset=4), Action(2, 3, "merger", on(1), D(1), 2, D(1))),
        closes={1: {0: 100, 1: 70}, 2: {1: 45}, 3: {0: 50}, 4: {1: 30}},
    )  # fmt: skip
    assert [told(line(found, 1, asset))[1] for asset in (1, 2, 3, 4)] == [
        [70, 0, 30, 0], [45, 45, 0, 0], [0, 0, 45, -5], [30, 30, 0, 0],
    ]  # fmt: skip


@pytest.mark.parametrize("tracks", [False, True])
def test_a_merger_with_cash_brings_both(tracks: bool) -> None:
    """2 at 100 become 1 of the child, worth 150, and 30 each: 60 to the account or outside. 200 became 210."""
    merger = Action(1, PARENT, "merger", on(1), D("0.5"), CHILD, None, D(30))
    found = held(
        rupees(0, "buy", 2, 200), accounts={1: Account(1, "INR", tracks_cash=tracks)},
        actions=(merger,), closes={1: {0: 100}, 2: {1: 150}},
    )  # fmt: skip
    assert told(line(found, 1, PARENT))[1] == [0, 0, 210, 10]
    assert told(line(found, 1, CHILD))[1] == [150, 150, 0, 0]
    whole = told(found.total("whole"))
    assert whole[1] == ([10, 0, 0, 10] if tracks else [150, 0, 60, 10])
    if tracks:
        assert told(line(found, 1, MONEY)) == [[-200, 0, 200, 0], [-140, 60, 0, 0], [-140, 0, 0, 0]]


def test_a_merger_for_cash_above_its_cost_moves_no_cost_but_worth() -> None:
    """1 that had cost 20, worth 100, becomes 1 of the child, worth 70, and 30: all of the cost came back in cash."""
    merger = Action(1, PARENT, "merger", on(1), D(1), CHILD, None, D(30))
    found = held(rupees(0, "buy", 1, 20), actions=(merger,), closes={1: {0: 100}, 2: {1: 70}})
    assert told(line(found, 1, PARENT))[1] == [0, 0, 100, 0]
    assert told(line(found, 1, CHILD))[1] == [70, 70, 0, 0]


def test_a_split_is_no_flow_even_of_shares_that_cost_nothing() -> None:
    split = Action(1, PARENT, "split", on(1), D(2))
    found = held(rupees(0, "transfer_in", 1, 0), actions=(split,), closes={1: {0: 100, 1: 52}})
    assert told(line(found, 1, PARENT)) == [[100, 100, 0, 0], [104, 0, 0, 4], [104, 0, 0, 0]]


def test_units_of_a_split_do_not_come_from_those_that_another_took_away() -> None:
    """On one day the parent gives two for one, and of the other asset two become one."""
    actions = Action(1, PARENT, "split", on(1), D(2)), Action(2, CHILD, "split", on(1), D("0.5"))
    found = held(
        rupees(0, "buy", 1, 100), rupees(0, "buy", 2, 100, asset=CHILD, id=2),
        actions=actions, closes={1: {0: 100}, 2: {0: 50}},
    )  # fmt: skip
    for asset in (PARENT, CHILD):
        assert told(line(found, 1, asset)) == [[100, 100, 0, 0], [100, 0, 0, 0], [100, 0, 0, 0]]


TWO = {1: Account(1, "INR"), 2: Account(2, "INR")}


def test_units_that_move_between_accounts_bring_neither_a_gain() -> None:
    """10 at 10; on day 1 they are worth 11, and 4 of them are in the other account that evening."""
    found = held(
        rupees(0, "buy", 10, 100), rupees(1, "transfer_out", 4, id=2),
        rupees(1, "transfer_in", 4, None, id=3, account=2),
        accounts=TWO, closes={1: {0: 10, 1: 11, 2: 12}},
    )  # fmt: skip
    assert told(found.total("whole")) == [[100, 100, 0, 0], [110, 0, 0, 10], [120, 0, 0, 10]]
    for border in ("accounts", "assets"):
        assert told(line(found, 1, PARENT, border=border)) == [[100, 100, 0, 0], [66, 0, 44, 10], [72, 0, 0, 6]]
        assert told(line(found, 2, PARENT, border=border)) == [[0, 0, 0, 0], [44, 44, 0, 0], [48, 0, 0, 4]]
    asset = found.grouped(np.zeros(2, np.int64), 1, border="assets")
    assert (asset.inflow[0].tolist(), asset.outflow[0].tolist()) == ([100, 0, 0], [0, 0, 0])


def test_units_without_a_price_move_at_their_cost_whatever_rate_was_applied_to_one_end() -> None:
    """$100 at 80 move at 90; the account that they come to is in rupees, and its broker said 85."""
    found = held(
        entry(0, "buy", 10, 100), entry(1, "transfer_out", 10, id=2),
        entry(1, "transfer_in", 10, None, id=3, account=2, rate=D(85), rate_currency="INR"),
        accounts={1: Account(1, "USD"), 2: Account(2, "INR")}, closes={}, dollar=(80, 90, 90),
    )  # fmt: skip
    assert told(line(found, 1, PARENT)) == [[8000, 8000, 0, 0], [0, 0, 9000, 1000], [0, 0, 0, 0]]
    assert told(line(found, 2, PARENT)) == [[0, 0, 0, 0], [9000, 9000, 0, 0], [9000, 0, 0, 0]]


def test_a_purchase_costs_what_the_applied_rate_made_of_it() -> None:
    """$100 at an applied 82 on a day at 80: 200 rupees are lost at once. The account's money is in rupees."""
    bought = entry(0, "buy", 1, 100, rate=D(82), rate_currency="INR")
    found = held(bought, accounts={1: Account(1, "INR", tracks_cash=True)}, closes={1: {0: 100}}, dollar=(80, 80, 81))
    assert told(line(found, 1, PARENT)) == [[8000, 8200, 0, -200], [8000, 0, 0, 0], [8100, 0, 0, 100]]
    assert told(line(found, 1, MONEY)) == [[-8200, 0, 8200, 0], [-8200, 0, 0, 0], [-8200, 0, 0, 0]]
    assert told(found.total("whole"))[0] == [-200, 0, 0, -200]


def test_money_in_a_third_currency_gains_by_its_own_rate() -> None:
    """An account in dollars pays 8,000 rupees at 80: $100 that are owed, at 90 then 9,000. All in rupees."""
    found = held(
        rupees(0, "buy", 1, 8000), accounts={1: Account(1, "USD", tracks_cash=True)},
        closes={1: {0: 8000}}, dollar=(80, 90, 90),
    )  # fmt: skip
    assert told(line(found, 1, PARENT)) == [[8000, 8000, 0, 0], [8000, 0, 0, 0], [8000, 0, 0, 0]]
    assert told(line(found, 1, MONEY)) == [[-8000, 0, 8000, 0], [-9000, 0, 0, -1000], [-9000, 0, 0, 0]]


@pytest.mark.parametrize("tracks", [False, True])
def test_a_dividend_is_earned_by_the_asset_and_kept_by_the_money(tracks: bool) -> None:
    """5 less 1 of tax: 4 go to the account's money, or outside where it keeps none."""
    found = held(
        rupees(0, "buy", 1, 100), rupees(1, "dividend", 0, 5, tax=D(1)),
        accounts={1: Account(1, "INR", tracks_cash=tracks)}, closes={1: {0: 100}},
    )  # fmt: skip
    assert told(line(found, 1, PARENT))[1] == [100, 0, 4, 4]
    assert told(found.total("whole"))[1] == ([4, 0, 0, 4] if tracks else [100, 0, 4, 4])
    if tracks:
        assert told(line(found, 1, MONEY))[1] == [-96, 4, 0, 0]


def test_a_deposit_in_an_account_that_keeps_no_money_is_nothing_but_its_fee() -> None:
    """Whoever pays 2 to bring 100 where nobody counts them has lost 2; interest of 3 there is money for outside."""
    found = held(
        rupees(0, "deposit", 0, 100, asset=None, fee=D(2)), rupees(1, "interest", 0, 3, asset=None),
        closes={},
    )  # fmt: skip
    assert told(found.total("whole")) == [[0, 2, 0, -2], [0, 0, 3, 3], [0, 0, 0, 0]]


def test_each_currency_of_an_account_that_keeps_no_money_is_a_line() -> None:
    found = held(
        entry(0, "interest", 0, 1, asset=None), rupees(0, "interest", 0, 5, asset=None, id=2),
        closes={}, dollar=(80, 80, 80),
    )  # fmt: skip
    by_currency = found.grouped(np.unique(found.currency, return_inverse=True)[1], 2, border="assets")
    assert sorted(by_currency.outflow[:, 0].tolist()) == [5, 80]


def test_an_account_that_keeps_its_money_has_one_line_of_it_in_its_own_currency() -> None:
    """$1 at 80 and 20 rupees came to a rupee account: the dollar rises, and these 100 do not."""
    found = held(
        entry(0, "deposit", 0, 1, asset=None), rupees(0, "deposit", 0, 20, asset=None, id=2),
        accounts={1: Account(1, "INR", tracks_cash=True)}, closes={}, dollar=(80, 90, 100),
    )  # fmt: skip
    assert told(line(found, 1, MONEY)) == [[100, 100, 0, 0], [100, 0, 0, 0], [100, 0, 0, 0]]
    assert (found.rates[found.currency] == 1).all()
