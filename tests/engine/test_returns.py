"""Returns of a few days by hand, XIRR beside Excel's example and scipy's solver, and what no return depends on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq  # type: ignore[import-untyped]

from analytics.engine.measure import NO_DAYS, NOTHING_HELD, UNKNOWN_AMOUNTS
from analytics.engine.money_weighted import xirr
from analytics.engine.returns import (
    OWED_MORE,
    days_at_work,
    gain,
    observations_of,
    returns_daily,
    simple_return,
    twr,
    twr_annualized,
)
from analytics.engine.worth import Worth
from tests.engine.makers import NAN, worth_of

MONDAY = date(2024, 1, 1)
ONE_SIGN = "All cash flows have the same sign."


def rates_of(worth: Worth) -> list[float | None]:
    return [None if rate != rate else rate for rate in returns_daily(worth).rate.tolist()]


def by_dates(flows: dict[str, float], *, end: float = 0.0, last: str | None = None) -> Worth:
    """Money paid in is negative, as Excel has it; `end` is there on the last day."""
    days = [date.fromisoformat(day) for day in flows]
    first, until = min(days), max([*days, *([date.fromisoformat(last)] if last else [])])
    flow = np.zeros((until - first).days + 1)
    for day, amount in zip(days, flows.values(), strict=True):
        flow[(day - first).days] += amount
    value = np.zeros(len(flow))
    value[-1] = end
    return Worth(first, value, np.maximum(-flow, 0), np.maximum(flow, 0), np.array(0.0))


def test_what_comes_in_works_the_whole_day_and_what_goes_out_too():
    """(135 + 30) / (100 + 50) - 1 = 10 %."""
    worth = worth_of([135], inflow=[50], outflow=[30], before=100)
    assert rates_of(worth) == [pytest.approx(0.1)]
    assert gain(worth) == 15


def test_days_are_chained():
    """100 becomes 110, 90 more come in and all becomes 220, of which 120 go: 10 % twice are 21 %."""
    worth = worth_of([110, 100], inflow=[0, 90], outflow=[0, 120], before=100)
    assert rates_of(worth) == [pytest.approx(0.1), pytest.approx(0.1)]
    assert twr(returns_daily(worth)).value == pytest.approx(0.21)
    assert simple_return(worth).value == pytest.approx(30 / 190)


def test_bought_and_sold_on_one_day():
    """100 in, 120 out, nothing there in the evening: gross, or there would be no return of it."""
    worth = worth_of([0], inflow=[100], outflow=[120])
    assert rates_of(worth) == [pytest.approx(0.2)]


def test_a_dividend_paid_out_makes_up_for_what_the_price_lost():
    worth = worth_of([95], outflow=[5], before=100)
    assert rates_of(worth) == [0.0]


def test_a_gap_is_no_return_and_leaves_the_index_level():
    """Sold with 10 % gain, nothing for two days, bought again and 10 % down: 1.1 × 0.9."""
    worth = worth_of([0, 0, 0, 90], inflow=[0, 0, 0, 100], outflow=[110, 0, 0, 0], before=100)
    returns = returns_daily(worth)
    assert rates_of(worth) == [pytest.approx(0.1), None, None, pytest.approx(-0.1)]
    assert returns.index.tolist() == pytest.approx([1.1, 1.1, 1.1, 0.99])
    assert returns.line.tolist() == pytest.approx([1, 1.1, 1.1, 1.1, 0.99])
    assert observations_of(returns).rate.tolist() == pytest.approx([0.1, -0.1])


def test_a_position_opened_today_has_a_return_but_no_whole_day():
    worth = worth_of([110], inflow=[100])
    returns = returns_daily(worth)
    assert twr(returns).value == pytest.approx(0.1)
    assert returns.overnight.tolist() == [False]
    assert twr_annualized(returns).reason == "Needs 365 days; there are 0."
    assert xirr(worth).reason == "All cash flows are on one day."


def test_a_dividend_that_comes_after_all_was_sold_is_gain_but_no_return_of_anything_at_work():
    """100 became 110 and went; a month later 5 more came of it: the money-weighted return has them."""
    late = [0.0] * 30
    worth = worth_of([110, 0, *late], outflow=[0, 110, *late[:-1], 5], before=100)
    assert twr(returns_daily(worth)).value == pytest.approx(0.1)
    assert gain(worth) == 15
    assert simple_return(worth).value == pytest.approx(0.15)
    without = worth_of([110, 0, *late], outflow=[0, 110, *late], before=100)
    rate, less = xirr(worth).value, xirr(without).value
    assert rate is not None
    assert less is not None
    assert rate > less


def test_all_lost_stays_lost():
    worth = worth_of([0, 0], before=100)
    assert twr(returns_daily(worth)).value == -1
    assert simple_return(worth).value == -1


def test_more_owed_than_owned_has_no_return():
    """-50 in the evening, 20 come in: nothing was at work."""
    worth = worth_of([-30, -30], inflow=[20, 0], before=-50)
    assert twr(returns_daily(worth)) == twr_annualized(returns_daily(worth))
    assert twr(returns_daily(worth)).reason == simple_return(worth).reason == OWED_MORE
    assert np.isnan(returns_daily(worth_of([50, -30, -30], before=100)).line).tolist() == [False, False, True, True]


def test_unknown_amounts_have_no_return():
    worth = worth_of([NAN, NAN], inflow=[NAN, 0])
    assert [measure.reason for measure in (twr(returns_daily(worth)), simple_return(worth), xirr(worth))] == [
        UNKNOWN_AMOUNTS
    ] * 3
    assert np.isnan(gain(worth))


@pytest.mark.parametrize(("worth", "reason"), [(worth_of([0, 0]), NOTHING_HELD), (worth_of([]), NO_DAYS)])
def test_nothing_has_no_return(worth, reason):
    returns = returns_daily(worth)
    assert twr(returns).reason == twr_annualized(returns).reason == reason
    assert simple_return(worth).reason == xirr(worth).reason == NOTHING_HELD
    assert (days_at_work(returns), gain(worth)) == (0, 0)


def grown(days: int, *, before: float = 0.0, rate: float) -> Worth:
    """100 from the first day on (or the evening before), which become 100 × (1 + rate) on the last day."""
    value = [100.0] * days
    value[-1] = 100 * (1 + rate)
    return worth_of(value, inflow=[100 - before, *[0.0] * (days - 1)], before=before)


def test_a_return_a_year_needs_365_days():
    """What was there on the evening before the first day worked for all days; what came on it for one less."""
    assert twr_annualized(returns_daily(grown(364, before=100, rate=0.1))).reason == "Needs 365 days; there are 364."
    assert twr_annualized(returns_daily(grown(365, before=100, rate=0.1))).value == pytest.approx(0.1)
    assert twr_annualized(returns_daily(grown(365, rate=0.1))).reason == "Needs 365 days; there are 364."
    assert twr_annualized(returns_daily(grown(366, rate=0.1))).value == pytest.approx(0.1)
    assert twr_annualized(returns_daily(grown(730, before=100, rate=0.21))).value == pytest.approx(0.1)  # 1.21 ** 0.5


def test_days_before_anything_was_at_work_do_not_count():
    worth = worth_of([0.0] * 100 + [110.0] * 366, inflow=[0.0] * 100 + [100.0] + [0.0] * 365)
    assert twr_annualized(returns_daily(worth)).value == pytest.approx(0.1)


@pytest.mark.parametrize("before", [0, 100])
def test_without_flows_money_and_time_weigh_the_same(before):
    worth = grown(1000, before=before, rate=0.5)
    assert twr_annualized(returns_daily(worth)).value == pytest.approx(xirr(worth).value, rel=1e-9)


def test_xirr_is_that_of_excel():
    """The example in the documentation of Excel's XIRR; also seen from a later day, on which nothing is left."""
    flows = {
        "2008-01-01": -10000.0, "2008-03-01": 2750.0, "2008-10-30": 4250.0, "2009-02-15": 3250.0, "2009-04-01": 2750.0,
    }  # fmt: skip
    assert xirr(by_dates(flows)).value == pytest.approx(0.3733625335, abs=1e-9)
    assert xirr(by_dates(flows, last="2012-01-01")).value == pytest.approx(0.3733625335, abs=1e-9)


