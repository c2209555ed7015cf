"""What holds of every portfolio: a part of its days alone, its parts in another order, ten times as much of it."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import numpy as np
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from analytics.engine.timeline import Timeline, timeline
from portfolio.books.events import Action, Entry, Oversold
from portfolio.books.replay import replay
from tests.oracle.engine_input import engine_inputs, engine_timeline
from tests.oracle.strategies import Cut, cuts, worlds
from tests.oracle.world import Account, World

SERIES = [field.name for field in fields(Timeline) if field.name != "first"]
SHARES = ("priced", "stale", "estimated")
AMOUNTS = [name for name in SERIES if name not in SHARES]
quick = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def check_same(found: Timeline, expected: Timeline, *, factor: float = 1.0) -> None:
    """`factor` times each amount, and the shares where there is enough to have shares."""
    assert found.first == expected.first
    atol = 1e-6 if factor == 1 else 1e-3  # the books round units to 1e-12 before the factor or after it
    some = expected.holdings + expected.cash > 10
    for name in SERIES:
        ours, theirs = getattr(found, name), getattr(expected, name)
        if name in SHARES:
            np.testing.assert_allclose(ours[some], theirs[some], rtol=0, atol=1e-6, err_msg=name)
        else:
            np.testing.assert_allclose(ours, theirs * factor, rtol=1e-9, atol=atol, err_msg=name)


@quick
@given(cuts())
def test_a_window_equals_the_same_days_of_the_whole(cut: Cut) -> None:
    check_same(engine_timeline(cut.world, cut.day), engine_timeline(cut.world).since(cut.day))


@quick
@given(worlds())
def test_the_order_of_positions_and_assets_changes_nothing(world: World) -> None:
    check_same(engine_timeline(world, reverse=True), engine_timeline(world))


@quick
@given(worlds())
def test_no_input_is_changed(world: World) -> None:
    book, market, rates, _ = engine_inputs(world)
    arrays = [
        *(getattr(book, field.name) for field in fields(book) if field.name != "moves_are_flows"),
        *(market.closes.matrix, market.closes.before, market.closes.before_day, market.currency),
        *(rates.values, rates.stale, rates.estimated),
    ]
    before = [array.tobytes() for array in arrays]
    for array in arrays:
        array.setflags(write=False)
    timeline(book, market, rates)
    assert [array.tobytes() for array in arrays] == before


@quick
@given(worlds(), st.sampled_from([Decimal(10), Decimal("0.5")]))
def test_so_many_times_everything_is_worth_so_many_times_as_much(world: World, factor: Decimal) -> None:
    check_same(engine_timeline(scaled(world, factor)), engine_timeline(world), factor=float(factor))


def scaled(world: World, factor: Decimal) -> World:
    """So many times as much of everything.

    After a split the books round units to 1e-12. A sale of all of them, ten times, is more than ten times as many
    rounded ones: such a world is left out.
    """
    result = replace(world, entries=tuple(times(entry, factor) for entry in world.entries))
    try:
        replay(result.entries, result.actions, average_accounts=result.average_accounts)
    except Oversold as error:
        if error.entry.quantity - error.available > Decimal("1e-9"):
            raise
        reject()
    return result


def times(entry: Entry, factor: Decimal) -> Entry:
    gross = None if entry.gross is None else entry.gross * factor
    fee, tax = entry.fee * factor, entry.tax * factor
    return replace(entry, quantity=entry.quantity * factor, gross=gross, fee=fee, tax=tax)


@quick
@given(worlds())
def test_worth_is_what_is_owned_less_what_is_owed(world: World) -> None:
    ours = engine_timeline(world)
    np.testing.assert_allclose(ours.net_worth, ours.holdings + ours.cash - ours.liabilities, atol=1e-6)
    some = ~np.isnan(ours.priced)
    for name in SHARES:
        share = getattr(ours, name)[some]
        assert ((share >= -1e-9) & (share <= 1 + 1e-9)).all()


@quick
@given(worlds())
def test_a_split_of_what_nobody_holds_changes_nothing(world: World) -> None:
    nobodys = max(world.assets) + 1
    action = Action(999, nobodys, "split", world.first, Decimal(2))
    wider = replace(world, assets={**world.assets, nobodys: "INR"}, actions=(*world.actions, action))
    check_same(engine_timeline(wider), engine_timeline(world))


def test_a_person_without_assets_has_the_cash_of_the_account() -> None:
    """Deposits alone: 1,000 on Monday and no asset at all."""
    deposit = Entry(1, 1, None, "deposit", date(2024, 1, 1), "INR", gross=Decimal(1000))
    world = World({1: Account(1, "INR", tracks_cash=True)}, {}, (deposit,), date(2024, 1, 1), date(2024, 1, 3))
    assert engine_timeline(world).net_worth.tolist() == [1000, 1000, 1000]
