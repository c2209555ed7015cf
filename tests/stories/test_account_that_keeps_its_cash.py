"""An account with its own cash: deposit, buy, dividend, fee, and a purchase that overdraws it."""

import pytest

from tests.stories.telling import D, Story, entry


@pytest.fixture
def story() -> Story:
    return Story(
        entry(0, "deposit", gross="1000", asset=None),
        entry(1, "buy", "8", "800", fee=D(10)),
        entry(2, "dividend", gross="40", tax=D(4)),
        entry(3, "fee", gross="26", asset=None),
        entry(4, "buy", "3", "300"),
        entry(5, "withdrawal", gross="50", asset=None),
        entry(6, "sell", "2", "230", tax=D(5)),
        days=7,
        assets={1: "INR"},
        closes={1: {1: "100", 4: "105", 6: "115"}},
        tracks_cash=True,
    )


def test_cash_and_what_is_owed(story: Story) -> None:
    assert story("cash") == [
        1000,
        190,  # 1,000 - 810
        226,  # + 40 - 4
        200,  # - 26
        0,  # - 300: overdrawn by 100
        0,
        75,  # - 150 + 225
    ]
    assert story("liabilities") == [0, 0, 0, 0, 100, 150, 0]


def test_holdings_and_worth(story: Story) -> None:
    assert story("holdings") == [0, 800, 800, 800, 1155, 1155, 1035]  # 8 × 100, 11 × 105, 9 × 115
    assert story("net_worth") == [1000, 990, 1026, 1000, 1055, 1005, 1110]


def test_only_deposits_and_withdrawals_are_contributions(story: Story) -> None:
    assert story("net_contributions") == [1000, 1000, 1000, 1000, 1000, 950, 950]


def test_income_costs_and_gains(story: Story) -> None:
    assert story("income") == [0, 0, 40, 40, 40, 40, 40]
    assert story("costs") == [0, 0, 4, 30, 30, 30, 30]
    assert story("realized_gain") == [0, 0, 0, 0, 0, 0, 22.5]  # 230 - 5 - 2 × 101.25
    assert story("cost_basis") == [0, 810, 810, 810, 1110, 1110, 907.5]


def test_total_gain_is_worth_less_contributions(story: Story) -> None:
    """160 in all: 127.50 unrealized, 22.50 realized, 40 earned, 30 spent."""
    unrealized = story("holdings")[-1] - story("cost_basis")[-1]
    total = unrealized + story("realized_gain")[-1] + story("income")[-1] - story("costs")[-1]
    assert total == story("net_worth")[-1] - story("net_contributions")[-1] == 160
