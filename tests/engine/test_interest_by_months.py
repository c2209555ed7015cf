"""Interest on one balance of each calendar month, and what statements do to interest, by hand."""

from datetime import date

import pytest

from tests.engine.courses import NEW_YEAR, of, on, terms


def test_a_provident_fund_counts_what_comes_by_the_fifth():
    # 7.2 % of 12000 is 72 a month. April: 12000 by the 5th, 72. On 6 May 12000 more: May 72, June 144.
    first = date(2023, 4, 1)
    changes = {date(2023, 4, 5): 12000.0, date(2023, 5, 6): 12000.0}
    rule = terms("financial_year", "lowest_after_fifth", start=date(2023, 4, 5), d2023_04_01=0.072)
    found = of(first, date(2024, 3, 31), changes=changes, terms=rule)
    for day, accrued in ((date(2023, 4, 30), 72), (date(2023, 5, 31), 144), (date(2023, 6, 30), 288)):
        assert accrued == on(found.accrued, day, first)
    # Ten months at 144 and two at 72, credited on 31 March: 1584.
    assert on(found.credited, date(2024, 3, 31), first) == 1584.0
    assert on(found.balance, date(2024, 3, 31), first) == 25584.0


def test_money_taken_out_forfeits_the_month():
    # June: 24000 until the 19th, then 12000. By the 15th half of 144 is in sight; at the end there are 72.
    first = date(2023, 6, 1)
    rule = terms("financial_year", "lowest_after_fifth", start=first, d2023_04_01=0.072)
    found = of(first, date(2023, 6, 30), changes={first: 24000.0, date(2023, 6, 20): -12000.0}, terms=rule)
    assert on(found.accrued, date(2023, 6, 15), first) == 144 * 14 / 29
    assert on(found.accrued, date(2023, 6, 30), first) == 72.0


@pytest.mark.parametrize("left", [date(2023, 6, 11), date(2023, 6, 20), date(2023, 6, 30)])
def test_what_is_paid_out_after_the_end_takes_no_interest_back(left):
    # 12000 at 7.2 % up to 10 June: a third of that month's 72 is credited then; all of it is paid out later in June.
    rule = terms("yearly", "lowest_after_fifth", start=date(2023, 5, 31), until=date(2023, 6, 10), d2023_04_01=0.072)
    first = date(2023, 5, 31)
    found = of(first, date(2023, 8, 1), changes={first: 12000.0, left: -12024.0}, terms=rule)
    assert on(found.credited, date(2023, 6, 10), first) == 24.0
    assert on(found.balance, date(2023, 6, 10), first) == 12024.0
    assert not found.accrued[(date(2023, 6, 10) - first).days :].any()
    assert on(found.balance, date(2023, 8, 1), first) == 0.0


@pytest.mark.parametrize("basis", ["lowest_after_fifth", "month_opening"])
def test_what_is_there_only_after_the_end_earns_nothing(basis):
    # The terms end on the 10th; the account begins on the 21st, with 5000 that are stated on that day.
    first, rule = date(2023, 6, 21), terms("yearly", basis, start=date(2022, 1, 1), until=date(2023, 6, 10))
    found = of(first, date(2023, 7, 31), stated={first: 5000.0}, terms=rule)
    assert not found.accrued.any()
    assert on(found.balance, date(2023, 7, 31), first) == 5000.0


def test_a_provident_fund_that_starts_after_the_fifth_earns_from_the_next_month_on():
    first = date(2023, 4, 6)
    rule = terms("financial_year", "lowest_after_fifth", start=first, d2023_04_01=0.072)
    found = of(first, date(2023, 5, 31), changes={first: 12000.0}, terms=rule)
    assert on(found.accrued, date(2023, 4, 30), first) == 0
    assert on(found.accrued, date(2023, 5, 31), first) == 72.0


def test_a_provident_fund_that_is_opened_after_the_fifth_of_a_later_month_had_nothing_in_it():
    first = date(2023, 6, 10)
    rule = terms("financial_year", "lowest_after_fifth", start=date(2023, 4, 1), d2023_04_01=0.072)
    found = of(first, date(2023, 7, 31), changes={first: 12000.0}, terms=rule)
    assert on(found.accrued, date(2023, 6, 30), first) == 0
    assert on(found.accrued, date(2023, 7, 31), first) == 72.0


