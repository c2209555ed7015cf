"""Returns by month and year, and their extremes, of days that are worked by hand."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.calendar_returns import Extreme, Extremes, calendar_returns, extreme_days, extreme_months
from analytics.engine.returns import Returns, returns_daily, twr
from tests.engine.makers import NAN, worth_of

BEGIN = date(2023, 11, 29)
"""Two days of November, December, and whatever follows."""


def grown(rates: list[float], *, first: date = BEGIN, before: float = 100.0) -> Returns:
    value = (100 * np.cumprod(1 + np.array(rates))).tolist()
    return returns_daily(worth_of(value, inflow=[100 - before, *[0.0] * (len(rates) - 1)], before=before, first=first))


def none(values: np.ndarray) -> list[float | None]:
    return [None if value != value else round(value, 12) for value in values.tolist()]


def test_it_chains_the_days_of_each_month():
    """November 10 % twice; December +20 % and -50 %; January 30 %. 2023: 1.21 × 0.6."""
    rates = [0.1, 0.1, *[0.0] * 10, 0.2, *[0.0] * 10, -0.5, *[0.0] * 9, 0.3]
    before, after = calendar_returns(grown(rates))

    assert (before.year, after.year) == (2023, 2024)
    assert none(before.months) == [*[None] * 10, 0.21, -0.4]
    assert none(after.months) == [0.3, *[None] * 11]
    assert (before.whole, after.whole) == (pytest.approx(1.21 * 0.6 - 1), pytest.approx(0.3))


def test_a_month_without_anything_held_has_no_return_and_the_year_that_of_the_others():
    """Sold on 30 November with 10 %, bought again on 2 January: nothing in December."""
    days = 2 + 31 + 2
    value, inflow, outflow = np.zeros((3, days))
    value[0], outflow[1] = 100, 110
    inflow[-1], value[-1] = 50, 55
    before, after = calendar_returns(
        returns_daily(worth_of(value, inflow=inflow, outflow=outflow, before=100, first=BEGIN))
    )

    assert none(before.months) == [*[None] * 10, 0.1, None]
    assert before.whole == pytest.approx(0.1)
    assert none(after.months)[:2] == [0.1, None]


def test_a_month_with_an_unknown_or_broken_day_has_none():
    """10 %; then an amount that is not known; in January more is owed than owned, and February is level again."""
    value = [110.0, NAN, *[100.0] * 31, *[-10.0] * 31, 100.0, 100.0]
    returns = returns_daily(worth_of(value, inflow=[*[0.0] * 64, 110.0, 0.0], before=100, first=BEGIN))
    before, after = calendar_returns(returns)

    assert none(before.months) == [*[None] * 12]  # the first of December begins with the unknown value
    assert none(after.months)[:2] == [None, 0.0]
    assert np.isnan([before.whole, after.whole]).all()


def test_no_days_have_no_calendar():
    assert calendar_returns(grown([])) == ()
    assert extreme_days(grown([])) == extreme_months(grown([])) == Extremes(None, None)


def test_the_best_and_the_worst():
    returns = grown([0.1, -0.2, *[0.0] * 30, 0.05, 0.3])

    days, months = extreme_days(returns), extreme_months(returns)
    assert told(days.best) == ("2024-01-01", 0.3)
    assert told(days.worst) == ("2023-11-30", -0.2)
    assert told(months.best) == ("2024-01-01", 0.3)
    assert told(months.worst) == ("2023-11-01", -0.12)


def told(extreme: Extreme | None) -> tuple[str, float] | None:
    return None if extreme is None else (extreme.day.isoformat(), round(extreme.value, 12))


def test_the_day_on_which_all_was_bought_is_no_whole_day():
    """Bought at 100 and worth 150 in the evening: that says what was paid, not how the day was."""
    days = extreme_days(grown([0.5, 0.01, -0.02], before=0.0))
    assert told(days.best) == ("2023-11-30", 0.01)
    assert extreme_days(grown([0.5], before=0.0)) == Extremes(None, None)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-0.1, 0.1), min_size=1, max_size=900), st.dates(date(2019, 1, 1), date(2021, 1, 1)))
def test_months_and_years_chain_to_the_whole(rates, first):
    returns = grown(rates, first=first)
    calendar = calendar_returns(returns)
    months = np.concatenate([year.months for year in calendar])
    whole = twr(returns).value

    assert np.prod(1 + months[~np.isnan(months)]) - 1 == pytest.approx(whole, rel=1e-9, abs=1e-12)
    assert np.prod([1 + year.whole for year in calendar]) - 1 == pytest.approx(whole, rel=1e-9, abs=1e-12)
