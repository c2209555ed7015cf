"""The panel beside the timeline, whose lines add up to it, in any world."""

from collections.abc import Collection
from dataclasses import fields
from datetime import timedelta

import numpy as np
from hypothesis import given

from analytics.engine.book import Book
from analytics.engine.carry import FloatArray, IntArray
from analytics.engine.panel import MONEY, Border, Panel, panel
from analytics.engine.timeline import timeline
from portfolio.books.events import Action
from tests.engine.test_timeline_properties import quick
from tests.oracle.engine_input import engine_inputs, world_from_the_start
from tests.oracle.strategies import worlds
from tests.oracle.world import World

CENT = 1e-6
_BORDERS: tuple[Border, Border] = ("assets", "accounts")


def panel_of(world: World) -> Panel:
    return panel(*engine_inputs(world_from_the_start(world)))


@quick
@given(worlds())
def test_the_lines_add_up_to_the_timeline(world: World) -> None:
    whole = world_from_the_start(world)
    expected, found = timeline(*engine_inputs(whole)), panel_of(world)
    total = found.total("whole")
    assert (found.first, found.last) == (expected.first, expected.last)
    np.testing.assert_allclose(total.value, expected.net_worth, rtol=1e-9, atol=CENT)
    net = np.cumsum(total.inflow - total.outflow)
    np.testing.assert_allclose(net, expected.net_contributions, rtol=1e-9, atol=CENT)
    for name, series in (("income", "income"), ("costs", "costs"), ("realized_gain", "realized_gain")):
        sums = np.cumsum(_daily(found, getattr(found.events, name)))
        np.testing.assert_allclose(sums, getattr(expected, series), rtol=1e-9, atol=CENT, err_msg=name)


@quick
@given(worlds())
def test_gains_of_the_parts_add_up_to_the_gain_of_the_whole(world: World) -> None:
    found = panel_of(world)
    whole = found.total("whole").gain
    parted: list[tuple[IntArray, Border]] = [
        (found.asset, "assets"),
        (found.currency, "assets"),
        (found.account, "accounts"),
    ]
    for keys, border in parted:
        _, group = np.unique(keys, return_inverse=True)
        parts = found.grouped(group, int(group.max(initial=-1)) + 1, border=border)
        np.testing.assert_allclose(parts.gain.sum(axis=0), whole, rtol=1e-9, atol=1e-5)


@quick
@given(worlds())
def test_what_a_part_pays_with_its_own_money_is_no_flow_of_it(world: World) -> None:
    """All lines as one part of assets and money are as all accounts together, each account as itself."""
    found = panel_of(world)
    for keys in (np.zeros_like(found.account), found.account):
        _, group = np.unique(keys, return_inverse=True)
        count = int(group.max(initial=-1)) + 1
        parts, accounts = (found.grouped(group, count, border=border) for border in _BORDERS)
        assert (parts.inflow == accounts.inflow).all()
        assert (parts.outflow == accounts.outflow).all()


@quick
@given(worlds())
def test_no_flow_has_a_sign(world: World) -> None:
    found = panel_of(world)
    by_line = found.grouped(np.arange(len(found.account)), len(found.account), border="assets")
    assert (by_line.inflow >= 0).all()
    assert (by_line.outflow >= 0).all()


