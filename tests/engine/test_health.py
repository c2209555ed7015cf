"""The score and its rules: each at, just above and just below its threshold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.health import BY_APPETITE, Code, checks_made, rules_for, score_of

GOOD: dict[Code, float | None] = {
    "concentration": 0.1,
    "few_sectors": 8.0,
    "few_classes": 4.0,
    "stale_prices": 0.0,
    "cash_high": 0.1,
    "cash_low": 0.1,
    "debt_high": 0.0,
}
WORST: dict[Code, float | None] = {
    "concentration": 1.0,
    "few_sectors": 0.0,
    "few_classes": 0.0,
    "stale_prices": 1.0,
    "cash_high": 1.0,
    "cash_low": 0.0,
    "debt_high": 9.0,
}


def taken(code: Code, value: float, appetite: str = "mid") -> float:
    (check,) = [check for check in checks_made({**GOOD, code: value}, appetite) if check.rule.code == code]
    assert check.passed is (check.points == 0)
    return check.points


@pytest.mark.parametrize(
    ("code", "value", "points"),
    [
        # 30 points over the 60 % from 40 % to all: half a point for each
        ("concentration", 0.39, 0),
        ("concentration", 0.40, 0),
        ("concentration", 0.41, 0.5),
        ("concentration", 0.70, 15),
        ("concentration", 1.0, 30),
        # 5 for each that is missing
        ("few_sectors", 4, 0),
        ("few_sectors", 3, 0),
        ("few_sectors", 2, 5),
        ("few_sectors", 1, 10),
        ("few_sectors", 0, 15),
        ("few_classes", 3, 0),
        ("few_classes", 2, 0),
        ("few_classes", 1, 10),
        ("few_classes", 0, 10),
        # 15 over the 95 % above 5 %
        ("stale_prices", 0.04, 0),
        ("stale_prices", 0.05, 0),
        ("stale_prices", 0.05 + 0.095, 1.5),
        ("stale_prices", 1.0, 15),
        # 20 over the 65 % above 35 %
        ("cash_high", 0.34, 0),
        ("cash_high", 0.35, 0),
        ("cash_high", 0.35 + 0.065, 2),
        ("cash_high", 1.0, 20),
        # 5 over the 2 % below 2 %
        ("cash_low", 0.03, 0),
        ("cash_low", 0.02, 0),
        ("cash_low", 0.016, 1),
        ("cash_low", 0.0, 5),
        # 30 over the 65 % above 35 %; who owes more than is owned loses no more
        ("debt_high", 0.34, 0),
        ("debt_high", 0.35, 0),
        ("debt_high", 0.35 + 0.065, 3),
        ("debt_high", 1.0, 30),
        ("debt_high", 5.0, 30),
    ],
)
def test_a_rule_takes_points_in_proportion(code, value, points):
    assert taken(code, value) == pytest.approx(points)


def test_the_noise_of_floats_takes_nothing():
    assert taken("concentration", 0.1 + 0.3 + 1e-16) == 0
    assert taken("cash_low", 0.02 - 1e-15) == 0


@pytest.mark.parametrize(
    ("code", "value", "low", "mid", "high"),
    [
        ("cash_high", 0.60, 4, 20 * 0.25 / 0.65, 10),  # above 50, 35 and 20 %
        ("cash_low", 0.01, 4, 2.5, 0),  # below 5, 2 and 1 %
        ("debt_high", 0.60, 15, 30 * 0.25 / 0.65, 6),  # above 20, 35 and 50 %
    ],
)
def test_the_risk_appetite_moves_what_is_in_range(code, value, low, mid, high):
    for appetite, points in (("low", low), ("mid", mid), ("high", high)):
        assert taken(code, value, appetite) == pytest.approx(points)


def test_the_score_is_100_less_what_they_take():
    assert score_of(checks_made(GOOD, "mid")) == 100
    # 0.5 for 41 % in one asset, 5 for a missing sector
    assert score_of(checks_made({**GOOD, "concentration": 0.41, "few_sectors": 2}, "mid")) == pytest.approx(94.5)


def test_the_score_is_never_below_0():
    """All at their worst take 125 points."""
    checks = checks_made(WORST, "mid")

    assert sum(check.points for check in checks) == 125
    assert score_of(checks) == 0


def test_what_could_not_be_looked_at_takes_nothing():
    checks = checks_made({**WORST, "cash_high": None, "cash_low": None, "debt_high": None}, "mid")

    assert {check.rule.code for check in checks if check.passed is None} == {"cash_high", "cash_low", "debt_high"}
    assert score_of(checks) == 100 - 30 - 15 - 10 - 15


@pytest.mark.parametrize("appetite", BY_APPETITE)
def test_everybody_is_looked_at_by_the_same_rules(appetite):
    assert {rule.code for rule in rules_for(appetite)} == set(GOOD)
    assert set(BY_APPETITE) == {"low", "mid", "high"}


@given(st.fixed_dictionaries({code: st.floats(0, 10) for code in GOOD}), st.sampled_from(["low", "mid", "high"]))
@settings(max_examples=50)
def test_the_score_is_always_between_0_and_100(values, appetite):
    assert 0 <= score_of(checks_made(values, appetite)) <= 100
