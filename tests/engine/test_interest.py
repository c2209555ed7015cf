"""Daily balances without interest, and with interest that is credited by periods, by hand."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from tests.engine.courses import NEW_YEAR, of, on, terms


def test_the_days_of_an_account_without_statement_are_its_entries():
    found = of(date(2023, 1, 1), date(2023, 1, 6), changes={date(2023, 1, 3): 100.0, date(2023, 1, 5): -30.5})
    assert found.balance.tolist() == [0, 0, 100, 100, 69.5, 69.5]
    assert (found.opening, found.begins) == (0, 2)
    assert not found.accrued.any()
    assert not found.credited.any()
    assert not found.difference.any()


def test_the_first_statement_is_worked_back_to_the_day_the_account_began():
    # 100 at the end of the 4th, when 3 had gone, and 10 had come on the 3rd: 103 and, when it opened, 93.
    found = of(
        date(2023, 1, 1),
        date(2023, 1, 6),
        changes={date(2023, 1, 3): 10.0, date(2023, 1, 4): -3.0, date(2023, 1, 6): 5.0},
        stated={date(2023, 1, 4): 100.0},
    )
    assert found.balance.tolist() == [0, 0, 103, 100, 100, 105]
    assert (found.opening, found.begins) == (93, 2)
    assert not found.difference.any()


def test_a_later_statement_that_disagrees_steps_the_balance_on_its_day():
    # Expected on the 5th: 100 - 20 = 80; stated: 75. From there 75 + 1.
    found = of(
        date(2023, 1, 1),
        date(2023, 1, 6),
        changes={date(2023, 1, 3): -20.0, date(2023, 1, 6): 1.0},
        stated={date(2023, 1, 2): 100.0, date(2023, 1, 5): 75.0},
    )
    assert found.balance.tolist() == [0, 100, 80, 80, 75, 76]
    assert found.difference.tolist() == [0, 0, 0, 0, -5, 0]
    assert (found.opening, found.begins) == (100, 1)


def test_a_day_whose_entries_add_up_to_nothing_begins_the_account():
    found = of(date(2023, 1, 1), date(2023, 1, 4), stated={date(2023, 1, 4): 7.0}, touched=(date(2023, 1, 2),))
    assert found.balance.tolist() == [0, 7, 7, 7]
    assert (found.opening, found.begins) == (7, 1)


def test_an_account_of_which_nothing_is_known_never_begins():
    for rule in (None, terms("daily"), terms("yearly")):
        found = of(date(2023, 1, 1), date(2023, 1, 3), terms=rule)
        assert (found.balance.tolist(), found.opening, found.begins) == ([0, 0, 0], 0, 3)


def test_what_is_beyond_all_money_is_not_known():
    # 1000 % a year by the month make 11 / 6 of it in each of 1500 months: some 1e395.
    first, last = date(1900, 1, 1), date(2025, 1, 1)
    rule = terms("monthly", start=first, d1900_01_01=10.0)
    found = of(first, last, changes={first: 1.0}, terms=rule)
    assert on(found.balance, date(1900, 2, 1), first) == 11 / 6
    assert np.isnan(found.balance[-1])
    assert not np.isinf(found.credited + found.accrued).any()


def test_no_rest_of_floats_is_left_where_an_account_is_empty():
    found = of(
        date(2023, 1, 1), date(2023, 1, 3), changes={date(2023, 1, i): x for i, x in ((1, 0.1), (2, 0.2), (3, -0.3))}
    )
    assert found.balance.tolist() == [0.1, 0.3, 0.0]
    assert not np.signbit(found.balance[2])


def test_a_fixed_deposit_of_seven_per_cent_by_quarters():
    # 100000 * 1.0175 = 101750; * 1.0175 = 103530.625; 105342.4109375; 107185.90312890625.
    found = of(NEW_YEAR, date(2024, 1, 31), changes={NEW_YEAR: 100000.0}, terms=terms("quarterly"))
    for day, balance, interest in (
        (date(2023, 4, 1), 101750.0, 1750.0),
        (date(2023, 7, 1), 103530.625, 1780.625),
        (date(2023, 10, 1), 105342.4109375, 1811.7859375),
        (date(2024, 1, 1), 107185.90312891, 1843.49219141),
    ):
        assert balance == on(found.balance, day)
        assert interest == on(found.credited, day)
        assert on(found.accrued, day) == 0
    # The evening before the first is credited, 89 of the 90 days have earned: 1750 * 89 / 90.
    assert on(found.accrued, date(2023, 3, 31)) == 1730.555555556
    assert on(found.balance, date(2023, 3, 31)) == 100000
    assert np.count_nonzero(found.credited) == 4


@pytest.mark.parametrize(
    ("credited", "after_a_year"),
    [
        ("monthly", 1000 * (1 + 0.12 / 12) ** 12),
        ("quarterly", 1000 * (1 + 0.12 / 4) ** 4),
        ("half_yearly", 1000 * (1 + 0.12 / 2) ** 2),
        ("yearly", 1120.0),
        ("daily", 1120.0),
    ],
)
def test_a_whole_year_at_a_constant_rate(credited, after_a_year):
    found = of(NEW_YEAR, date(2024, 1, 1), changes={NEW_YEAR: 1000.0}, terms=terms(credited, d2023_01_01=0.12))
    assert after_a_year == on(found.balance, date(2024, 1, 1))


def test_months_are_counted_from_the_start_to_the_last_day_of_shorter_ones():
    # From 31 January: 28 February, 31 March, 30 April; each month 1 % of what was there.
    start = date(2023, 1, 31)
    found = of(start, date(2023, 5, 1), changes={start: 1000.0}, terms=terms("monthly", start=start, d2023_01_01=0.12))
    days = [start + timedelta(days=int(i)) for i in np.flatnonzero(found.credited)]
    assert days == [date(2023, 2, 28), date(2023, 3, 31), date(2023, 4, 30)]
    assert on(found.balance, date(2023, 4, 30), start) == 1030.301


def test_a_deposit_in_the_middle_of_a_period_earns_for_the_days_that_are_left():
    # 9000 from 1 March on: 31 of the 90 days; 9000 * 0.08 / 4 * 31 / 90 = 62.
    changes = {NEW_YEAR: 9000.0, date(2023, 3, 1): 9000.0}
    found = of(NEW_YEAR, date(2023, 4, 1), changes=changes, terms=terms("quarterly", d2023_01_01=0.08))
    assert on(found.credited, date(2023, 4, 1)) == 180.0 + 62.0


def test_a_rate_counts_from_its_day_on():
    # 59 of the 90 days at 4 %, 31 at 8 %, of 9000: 9000 / 4 / 90 * (59 * 0.04 + 31 * 0.08) = 25 * 4.84 = 121.
    rule = terms("quarterly", d2023_01_01=0.04, d2023_03_01=0.08)
    found = of(NEW_YEAR, date(2023, 4, 1), changes={NEW_YEAR: 9000.0}, terms=rule)
    assert on(found.credited, date(2023, 4, 1)) == 121.0


def test_before_its_first_rate_and_before_its_start_nothing_earns():
    rule = terms("quarterly", start=date(2023, 4, 1), d2023_07_01=0.08)
    found = of(NEW_YEAR, date(2023, 10, 1), changes={NEW_YEAR: 9000.0}, terms=rule)
    days = np.flatnonzero(found.accrued + found.credited)
    assert NEW_YEAR + timedelta(days=int(days[0])) == date(2023, 7, 2)
    assert on(found.credited, date(2023, 10, 1)) == 180.0


def test_a_financial_year_ends_with_march_and_a_part_of_it_earns_by_days():
    # From 30 September 2022: 182 of 365 days to 31 March 2023, 7300 * 0.10 * 182 / 365 = 364; then 766.4 of 7664.
    start = date(2022, 9, 30)
    rule = terms("financial_year", start=start, d2022_01_01=0.10)
    found = of(start, date(2024, 3, 31), changes={start: 7300.0}, terms=rule)
    assert on(found.credited, date(2023, 3, 31), start) == 364.0
    assert on(found.credited, date(2024, 3, 31), start) == 766.4
    assert np.count_nonzero(found.credited) == 2


def test_at_maturity_simple_interest_comes_at_once_and_then_none():
    # Two whole years and 73 of the 365 days of the third: 1000 * 0.10 * 2.2 = 220.
    until = date(2025, 3, 15)
    rule = terms("at_maturity", until=until, d2023_01_01=0.10)
    found = of(NEW_YEAR, date(2025, 12, 31), changes={NEW_YEAR: 1000.0}, terms=rule)
    assert on(found.accrued, date(2024, 1, 1)) == 100.0
    assert on(found.accrued, date(2025, 1, 1)) == 200.0
    assert on(found.credited, until) == 220.0
    assert on(found.balance, date(2025, 12, 31)) == 1220.0
    assert on(found.accrued, date(2025, 12, 31)) == 0


def test_what_had_accrued_is_credited_when_it_matures_within_a_period():
    # 45 of the 90 days of the quarter, of 9000 * 0.02: 90.
    rule = terms("quarterly", until=date(2023, 2, 15), d2023_01_01=0.08)
    found = of(NEW_YEAR, date(2023, 12, 31), changes={NEW_YEAR: 9000.0}, terms=rule)
    assert np.flatnonzero(found.credited).tolist() == [45]
    assert on(found.balance, date(2023, 12, 31)) == 9090.0


def test_a_loan_pays_interest_on_what_is_owed_each_month():
    # 120000 at 12 %: 1200 a month. Paid 10000 on 1 February, the day it is charged: 111200 owed, then 1112.
    changes = {NEW_YEAR: -120000.0, date(2023, 2, 1): 10000.0}
    found = of(NEW_YEAR, date(2023, 3, 1), changes=changes, terms=terms("monthly", d2023_01_01=0.12))
    assert on(found.credited, date(2023, 2, 1)) == -1200.0
    assert on(found.balance, date(2023, 2, 1)) == -111200.0
    assert on(found.credited, date(2023, 3, 1)) == -1112.0


@pytest.mark.parametrize("credited", ["monthly", "daily"])
def test_a_loan_that_is_overpaid_earns_nothing(credited):
    rule = replace(terms(credited, d2023_01_01=0.12), of_debt=True)
    changes = {NEW_YEAR: -1000.0, date(2023, 1, 2): 1500.0}
    found = of(NEW_YEAR, date(2023, 12, 31), changes=changes, terms=rule)
    interest = 1000 * 0.12 / 12 / 31 if credited == "monthly" else 1000 * (1.12 ** (1 / 365) - 1)  # of one day
    assert on(found.balance, date(2023, 12, 31)) == 500 - interest


def test_each_day_of_an_expected_rate_brings_its_part_of_the_year():
    # 365 days at 10 % a year bring 10 %, and 730 bring 21 %; what comes on the last day earns nothing yet.
    changes = {NEW_YEAR: 1000.0, date(2024, 12, 31): 50.0}
    found = of(NEW_YEAR, date(2024, 12, 31), changes=changes, terms=terms("daily", d2023_01_01=0.10))
    assert on(found.balance, date(2024, 1, 1)) == 1100.0
    assert on(found.balance, date(2024, 12, 31)) == 1210.0 + 50.0
    assert not found.accrued.any()
