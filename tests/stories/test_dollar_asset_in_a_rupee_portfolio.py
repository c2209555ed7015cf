"""A dollar share in a rupee portfolio: the share rises, the dollar rises, the share falls, half is sold."""

import pytest

from tests.stories.telling import D, Story, entry


@pytest.fixture
def story() -> Story:
    return Story(
        entry(0, "buy", "10", "1000", currency="USD", fee=D(5)),
        entry(3, "sell", "5", "600", currency="USD", fee=D(6)),
        entry(4, "dividend", "0", "10", currency="USD", tax=D("2.5")),
        days=5,
        assets={1: "USD"},
        closes={1: {0: "100", 1: "110", 2: "110", 3: "120", 4: "118"}},
        dollar={0: "80", 1: "80", 2: "82", 3: "81", 4: "83"},
    )


def test_worth_moves_with_the_price_and_with_the_rate(story: Story) -> None:
    assert story("net_worth") == [
        80000,  # 10 × 100 × 80
        88000,  # 10 × 110 × 80
        90200,  # 10 × 110 × 82
        48600,  # 5 × 120 × 81
        48970,  # 5 × 118 × 83
    ]


def test_cost_stays_at_the_rate_of_the_purchase(story: Story) -> None:
    assert story("cost_basis") == [80400, 80400, 80400, 40200, 40200]  # 1,005 × 80, then half
    assert story("invested") == [80000, 80000, 80000, 40000, 40000]


def test_the_gain_is_what_came_in_rupees_less_what_it_had_cost_in_rupees(story: Story) -> None:
    assert story("realized_gain") == [0, 0, 0, 7914, 7914]  # (600 - 6) × 81 - 40,200 = 48,114 - 40,200


def test_the_dividend_counts_gross_at_its_own_rate(story: Story) -> None:
    assert story("income") == [0, 0, 0, 0, 830]  # 10 × 83
    assert story("costs") == [0, 0, 0, 0, 207.5]  # 2.50 × 83


def test_contributions_are_what_went_in_less_what_came_out(story: Story) -> None:
    assert story("net_contributions") == [
        80400,
        80400,
        80400,
        32286,  # 80,400 - 594 × 81
        31663.5,  # 32,286 - 7.50 × 83
    ]


def test_total_gain_is_worth_less_contributions(story: Story) -> None:
    """unrealized 48,970 - 40,200, realized 7,914, income 830, costs 207.50: 17,306.50."""
    unrealized = story("net_worth")[-1] - story("cost_basis")[-1]
    total = unrealized + story("realized_gain")[-1] + story("income")[-1] - story("costs")[-1]
    assert total == story("net_worth")[-1] - story("net_contributions")[-1] == 17306.5
