"""What is held before anything of it has a price: it counts what was paid, and that is no return."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from analytics.engine.carry import FloatArray
from analytics.engine.measure import Measure
from analytics.engine.money_weighted import xirr
from analytics.engine.returns import observations_of, returns_daily, simple_return, twr, twr_annualized
from analytics.engine.worth import Worth

MONDAY = date(2024, 1, 1)
UNPRICED = Measure(None, "No price is known of anything that was held.")


def bought(value: Sequence[float], *, unpriced: int, outflow: Sequence[float] | None = None) -> Worth:
    """For 100 on a Monday; the last `unpriced` or first days have no price."""
    days = len(value)
    inflow: FloatArray = np.zeros(days)
    inflow[0] = 100
    out = np.zeros(days) if outflow is None else np.array(outflow, float)
    return Worth(MONDAY, np.array(value, float), inflow, out, np.array(0.0), np.arange(days) < unpriced)


def test_without_any_price_there_is_no_return():
    worth = bought([100, 100, 100], unpriced=3)
    returns = returns_daily(worth)
    assert twr(returns) == twr_annualized(returns) == xirr(worth) == simple_return(worth) == UNPRICED
    assert len(observations_of(returns).rate) == 0
    assert np.isnan(returns.line[1:]).all()


def test_the_first_price_brings_the_return_of_all_days_before():
    """Bought for 100, worth 110 at its first price on Wednesday, 121 on Thursday."""
    worth = bought([100, 100, 110, 121], unpriced=2)
    returns = returns_daily(worth)
    assert twr(returns).value == pytest.approx(0.21)
    assert observations_of(returns).rate == pytest.approx([0.1, 0.1])
    assert simple_return(worth).value == pytest.approx(0.21)


def test_the_day_of_the_first_price_is_no_whole_day():
    """On Wednesday it goes from cost to its first price, whatever the market did that day; Thursday is a whole day."""
    returns = returns_daily(bought([100, 100, 110, 121], unpriced=2))
    assert returns.overnight.tolist() == [False, False, False, True]
    assert observations_of(returns).overnight.tolist() == [False, True]


def test_what_was_sold_without_a_price_was_sold_for_something():
    """For 121 on the third day: that is a return, whatever it was worth between."""
    worth = bought([100, 100, 0], unpriced=2, outflow=[0, 0, 121])
    assert twr(returns_daily(worth)).value == pytest.approx(0.21)
    assert xirr(worth).value == pytest.approx(1.21 ** (365 / 2) - 1)


def test_days_without_a_price_count_as_days():
    """100 became 121 in 730 days, the price is known on the last: 10 % a year."""
    worth = bought([100] * 730 + [121], unpriced=730)
    assert twr_annualized(returns_daily(worth)).value == pytest.approx(0.1)


def test_the_days_end_when_all_is_sold():
    """100 became 121 in 730 days, 1,000 days ago: 10 % a year, as XIRR says."""
    worth = bought([100] * 730 + [0] * 1001, unpriced=0, outflow=[0] * 730 + [121] + [0] * 1000)
    assert twr_annualized(returns_daily(worth)).value == pytest.approx(0.1)
    assert xirr(worth).value == pytest.approx(0.1)


def test_the_rate_of_a_debt_says_nothing():
    """100 paid in, 50 owed at the end."""
    assert xirr(bought([100, -50], unpriced=0)).reason == "What was owed exceeded what was owned."