@pytest.mark.parametrize("amount", [1e-3, 1.0, 1e10, 1e12, 1e15])
def test_xirr_is_found_however_large_the_amounts_are(amount):
    """40 payments, one every 365 days, and 365 days later what they are at 10 %."""
    flows = np.zeros(40 * 365 + 1)
    flows[: 40 * 365 : 365] = amount
    end = amount * sum(1.1**years for years in range(1, 41))
    worth = worth_of(np.append(np.zeros(40 * 365), end), inflow=flows)
    assert xirr(worth).value == pytest.approx(0.1, rel=1e-9)


@pytest.mark.parametrize(("rate", "years"), [(-0.9, 20), (-0.7, 40), (-0.999, 3), (50.0, 10)])
def test_xirr_is_found_however_steep_the_years_were(rate, years):
    """1,000 every 365 days, and 365 days after the last of them what they are at the rate."""
    flows = np.zeros(years * 365 + 1)
    flows[: years * 365 : 365] = 1000
    end = sum(1000 * (1 + rate) ** n for n in range(1, years + 1))
    worth = worth_of(np.append(np.zeros(years * 365), end), inflow=flows)
    assert xirr(worth).value == pytest.approx(rate, rel=1e-9)


def test_xirr_of_a_fall_within_a_day():
    """10 % in one day, after a day with a purchase: 1,000 and 1,000 are 1,800 on the third day."""
    worth = worth_of([1000, 2000, 1800], inflow=[1000, 1000, 0])
    found = xirr(worth).value or 0
    daily = (1 + found) ** (1 / 365)
    assert daily**2 + daily == pytest.approx(1.8)
    assert -1 < found < -0.99


