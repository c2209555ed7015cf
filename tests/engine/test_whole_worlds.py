"""Random households: every day is worth what the oracle says, the lines add up to it, and moving money is no gain."""

from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.carry import FloatArray
from analytics.engine.panel import Panel, panel
from analytics.engine.timeline import Timeline, timeline
from tests.engine.test_timeline_against_oracle import CENT, SHARES, SMALL, long
from tests.engine.test_timeline_properties import quick
from tests.oracle.engine_input import engine_inputs, engine_timeline, world_from_the_start
from tests.oracle.households import households
from tests.oracle.walk import walk
from tests.oracle.world import Account, Everyday, World

AMOUNTS = [field.name for field in fields(Timeline) if field.name not in ("first", *SHARES)]


def check_against_oracle(world: World) -> None:
    ours, theirs = engine_timeline(world), walk(world).days
    turnover = max((abs(float(getattr(day, name))) for day in theirs for name in AMOUNTS), default=0.0)
    tolerance = min(CENT, 1e-4 + 1e-9 * turnover)
    assert len(ours.net_worth) == len(theirs)
    for name in AMOUNTS:
        expected = np.array([float(getattr(day, name)) for day in theirs])
        np.testing.assert_allclose(getattr(ours, name), expected, rtol=1e-12, atol=tolerance, err_msg=name)
    for at, day in enumerate(theirs):
        if day.holdings + day.cash + day.other_assets > SMALL:
            found = [getattr(ours, name)[at] for name in SHARES]
            assert found == pytest.approx([float(getattr(day, name)) for name in SHARES], abs=1e-6), day.day


@quick
@given(households())
def test_every_day_equals_the_oracle(world: World) -> None:
    check_against_oracle(world)


@pytest.mark.drill
@long
@given(households())
def test_every_day_of_thousands_equals_the_oracle(world: World) -> None:
    check_against_oracle(world)


@quick
@given(households())
def test_worth_is_what_is_owned_less_what_is_owed(world: World) -> None:
    ours = engine_timeline(world)
    owned = ours.holdings + ours.cash + ours.other_assets
    np.testing.assert_allclose(ours.net_worth, owned - ours.liabilities, rtol=1e-12, atol=1e-6)
    for series in (ours.cash, ours.other_assets, ours.liabilities):
        assert (series >= 0).all()


@quick
@given(households(), st.integers(0, 800))
def test_a_window_equals_the_same_days_of_the_whole(world: World, skip: int) -> None:
    """A rebuild computes the days from some day on."""
    day = min(world.first + timedelta(days=skip), world.last)
    part, whole = engine_timeline(world, day), engine_timeline(world).since(day)
    for name in (*AMOUNTS, *SHARES):
        np.testing.assert_allclose(getattr(part, name), getattr(whole, name), rtol=1e-9, atol=1e-5, err_msg=name)


@quick
@given(households(), st.integers(1, 60))
def test_days_to_come_change_nothing(world: World, days: int) -> None:
    """What is told of a day, as it was asked for later."""
    later = replace(world, last=world.last + timedelta(days=days))
    now, then = engine_timeline(world), engine_timeline(later)
    for name in AMOUNTS:
        found = getattr(then, name)[: len(now.net_worth)]
        np.testing.assert_allclose(found, getattr(now, name), rtol=1e-9, atol=1e-6, err_msg=name)


def panel_of(world: World) -> Panel:
    return panel(*engine_inputs(world_from_the_start(world)))


@quick
@given(households())
def test_the_lines_add_up_to_the_timeline(world: World) -> None:
    expected, found = timeline(*engine_inputs(world_from_the_start(world))), panel_of(world)
    total = found.total("whole")
    np.testing.assert_allclose(total.value, expected.net_worth, rtol=1e-9, atol=1e-5)
    net = np.cumsum(total.inflow - total.outflow)
    np.testing.assert_allclose(net, expected.net_contributions, rtol=1e-9, atol=1e-5)


@quick
@given(households())
def test_the_money_of_each_account_alone(world: World) -> None:
    """Of one account, what moves is a flow: gains of all accounts add up to the gain of the whole."""
    found = panel_of(world)
    ids, group = np.unique(found.account, return_inverse=True)
    parts, whole = found.grouped(group, len(ids), border="accounts"), found.total("whole")
    lost = _moved_and_lost(found)
    np.testing.assert_allclose(parts.gain.sum(axis=0) + lost, whole.gain, rtol=1e-9, atol=1e-4)
    for row, account in enumerate(ids.tolist()):
        book, market, rates, money = engine_inputs(world_from_the_start(world))
        chosen = book.account == account
        columns = {f.name: getattr(book, f.name)[chosen] for f in fields(book) if f.name != "moves_are_flows"}
        entered = np.array([owner.id == account for owner in money.accounts], bool)[money.account]
        alone = replace(
            money,
            accounts=[owner for owner in money.accounts if owner.id == account],
            account=np.zeros(int(entered.sum()), np.int64),
            **{name: getattr(money, name)[entered] for name in ("currency", "day", "outside", "moved")},
        )
        expected = timeline(type(book)(**columns, moves_are_flows=True), market, rates, alone)
        np.testing.assert_allclose(parts.one(row).value, expected.net_worth, rtol=1e-9, atol=1e-5)
        net = np.cumsum(parts.one(row).inflow - parts.one(row).outflow)
        np.testing.assert_allclose(net, expected.net_contributions, rtol=1e-9, atol=1e-4)


def _moved_and_lost(found: Panel) -> FloatArray:
    """(days,) what did not arrive of what was moved, by the rate that a bank applied."""
    return np.bincount(found.events.day, found.events.moved, found.days).astype(np.float64, copy=False)


@quick
@given(households(), st.integers(0, 9), st.integers(1, 10**9), st.sampled_from(["0", "12.3456"]))
def test_moving_money_changes_no_net_worth_but_for_its_fee(world: World, skip: int, cents: int, fee: str) -> None:
    """Between two accounts in one currency, of any kind, also below zero; without a statement that says otherwise."""
    first, second = max(world.accounts) + 1, max(world.accounts) + 2
    kinds = {first: "bank", second: "loan"}
    accounts = world.accounts | {pk: Account(pk, world.base, kind=kind) for pk, kind in kinds.items()}
    day = world.first + timedelta(days=skip)
    moved = Everyday(first, "transfer", day, Decimal(cents) / 100, world.base, to_account=second, fee=Decimal(fee))
    before = engine_timeline(world)
    after = engine_timeline(replace(world, accounts=accounts, everyday=(*world.everyday, moved)))
    paid = np.array([float(fee) * (on >= day) for on in world.days])
    for name in ("net_worth", "net_contributions"):
        value = getattr(before, name)
        digits = 1e-14 * float(np.abs(value).max())  # what floats tell apart of a world that is rich
        np.testing.assert_allclose(value - getattr(after, name), paid, rtol=1e-9, atol=1e-5 + digits, err_msg=name)
