"""Daily balances with and without interest, by hand and against a sheet that is kept day by day in decimals."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.engine.interest import Accrued, Terms, balances_daily
from tests.oracle.interest import PaperTerms, sheet

NEW_YEAR = date(2023, 1, 1)
"""Its quarters end on 1 April (90 days), 1 July (91), 1 October (92) and 1 January (92)."""


def of(
    first: date,
    last: date,
    *,
    changes: dict[date, float] | None = None,
    stated: dict[date, float] | None = None,
    terms: Terms | None = None,
    touched: tuple[date, ...] = (),
) -> Accrued:
    days = (last - first).days + 1
    moved, told, marked = np.zeros(days), np.full(days, np.nan), np.zeros(days, bool)
    for day, amount in (changes or {}).items():
        moved[(day - first).days], marked[(day - first).days] = amount, True
    for day, amount in (stated or {}).items():
        told[(day - first).days] = amount
    for day in touched:
        marked[(day - first).days] = True
    return balances_daily(first=first.toordinal(), changes=moved, stated=told, touched=marked, terms=terms)


def terms(credited: str, basis: str = "daily", *, start: date = NEW_YEAR, until: date | None = None, **rates: float):
    """rates: by the day they hold from on, as d2023_01_01."""
    known = rates if rates else {"d2000_01_01": 0.07}
    since = [(date.fromisoformat(name[1:].replace("_", "-")).toordinal(), rate) for name, rate in known.items()]
    return Terms(credited, basis, start.toordinal(), until.toordinal() if until else None, tuple(since))


def on(values: np.ndarray, day: date, first: date = NEW_YEAR):
    return pytest.approx(float(values[(day - first).days]), abs=1e-7)


# --- Without interest


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


def test_no_rest_of_floats_is_left_where_an_account_is_empty():
    found = of(
        date(2023, 1, 1), date(2023, 1, 3), changes={date(2023, 1, i): x for i, x in ((1, 0.1), (2, 0.2), (3, -0.3))}
    )
    assert found.balance.tolist() == [0.1, 0.3, 0.0]
    assert not np.signbit(found.balance[2])


# --- Credited by periods


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


def test_each_day_of_an_expected_rate_brings_its_part_of_the_year():
    # 365 days at 10 % a year bring 10 %, and 730 bring 21 %; what comes on the last day earns nothing yet.
    changes = {NEW_YEAR: 1000.0, date(2024, 12, 31): 50.0}
    found = of(NEW_YEAR, date(2024, 12, 31), changes=changes, terms=terms("daily", d2023_01_01=0.10))
    assert on(found.balance, date(2024, 1, 1)) == 1100.0
    assert on(found.balance, date(2024, 12, 31)) == 1210.0 + 50.0
    assert not found.accrued.any()


# --- By months


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


# --- Statements


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


# --- Against the sheet

amounts = st.integers(-500_000, 500_000).map(lambda units: Decimal(units) / 100)
kinds = st.sampled_from(["monthly", "quarterly", "half_yearly", "yearly", "financial_year", "at_maturity"])
ways = st.one_of(
    st.tuples(kinds, st.sampled_from(["daily", "lowest_after_fifth", "month_opening"])), st.just(("daily", "daily"))
)


@st.composite
def courses(draw):
    """An account that is there from its first day on, with some entries, and its terms."""
    first = date(2022, 11, 1) + timedelta(days=draw(st.integers(0, 130)))
    days = draw(st.integers(2, 500))
    changes = [Decimal(0)] * days
    for place, amount in draw(st.lists(st.tuples(st.integers(0, days - 1), amounts), max_size=12)):
        changes[place] += amount
    credited, basis = draw(ways)
    start = first + timedelta(days=draw(st.integers(-400, 60)))
    length = draw(st.none() | st.integers(1, 700))
    rates = {
        start + timedelta(days=place): Decimal(rate) / 1000
        for place, rate in draw(
            st.lists(st.tuples(st.integers(-20, 400), st.integers(-50, 300)), min_size=1, max_size=3)
        )
    }
    until = None if length is None else start + timedelta(days=length)
    return first, changes, PaperTerms(credited, basis, start, until, rates)


def engine_terms(paper: PaperTerms) -> Terms:
    rates = tuple(sorted((day.toordinal(), float(rate)) for day, rate in paper.rates.items()))
    until = paper.matures_on.toordinal() if paper.matures_on else None
    return Terms(paper.credited, paper.basis, paper.starts_on.toordinal(), until, rates)


def engine_days(first: date, changes: list[Decimal], paper: PaperTerms, stated: dict[date, Decimal]) -> Accrued:
    told = np.full(len(changes), np.nan)
    for day, balance in stated.items():
        told[(day - first).days] = float(balance)
    touched = np.zeros(len(changes), bool)
    touched[0] = True
    moved = np.array([float(change) for change in changes])
    return balances_daily(
        first=first.toordinal(), changes=moved, stated=told, touched=touched, terms=engine_terms(paper)
    )


def check_days(found: Accrued, lines) -> None:
    for name in ("balance", "accrued", "credited", "difference"):
        expected = np.array([float(value) for value in getattr(lines, name)])
        np.testing.assert_allclose(getattr(found, name), expected, rtol=1e-9, atol=1e-5, err_msg=name)


@settings(max_examples=50, deadline=None)
@given(courses())
def test_every_day_is_as_on_the_sheet(course):
    first, changes, paper = course
    check_days(engine_days(first, changes, paper, {}), sheet(first, changes, terms=paper))


@settings(max_examples=50, deadline=None)
@given(courses(), amounts, st.lists(st.tuples(st.floats(0, 1), amounts), min_size=1, max_size=3))
def test_every_day_is_as_on_the_sheet_with_statements(course, opening, said):
    """The first statement is what the sheet says that day, so the opening is to be found; the others are whatever."""
    first, changes, paper = course
    days = sorted({int(place * (len(changes) - 1)): amount for place, amount in said}.items())
    stated = {first + timedelta(days=place): amount for place, amount in days[1:]}
    told = first + timedelta(days=days[0][0])
    stated[told] = sheet(first, changes, terms=paper, opening=opening).balance[days[0][0]]
    found = engine_days(first, changes, paper, stated)
    check_days(found, sheet(first, changes, terms=paper, opening=opening, stated=stated))
    assert found.opening == pytest.approx(float(opening), abs=1e-4)


@settings(max_examples=50, deadline=None)
@given(courses(), st.floats(0, 1))
def test_the_balance_changes_by_what_came_what_was_credited_and_what_was_stated(course, place):
    first, changes, paper = course
    stated = {first: Decimal(1000), first + timedelta(days=int(place * (len(changes) - 1))): Decimal(-7)}
    assume(len(stated) == 2)
    found = engine_days(first, changes, paper, stated)
    steps = np.array([float(change) for change in changes]) + found.credited + found.difference
    np.testing.assert_allclose(np.diff(found.balance), steps[1:], atol=1e-6)