def test_xirr_has_no_value_where_a_year_of_it_is_beyond_all_numbers():
    """1,288 become 11,288 within a day: 365 days of that are 8.76^365, some 10^344."""
    found = xirr(worth_of([1288, 11288], inflow=[1288, 0]))
    assert (found.value, found.reason) == (None, "No rate was found that makes the sum of these cash flows zero.")


def test_what_was_there_counts_as_paid_in_on_the_evening_before():
    """100 on the evening of 31 December 2022 are 121 at the end of 2024: 731 days."""
    worth = worth_of([121.0] * 731, before=100, first=date(2023, 1, 1))
    assert xirr(worth).value == pytest.approx(1.21 ** (365 / 731) - 1, rel=1e-9)


def test_xirr_of_several_flows():
    """1,000 in, a year later 500 more, another year later 1,760: 1000 × 1.1² + 500 × 1.1."""
    flows = {"2021-01-01": -1000.0, "2022-01-01": -500.0}
    assert xirr(by_dates(flows, end=1760, last="2023-01-01")).value == pytest.approx(0.1, rel=1e-9)


@pytest.mark.parametrize(
    ("worth", "reason"),
    [
        (worth_of([0, 0, 0], inflow=[100, 0, 50]), ONE_SIGN),  # all was lost
        (worth_of([50, 60], outflow=[0, 5]), ONE_SIGN),  # given, never paid for
        (worth_of([0], inflow=[100], outflow=[90]), ONE_SIGN),
        (worth_of([-50, -40], inflow=[10, 0]), "What was owed exceeded what was owned."),
        (worth_of([100], inflow=[90]), "All cash flows are on one day."),
    ],
)
def test_xirr_has_no_value_where_no_rate_could_be(worth, reason):
    assert xirr(worth).value is None
    assert xirr(worth).reason == reason


