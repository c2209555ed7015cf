"""The parts that a portrait falls into, also while its assets go."""

from analytics.allocation import weights_at
from analytics.movements import Scope
from analytics.panels import portrait_of
from analytics.parts import By, labels_of
from analytics.selectors import history_state
from portfolio.services.transactions import transactions_delete
from tests.analytics.conftest import TODAY


def test_an_asset_that_was_deleted_just_now_is_still_a_part(asha, story, infosys):
    """Whoever has the portrait already goes on: 10 units at 120."""
    state = history_state(asha)
    portrait = portrait_of(asha, state, scope=Scope(asset_ids=[infosys.pk]), currency="INR", last=TODAY)
    assert portrait is not None
    transactions_delete(user=asha, transactions=asha.transactions.filter(asset=infosys))
    infosys.delete()

    for by in By:
        (share,) = weights_at(portrait, by, labels_of(portrait)).shares
        assert (share.value, share.weight.value) == (1200.0, 1.0)