def test_an_employees_fund_counts_what_was_there_at_the_beginning_of_the_month():
    # 9.6 % a year is 0.8 % a month. 1000 a month on the 15th from April: May 8, June 16.
    first = date(2023, 4, 1)
    changes = {date(2023, month, 15): 1000.0 for month in (4, 5, 6)}
    rule = terms("financial_year", "month_opening", start=first, d2023_04_01=0.096)
    found = of(first, date(2023, 6, 30), changes=changes, terms=rule)
    for day, accrued in ((date(2023, 4, 30), 0), (date(2023, 5, 31), 8), (date(2023, 6, 30), 24)):
        assert accrued == on(found.accrued, day, first)
    assert on(found.accrued, date(2023, 6, 15), first) == 8 + 16 * 15 / 30


def test_what_an_account_opens_with_was_there_since_the_month_began():
    # 1500 are stated on 10 April, when 500 had come: 1000 earned since the 1st, 8 by the end of the month.
    first, later = date(2023, 4, 1), date(2023, 4, 10)
    for basis in ("month_opening", "lowest_after_fifth"):
        rule = terms("financial_year", basis, start=date(2023, 1, 1), d2023_04_01=0.096)
        for origin in (first, later):
            found = of(origin, date(2023, 5, 31), changes={later: 500.0}, stated={later: 1500.0}, terms=rule)
            assert found.opening == 1000.0
            assert on(found.accrued, date(2023, 4, 30), origin) == 8.0
            assert on(found.accrued, date(2023, 5, 31), origin) == 8.0 + 12.0


def test_a_statement_says_the_balance_and_what_has_accrued_goes_on():
    # Half of the quarter's 180 has accrued; 9090 is stated (90 more than expected): 90 on top, and in the
    # other 45 days 9090 earn 90.9: 180.9 are credited.
    stated = {NEW_YEAR: 9000.0, date(2023, 2, 15): 9090.0}
    found = of(NEW_YEAR, date(2023, 4, 1), stated=stated, terms=terms("quarterly", d2023_01_01=0.08))
    assert on(found.difference, date(2023, 2, 15)) == 90.0
    assert on(found.accrued, date(2023, 2, 15)) == 90.0
    assert on(found.credited, date(2023, 4, 1)) == 180.9
    assert on(found.balance, date(2023, 4, 1)) == 9270.9


def test_a_statement_on_the_day_of_the_interest_has_it_in_it():
    stated = {NEW_YEAR: 9000.0, date(2023, 4, 1): 9180.0}
    found = of(NEW_YEAR, date(2023, 4, 30), stated=stated, terms=terms("quarterly", d2023_01_01=0.08))
    assert not found.difference.any()
    assert on(found.credited, date(2023, 4, 1)) == 180.0


@pytest.mark.parametrize("credited", ["quarterly", "daily", "financial_year"])
def test_the_opening_is_what_with_its_interest_becomes_the_first_statement(credited):
    # 101750 after a quarter at 7 %, or 107000 after a year of days; by the year to 31 March, 89 of 365 days.
    told = {
        "quarterly": (date(2023, 4, 1), 101750.0),
        "daily": (date(2024, 1, 1), 107000.0),
        "financial_year": (date(2023, 3, 31), 100000 * (1 + 0.07 * 89 / 365)),
    }
    day, balance = told[credited]
    found = of(NEW_YEAR, date(2024, 1, 1), touched=(NEW_YEAR,), stated={day: balance}, terms=terms(credited))
    assert found.opening == pytest.approx(100000, abs=1e-6)
    assert on(found.balance, day) == balance
    assert not found.difference.any()


def test_a_rate_that_leaves_nothing_explains_no_statement():
    # What is lost whole within the year before the statement can have been anything: the rest is a difference.
    rule = terms("yearly", d2023_01_01=-1.0)
    found = of(NEW_YEAR, date(2024, 1, 2), touched=(NEW_YEAR,), stated={date(2024, 1, 1): 50.0}, terms=rule)
    assert found.balance[-2] == 50.0
    assert on(found.difference, date(2024, 1, 1)) == 50.0
