"""Every day of random portfolios is worth what the oracle says, to the cent."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from analytics.engine.timeline import Timeline
from tests.oracle.engine_input import engine_timeline
from tests.oracle.strategies import worlds
from tests.oracle.walk import Day, walk
from tests.oracle.world import World

AMOUNTS = "net_worth holdings cash liabilities cost_basis invested net_contributions income realized_gain costs".split()
SHARES = ("priced", "stale", "estimated")
CENT = 0.005
SMALL = 10
"""Of less than ten rupees, amounts rounded at the eighth decimal decide the seventh of a share."""
slow = HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example
quick = settings(max_examples=80, deadline=None, suppress_health_check=slow)
long = settings(max_examples=2000, deadline=None, suppress_health_check=slow)


def check_against_oracle(world: World) -> None:
    ours, theirs = engine_timeline(world), walk(world).days
    turnover = max((abs(float(getattr(day, name))) for day in theirs for name in AMOUNTS), default=0.0)
    tolerance = min(CENT, 1e-4 + 1e-9 * turnover)
    assert len(ours.net_worth) == len(theirs)
    for name in AMOUNTS:
        expected = np.array([float(getattr(day, name)) for day in theirs])
        np.testing.assert_allclose(getattr(ours, name), expected, rtol=1e-12, atol=tolerance, err_msg=name)
    for name in SHARES:
        check_share(name, ours, theirs)


def check_share(name: str, ours: Timeline, theirs: list[Day]) -> None:
    for found, day in zip(getattr(ours, name), theirs, strict=True):
        expected, gross = getattr(day, name), day.holdings + day.cash
        if gross == 0:
            assert np.isnan(found), f"{name} of nothing on {day.day}"
        elif gross > SMALL:
            assert found == pytest.approx(float(expected), abs=1e-6), f"{name} on {day.day}"


@quick
@given(worlds())
def test_every_day_equals_the_oracle(world: World) -> None:
    check_against_oracle(world)


@pytest.mark.drill
@long
@given(worlds())
def test_every_day_of_thousands_equals_the_oracle(world: World) -> None:
    check_against_oracle(world)
