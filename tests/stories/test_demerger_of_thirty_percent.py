"""A demerger: for every two shares one of a new company, which takes 30 % of the cost."""

import pytest

from portfolio.books.events import Action
from tests.stories.telling import D, Story, entry, on

OLD, NEW = 1, 2


@pytest.fixture
def story() -> Story:
    """Ex-date on day 2, a holiday; the old share trades again on day 3, the new one on day 4."""
    return Story(
        entry(0, "buy", "10", "1000"),
        entry(5, "sell", "5", "400", asset=NEW),
        days=6,
        assets={OLD: "INR", NEW: "INR"},
        closes={OLD: {0: "100", 1: "120", 3: "86", 4: "88", 5: "90"}, NEW: {4: "70", 5: "80"}},
        actions=(Action(1, OLD, "spinoff", on(2), D("0.5"), NEW, D("0.3")),),
    )


def test_worth_of_both(story: Story) -> None:
    assert story("net_worth") == [
        1000,  # 10 × 100
        1200,  # 10 × 120
        1140,  # 10 × 120 × 0.7 = 840, and the new ones at their cost of 300
        1160,  # 10 × 86 and 300
        1230,  # 10 × 88 and 5 × 70
        900,  # 10 × 90
    ]


def test_the_new_shares_are_an_estimate_until_they_trade(story: Story) -> None:
    assert story("estimated")[1] == 0
    assert story("estimated")[2] == pytest.approx(300 / 1140)
    assert story("estimated")[3] == pytest.approx(300 / 1160)
    assert story("estimated")[4] == 0


def test_no_cost_is_lost_and_nothing_is_gained_by_the_demerger(story: Story) -> None:
    assert story("cost_basis") == [1000, 1000, 1000, 1000, 1000, 700]
    assert story("realized_gain") == [0, 0, 0, 0, 0, 100]  # 400 - 300
    assert story("net_contributions") == [1000, 1000, 1000, 1000, 1000, 600]