@quick
@given(worlds())
def test_the_last_days_fall_off(world: World) -> None:
    found = panel_of(world)
    last = found.last - timedelta(days=found.days // 2)
    total, cut = found.total("whole"), found.until(last).total("whole")
    assert cut.last == last
    for name in ("value", "inflow", "outflow"):
        assert (getattr(cut, name) == getattr(total, name)[: cut.days]).all()


def _daily(found: Panel, amounts: FloatArray) -> FloatArray:
    return np.bincount(found.events.day, amounts, found.days).astype(np.float64, copy=False)


def scoped(book: Book, *, accounts: Collection[int] | None = None, assets: Collection[int] | None = None) -> Book:
    """The book of a part, as analytics.movements makes it: of assets alone without the money of their accounts."""
    chosen = np.ones(len(book.rows), bool)
    if accounts is not None:
        chosen &= np.isin(book.account, list(accounts))
    if assets is not None:
        chosen &= np.isin(book.asset, list(assets))
    columns = {f.name: getattr(book, f.name)[chosen] for f in fields(Book) if f.name != "moves_are_flows"}
    if assets is not None:
        columns["own_cash"] = np.zeros(int(chosen.sum()), bool)
    return Book(**columns, moves_are_flows=True)


def check_scope(world: World, found: Panel, *, exchanges: bool = False, **scope: Collection[int]) -> None:
    """Value and net contributions of the part of a panel are those of a timeline of that part.

    exchanges: whether a corporate action moved something across its border, at cost there and at its worth here.
    """
    book, market, rates, _ = engine_inputs(world_from_the_start(world))
    expected = timeline(scoped(book, **scope), market, rates)
    total = found.within(**scope).total("assets" if "assets" in scope else "accounts")
    np.testing.assert_allclose(total.value, expected.net_worth, rtol=1e-9, atol=CENT)
    if not exchanges:
        net = np.cumsum(total.inflow - total.outflow)
        np.testing.assert_allclose(net, expected.net_contributions, rtol=1e-9, atol=CENT)


@quick
@given(worlds())
def test_some_accounts_are_worth_and_were_given_what_they_alone_are(world: World) -> None:
    found = panel_of(world)
    for account in world.accounts:
        check_scope(world, found, accounts=[account])
    check_scope(world, found, accounts=[1, max(world.accounts)])


@quick
@given(worlds())
def test_some_assets_are_worth_and_were_given_what_they_alone_are(world: World) -> None:
    found = panel_of(world)
    exchanged = {
        a for action in world.actions if action.kind not in ("split", "bonus") for a in asset_rows(world, action)
    }
    for asset in range(len(world.assets)):
        check_scope(world, found, exchanges=asset in exchanged, assets=[asset])
        check_scope(world, found, exchanges=asset in exchanged, assets=[asset], accounts=[1])
    check_scope(world, found, exchanges=bool(exchanged & {0, 1}), assets=[0, 1])


def asset_rows(world: World, action: Action) -> list[int]:
    assets = sorted(world.assets)
    return [assets.index(asset) for asset in (action.asset, action.new_asset) if asset is not None]


@quick
@given(worlds())
def test_a_part_of_the_panel_has_the_lines_of_the_whole(world: World) -> None:
    found = panel_of(world)
    by_line = found.grouped(np.arange(len(found.account)), len(found.account), border="assets")
    assets = found.within(assets=range(len(world.assets)))
    alone = assets.grouped(np.arange(len(assets.account)), len(assets.account), border="assets")
    chosen = found.asset != MONEY
    for name in ("value", "inflow", "outflow"):
        assert (getattr(by_line, name)[chosen] == getattr(alone, name)).all()


@quick
@given(worlds())
def test_what_moves_inside_leaves_as_much_as_it_brings(world: World) -> None:
    """To the last digit: contributions could not add up to 1e-12 otherwise."""
    moved = _daily(panel_of(world), panel_of(world).events.moved)
    assert np.abs(moved).max(initial=0) <= 1e-15 * np.abs(panel_of(world).events.moved).sum()


@quick
@given(worlds())
def test_what_began_later_loses_only_the_days_before(world: World) -> None:
    found = panel_of(world)
    for account in world.accounts:
        part = found.within(accounts=[account])
        begun = part.begun()
        whole, rest = part.total("accounts"), begun.total("accounts")
        skipped = whole.days - rest.days
        assert begun.last == part.last
        for name in ("value", "inflow", "outflow"):
            np.testing.assert_array_equal(getattr(whole, name)[:skipped], 0.0)
            np.testing.assert_array_equal(getattr(whole, name)[skipped:], getattr(rest, name))
        unpriced = [np.zeros(each.days, bool) if each.unpriced is None else each.unpriced for each in (whole, rest)]
        np.testing.assert_array_equal(unpriced[0][skipped:], unpriced[1])
        first = (begun.value[:, 0] != 0).any() or (begun.events.day == 0).any()
        assert first or not (part.value.any() or len(part.events.day))
