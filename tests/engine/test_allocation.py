"""Weights of parts: of what is owned, whatever is owed."""

import numpy as np
from hypothesis import given

from analytics.engine.allocation import allocate
from tests.engine.makers import NAN
from tests.engine.test_panel import panel_of
from tests.engine.test_timeline_properties import quick
from tests.oracle.strategies import worlds
from tests.oracle.world import World

TWO_PARTS = np.array([0, 0, 1])


def test_what_is_owed_is_no_weight():
    """300 and 100 in the first part, 600 in the second; on the second day 100 is owed in the first."""
    found = allocate(np.array([[300.0, 300], [100, -100], [600, 900]]), TWO_PARTS, 2)

    assert found.value.tolist() == [[400, 300], [600, 900]]
    assert found.gross.tolist() == [1000, 1200]
    assert found.liabilities.tolist() == [0, 100]
    assert (found.gross - found.liabilities).tolist() == [1000, 1100]
    assert found.weight.tolist() == [[0.4, 0.25], [0.6, 0.75]]


def test_where_nothing_is_owned_or_it_is_not_known_there_are_no_weights():
    """On the first day nothing, on the second only debts, on the third one line has no rate."""
    found = allocate(np.array([[0.0, -5, 10], [0, 0, NAN], [0, 0, 20]]), TWO_PARTS, 2)

    assert np.isnan(found.weight).all()
    assert found.liabilities.tolist()[:2] == [0, 5]
    assert found.value[1].tolist() == [0, 0, 20]
    assert np.isnan(found.value[0, 2])


def test_no_lines_and_no_parts():
    assert allocate(np.zeros((0, 3)), np.zeros(0, np.int64), 0).weight.shape == (0, 3)
    assert np.isnan(allocate(np.zeros((0, 3)), np.zeros(0, np.int64), 2).weight).all()


@quick
@given(worlds())
def test_weights_of_any_world(world: World) -> None:
    panel = panel_of(world)
    for keys in (panel.asset, panel.currency, panel.account):
        _, group = np.unique(keys, return_inverse=True)
        found = allocate(panel.value, group, int(group.max(initial=-1)) + 1)
        np.testing.assert_allclose(found.gross - found.liabilities, panel.total("whole").value, rtol=1e-9, atol=1e-6)
        some = found.gross > 1e-6
        assert (found.weight[:, some] >= 0).all()
        np.testing.assert_allclose(found.weight[:, some].sum(axis=0), 1)
        assert np.isnan(found.weight[:, found.gross <= 0]).all()
