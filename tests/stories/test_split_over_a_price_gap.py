"""A 2:1 split over a long weekend without prices: worth goes on as if nothing had happened."""

import pytest

from portfolio.books.events import Action
from tests.stories.telling import D, Story, entry, on


@pytest.fixture
def story() -> Story:
    """Bought on day 0; the last price before the split is of day 1, the ex-date day 3, the next price of day 5."""
    return Story(
        entry(0, "buy", "10", "1000"),
        entry(4, "sell", "5", "270"),
        entry(6, "sell", "15", "900"),
        days=7,
        assets={1: "INR"},
        closes={1: {0: "100", 1: "104", 5: "55", 6: "60"}},
        actions=(Action(1, 1, "split", on(3), D(2)),),
    )


def test_worth_does_not_jump(story: Story) -> None:
    assert story("net_worth") == [
        1000,  # 10 × 100
        1040,  # 10 × 104
        1040,
        1040,  # 20 × 52, the carried price halved
        780,  # 15 × 52
        825,  # 15 × 55, as traded
        0,
    ]


def test_cost_follows_the_units(story: Story) -> None:
    assert story("cost_basis") == [1000, 1000, 1000, 1000, 750, 750, 0]


def test_the_gains_are_those_of_units_of_fifty(story: Story) -> None:
    assert story("realized_gain") == [0, 0, 0, 0, 20, 20, 170]  # 270 - 5 × 50, then 900 - 15 × 50


def test_all_of_it_is_priced(story: Story) -> None:
    assert story("priced")[:6] == [1, 1, 1, 1, 1, 1]
    assert story("net_contributions") == [1000, 1000, 1000, 1000, 730, 730, -170]
