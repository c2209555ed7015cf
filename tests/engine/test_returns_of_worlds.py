"""What changes no return, in any world: money that lies still, the scale, and in how many units things are counted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.panel import MONEY, Panel, panel
from analytics.engine.returns import returns_daily
from analytics.engine.worth import Worth
from portfolio.books.events import Action, Entry
from tests.engine.test_timeline_properties import quick, scaled
from tests.oracle.engine_input import engine_inputs, world_from_the_start
from tests.oracle.strategies import worlds
from tests.oracle.world import Account, World

SPLIT = Decimal(2)
ENOUGH = 10.0
"""Ratios of less than this are ratios of what the books round."""


def panel_of(world: World) -> Panel:
    return panel(*engine_inputs(world_from_the_start(world)))


def check_same_returns(found: Worth, expected: Worth) -> None:
    ours, theirs = returns_daily(found), returns_daily(expected)
    some = (found.base > ENOUGH) & (expected.base > ENOUGH)
    np.testing.assert_allclose(ours.rate[some], theirs.rate[some], rtol=1e-6, atol=1e-6)


@quick
@given(worlds(), st.sampled_from([Decimal(10), Decimal("0.5")]))
def test_so_many_times_everything_returns_the_same(world: World, factor: Decimal) -> None:
    check_same_returns(panel_of(scaled(world, factor)).total("whole"), panel_of(world).total("whole"))


@quick
@given(worlds(), st.data())
def test_money_that_is_put_aside_changes_no_gain_and_no_return_of_what_is_held(
    world: World, data: st.DataObject
) -> None:
    account = max(world.accounts) + 1
    day = data.draw(st.dates(world.first, world.last))
    deposit = Entry(10**6, account, None, "deposit", day, world.base, gross=Decimal(1000))
    accounts = {**world.accounts, account: Account(account, world.base, tracks_cash=True)}
    found = panel_of(replace(world, accounts=accounts, entries=(*world.entries, deposit)))
    expected = panel_of(world)

    ours, theirs = found.total("whole"), expected.total("whole")
    np.testing.assert_allclose(ours.gain, theirs.gain, rtol=1e-9, atol=1e-5)
    assert (ours.inflow - theirs.inflow).sum() == pytest.approx(1000)
    check_same_returns(assets_of(found), assets_of(expected))


def assets_of(found: Panel) -> Worth:
    return found.within(assets=[row for row in found.asset.tolist() if row != MONEY]).total("assets")


@quick
@given(worlds(), st.data())
def test_a_split_changes_no_worth_and_no_flow(world: World, data: st.DataObject) -> None:
    """Two new shares for each old one: from then on half the closes and twice the quantities."""
    asset = data.draw(st.sampled_from(sorted(world.assets)))
    day = data.draw(st.dates(world.first, world.last))
    found, expected = panel_of(split(world, asset, day)), panel_of(world)

    for ours, theirs in (
        (found.total("whole"), expected.total("whole")),
        (assets_of(found), assets_of(expected)),
    ):
        for name in ("value", "inflow", "outflow"):
            np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-9, atol=1e-3, err_msg=name)
        check_same_returns(ours, theirs)


def split(world: World, asset: int, day: date) -> World:
    """The same with a 2:1 split of `asset` after all other actions of that day."""
    number = max((action.id for action in world.actions), default=0) + 1
    closes = {on: close / SPLIT if on >= day else close for on, close in world.closes[asset].items()}
    actions = [_in_new_shares(action, asset) if action.day > day else action for action in world.actions]
    entries = (
        replace(entry, quantity=entry.quantity * SPLIT) if entry.asset == asset and entry.day >= day else entry
        for entry in world.entries
    )
    return replace(
        world,
        closes={**world.closes, asset: closes},
        entries=tuple(entries),
        actions=(*actions, Action(number, asset, "split", day, SPLIT)),
    )


def _in_new_shares(action: Action, asset: int) -> Action:
    """What is told for one share that is only half of it now, or in such halves."""
    if action.kind in ("split", "bonus"):
        return action
    ratio, cash = action.ratio, action.cash_per_share
    if action.asset == asset:
        ratio, cash = ratio / SPLIT, cash / SPLIT
    if action.new_asset == asset:
        ratio *= SPLIT
    return replace(action, ratio=ratio, cash_per_share=cash)
