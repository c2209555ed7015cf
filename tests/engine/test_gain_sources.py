"""Where gains come from, beside the timeline of any world."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.gain_sources import gain_sources
from analytics.engine.panel import panel
from analytics.engine.timeline import timeline
from tests.engine.test_timeline_properties import quick
from tests.oracle.engine_input import engine_inputs, world_from_the_start
from tests.oracle.strategies import worlds
from tests.oracle.world import World


@quick
@given(worlds(), st.data())
def test_they_are_what_the_history_changed_by(world: World, data: st.DataObject) -> None:
    inputs = engine_inputs(world_from_the_start(world))
    lines, days = panel(*inputs), timeline(*inputs)
    start = data.draw(st.dates(lines.first, lines.last))
    last = data.draw(st.dates(start, lines.last))
    found = gain_sources(lines, lines.total("whole").period(start, last))

    def change(name: str) -> float:
        """From the end of the first day on; where that is the first of all, from nothing on."""
        series = np.concatenate(([0.0], getattr(days, name)))
        begin = 0 if start == days.first else (start - days.first).days + 1
        return float(series[(last - days.first).days + 1] - series[begin])

    expected = {
        "total": change("net_worth") - change("net_contributions"),
        "realized": change("realized_gain"),
        "unrealized": change("holdings") - change("cost_basis"),
        "income": change("income"),
        "costs": change("costs"),
    }
    for name, value in expected.items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-6, abs=1e-3), name
    parts = found.realized + found.unrealized + found.income - found.costs + found.other
    assert found.total == pytest.approx(parts, rel=1e-9, abs=1e-6)


def test_the_window_may_have_no_days() -> None:
    day = date(2024, 1, 1)
    world = World({}, {}, (), day, day + timedelta(days=3))
    lines = panel(*engine_inputs(world))
    found = gain_sources(lines, lines.total("whole").period(day + timedelta(days=1), day + timedelta(days=1)))
    assert (found.total, found.unrealized, found.other) == (0, 0, 0)