def test_of_two_rates_the_nearer_one_to_ten_percent_is_told():
    """-100, 230 and -132, a year apart, are worth nothing at 10 % and at 20 %; with 140 at no rate."""
    flows = {"2021-01-01": -100.0, "2022-01-01": 230.0, "2023-01-01": -132.0}
    assert xirr(by_dates(flows)).value == pytest.approx(0.1)
    never = {"2021-01-01": -100.0, "2022-01-01": 230.0, "2023-01-01": -140.0}
    assert xirr(by_dates(never)).reason == "No rate was found that makes the sum of these cash flows zero."


amounts = st.floats(1, 1e6)


def present_value(rate: float, flows: Sequence[tuple[int, float]]) -> float:
    return sum((amount * (1 + rate) ** (-day / 365) for day, amount in flows), 0.0)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 999), amounts), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(1000, 3000), amounts), max_size=12),
    amounts,
)
def test_xirr_is_what_scipy_finds(paid, taken, end):
    """All comes in before anything goes out, so that there is just one rate."""
    flows = [*((day, -amount) for day, amount in paid), *taken, (3000, end)]
    value, inflow, outflow = np.zeros((3, 3001))
    np.add.at(inflow, [day for day, _ in paid], [amount for _, amount in paid])
    np.add.at(outflow, [day for day, _ in taken], [amount for _, amount in taken])
    value[-1] = end
    found = xirr(Worth(MONDAY, value, inflow, outflow, np.array(0.0)))
    first = min(day for day, _ in paid)
    expected = brentq(present_value, -0.9999999, 1e9, args=([(day - first, a) for day, a in flows],), xtol=1e-13)
    assert found.reason is None
    assert found.value == pytest.approx(expected, rel=1e-9, abs=1e-9)


daily = st.tuples(st.floats(-0.2, 0.2), st.floats(0, 1000), st.floats(0, 0.9))


@settings(max_examples=50, deadline=None)
@given(st.lists(daily, min_size=1, max_size=40))
def test_no_flow_changes_the_return(days):
    """Whatever comes in buys the same portfolio, whatever goes out is a share of it: the rates stay what they were."""
    value, inflow, outflow, level = [], [], [], 100.0
    for rate, paid, share in days:
        grown = (level + paid) * (1 + rate)
        level = grown * (1 - share)
        value.append(level)
        inflow.append(paid)
        outflow.append(grown * share)
    worth = worth_of(value, inflow=inflow, outflow=outflow, before=100)
    returns = returns_daily(worth)
    np.testing.assert_allclose(returns.rate, [rate for rate, *_ in days], atol=1e-9)
    expected = np.prod([1 + rate for rate, *_ in days]) - 1
    assert twr(returns).value == pytest.approx(expected, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.lists(daily, min_size=2, max_size=20), st.floats(0.001, 1000))
def test_the_scale_changes_no_ratio(days, factor):
    value = [100 * (1 + rate) + paid for rate, paid, _ in days]
    worth = worth_of(value, inflow=[paid for _, paid, _ in days], before=50)
    scaled = replace(
        worth,
        value=worth.value * factor,
        inflow=worth.inflow * factor,
        outflow=worth.outflow * factor,
        before=worth.before * factor,
    )
    np.testing.assert_allclose(returns_daily(scaled).rate, returns_daily(worth).rate, rtol=1e-9, atol=1e-12)
    assert simple_return(scaled).value == pytest.approx(simple_return(worth).value, rel=1e-9, abs=1e-12)


def test_a_deposit_on_a_day_without_a_price_change_changes_no_return():
    """100 → 110 | 1,000 come in on a day on which nothing moves | 10 % down, of all."""
    without = worth_of([110, 110, 99], before=100)
    with_it = worth_of([110, 1110, 999], inflow=[0, 1000, 0], before=100)
    assert rates_of(with_it) == rates_of(without) == [pytest.approx(0.1), 0.0, pytest.approx(-0.1)]


def test_the_days_from_a_day_on():
    returns = returns_daily(worth_of([110, 121, 121], before=100))
    later = returns.since(MONDAY + timedelta(days=1))
    assert (later.first, later.rate.tolist()) == (MONDAY + timedelta(days=1), pytest.approx([0.1, 0]))
