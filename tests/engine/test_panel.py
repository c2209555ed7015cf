"""The panel beside the timeline, whose lines add up to it, in any world."""

from datetime import timedelta

import numpy as np
from hypothesis import given

from analytics.engine.carry import FloatArray, IntArray
from analytics.engine.panel import Border, Panel, panel
from analytics.engine.timeline import timeline
from tests.engine.test_timeline_properties import quick
from tests.oracle.engine_input import engine_inputs, world_from_the_start
from tests.oracle.strategies import worlds
from tests.oracle.world import World

CENT = 1e-6


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
    at = (np.zeros(len(found.events.line), np.int64), found.events.day)
    (sums,) = found.summed(amounts, at, 1)
    return np.asarray(sums)
