"""Schedules of loans and deposits: against worked examples and the closed forms of textbooks."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.amortization import Line, Past, Schedule, schedule
from analytics.engine.interest import Terms

START = date(2024, 1, 1)


def past(balance: float, *, last: date = START, first: date = START, changes: dict[date, float] | None = None) -> Past:
    """An account that begins on `first` with a balance."""
    days = (last - first).days + 1
    moved = np.zeros(days)
    moved[0] = balance
    for day, amount in (changes or {}).items():
        moved[(day - first).days] += amount
    return Past(first.toordinal(), 0, moved, np.full(days, np.nan))


def terms(credited: str, rate: float, *, until: date | None = None, start: date = START, basis: str = "daily") -> Terms:
    return Terms(credited, basis, start.toordinal(), until.toordinal() if until else None, ((start.toordinal(), rate),))


def ahead(found: Schedule) -> list[Line]:
    return [line for line in found.lines if line.is_ahead]


def emi(principal: float, rate: float, months: int) -> float:
    return principal * rate / (1 - (1 + rate) ** -months) if rate else principal / months


def test_a_loan_of_a_year_by_hand():
    # 100000 at 12 %: 1 % a month. The installment of 12 months is 100000 * 0.01 / (1 - 1.01 ** -12) = 8884.88
    # (8884.8789, rounded up). First month: 1000 of interest, 7884.88 of principal, 92115.12 left; then 921.1512 of
    # interest, 7963.7288 of principal, 84151.3912 left.
    found = schedule(past(-100000), terms("monthly", 0.12, until=date(2025, 1, 1)), is_loan=True, installment=None)
    assert found.installment == 8884.88
    assert found.ends == date(2025, 1, 1).toordinal()
    lines = ahead(found)
    assert len(lines) == 12
    assert [date.fromordinal(line.last) for line in lines[:2]] == [date(2024, 2, 1), date(2024, 3, 1)]
    assert (lines[0].paid_in, lines[0].interest, lines[0].closing) == pytest.approx((8884.88, -1000, -92115.12))
    assert (lines[1].paid_in, lines[1].interest, lines[1].closing) == pytest.approx((8884.88, -921.1512, -84151.3912))
    # Rounding up gives 0.0011 a month too much; with its interest the last payment is 0.0139 less: 8884.866.
    assert lines[-1].paid_in == pytest.approx(8884.866, abs=5e-4)
    assert lines[-1].closing == 0
    assert lines[-1].accrued == 0


def test_a_given_installment_pays_off_sooner_with_a_smaller_last_payment():
    # 1000 at 12 %, 400 a month: 1010 - 400 = 610; 616.1 - 400 = 216.1; 218.261, all that is left.
    found = schedule(past(-1000), terms("monthly", 0.12), is_loan=True, installment=400)
    lines = ahead(found)
    assert [line.paid_in for line in lines] == pytest.approx([400, 400, 218.261])
    assert [line.interest for line in lines] == pytest.approx([-10, -6.1, -2.161])
    assert [line.closing for line in lines] == pytest.approx([-610, -216.1, 0])
    assert found.ends == date(2024, 4, 1).toordinal()


def test_a_loan_whose_installment_is_less_than_its_interest_never_ends():
    # 1000 at 12 %: 10 a month. 9 leave 1 more each month: 1001, then 1002.01.
    found = schedule(past(-1000), terms("monthly", 0.12), is_loan=True, installment=9)
    assert found.ends is None
    assert len(ahead(found)) == 600
    assert [line.closing for line in ahead(found)[:2]] == pytest.approx([-1001, -1002.01])


def test_a_loan_without_interest_is_paid_in_equal_parts():
    found = schedule(past(-1200), terms("monthly", 0, until=date(2025, 1, 1)), is_loan=True, installment=None)
    assert found.installment == 100
    assert [line.closing for line in ahead(found)] == pytest.approx([-1100 + 100 * n for n in range(12)])


def test_what_is_past_is_as_it_was_and_the_month_of_today_is_in_two_parts():
    # Paid 2000 on 1 February and 500 on 10 February; today is 15 February, 14 of the 29 days of the month.
    changes = {date(2024, 2, 1): 2000.0, date(2024, 2, 10): 500.0}
    course = past(-12000, last=date(2024, 2, 15), changes=changes)
    found = schedule(course, terms("monthly", 0.12), is_loan=True, installment=5000)
    first, second, third, *_ = found.lines
    assert (first.first, first.last) == (START.toordinal(), START.toordinal())
    assert (first.opening, first.paid_out, first.closing) == (0, 12000, -12000)
    # 12000 + 120 - 2000 = 10120 owed.
    assert (second.paid_in, second.interest, second.closing) == pytest.approx((2000, -120, -10120))
    assert (third.last, third.is_ahead) == (date(2024, 2, 15).toordinal(), False)
    # 10120 for 9 days and 9620 for 5: 0.01 / 29 * (91080 + 48100) = 47.9931.
    assert (third.paid_in, third.interest, third.closing) == pytest.approx((500, 0, -9620))
    assert third.accrued == pytest.approx(-47.993103, abs=1e-6)
    # The other 15 days: 0.01 / 29 * 15 * 9620 = 49.7586.
    fourth = ahead(found)[0]
    assert (fourth.first, fourth.last) == (date(2024, 2, 16).toordinal(), date(2024, 3, 1).toordinal())
    assert (fourth.paid_in, fourth.interest) == pytest.approx((5000, -97.751724), abs=1e-5)


def test_a_recurring_deposit_of_a_year():
    # 1000 a month, twelve times, at 8 % credited by quarters. Within the quarter to 1 April (91 days), 1000 earn for
    # 91, 60 (from 1 February) and 31 days (from 1 March): 20 * (91 + 60 + 31) / 91 = 40.
    rule = terms("quarterly", 0.08, until=date(2025, 1, 1))
    found = schedule(past(1000), rule, is_loan=False, installment=1000)
    lines = ahead(found)
    assert [line.paid_in for line in lines] == [1000] * 11 + [0]
    assert lines[2].interest == pytest.approx(40)
    # The later quarters have 91 (30, 31, 30), 92 (31, 31, 30) and 92 (31, 30, 31) days: of three deposits
    # 20 * (91 + 61 + 30) / 91 = 40, 20 * (92 + 61 + 30) / 92 = 39.782609, 20 * (92 + 61 + 31) / 92 = 40.
    first = 3040.0
    second = first * 1.02 + 3040.0
    third = second * 1.02 + 3039.7826087
    assert lines[-1].closing == pytest.approx(third * 1.02 + 3040.0)
    assert found.ends == date(2025, 1, 1).toordinal()


def test_a_provident_fund_paid_by_the_fifth():
    # 1000 on the 5th of each month from April at 12 %: of the first month 10, of the twelfth 120; in all 780, on 31
    # March. The eleven ahead, and what was paid on the first day.
    start = date(2023, 4, 5)
    rule = terms("financial_year", 0.12, start=start, until=date(2024, 3, 31), basis="lowest_after_fifth")
    found = schedule(past(1000, first=start, last=start), rule, is_loan=False, installment=1000)
    assert sum(line.paid_in for line in ahead(found)) == 11000
    assert sum(line.interest for line in found.lines) == pytest.approx(780)


def test_a_fixed_deposit_has_a_line_for_each_quarter():
    found = schedule(past(100000), terms("quarterly", 0.07, until=date(2025, 1, 1)), is_loan=False, installment=None)
    assert found.installment is None
    assert [line.interest for line in ahead(found)] == pytest.approx([1750, 1780.625, 1811.7859375, 1843.492191])


def test_without_maturity_a_deposit_has_no_lines_ahead():
    for installment in (None, 100.0):
        found = schedule(past(1000), terms("quarterly", 0.07), is_loan=False, installment=installment)
        assert ahead(found) == []
        assert found.ends is None


def test_what_has_matured_or_is_paid_off_is_only_looked_back_at():
    rule = terms("monthly", 0.12, until=date(2024, 2, 1))
    found = schedule(past(-1000, last=date(2024, 3, 1)), rule, is_loan=True, installment=100)
    assert (ahead(found), found.ends) == ([], date(2024, 2, 1).toordinal())
    assert found.lines[-1].closing == pytest.approx(-1010)
    paid = schedule(past(0), terms("monthly", 0.12), is_loan=True, installment=100)
    assert ahead(paid) == []


@pytest.mark.parametrize("credited", ["daily", "quarterly", "half_yearly", "yearly", "financial_year", "at_maturity"])
def test_a_loan_that_is_charged_otherwise_is_also_paid_off_to_the_last(credited):
    found = schedule(past(-100000), terms(credited, 0.09, until=date(2029, 1, 1)), is_loan=True, installment=None)
    assert found.lines[-1].closing == pytest.approx(0, abs=1e-6)
    assert found.lines[-1].accrued == 0
    assert found.installment is not None
    payments = [line.paid_in for line in ahead(found) if line.paid_in]
    assert payments[:-1] == [found.installment] * (len(payments) - 1)
    assert 0 < payments[-1] <= found.installment


@settings(max_examples=40, deadline=None)
@given(st.integers(1_000, 10_000_000), st.sampled_from([0.0, 0.03, 0.085, 0.12, 0.36]), st.integers(1, 240))
def test_the_installment_is_that_of_the_textbook(principal, rate, months):
    until = date(2024 + months // 12, 1 + months % 12, 1)
    found = schedule(past(-principal), terms("monthly", rate, until=until), is_loan=True, installment=None)
    exact = emi(principal, rate / 12, months)
    assert found.installment is not None
    assert exact - 1e-4 <= found.installment <= exact + 0.01 + 1e-4
    lines = ahead(found)
    assert lines[-1].closing == pytest.approx(0, abs=1e-6)
    assert 0 < lines[-1].paid_in <= found.installment + 1e-6
    # What is owed after k payments, in closed form.
    for number in (0, len(lines) // 2):
        grown = (1 + rate / 12) ** (number + 1)
        paid = found.installment * ((grown - 1) / (rate / 12) if rate else number + 1)
        if number + 1 < len(lines):
            assert lines[number].closing == pytest.approx(paid - principal * grown, rel=1e-9, abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["daily", "monthly", "quarterly", "financial_year", "at_maturity"]),
    st.sampled_from(["daily", "lowest_after_fifth", "month_opening"]),
    st.lists(st.tuples(st.integers(1, 400), st.integers(-900, 900)), max_size=6),
    st.booleans(),
)
def test_each_line_goes_on_where_the_one_before_ended(credited, basis, moves, is_loan):
    basis = "daily" if credited == "daily" else basis
    course = past(-5000 if is_loan else 5000, last=date(2025, 2, 14))
    for offset, amount in moves:
        course.changes[offset] += amount
    rule = terms(credited, 0.08, until=date(2026, 7, 9), basis=basis)
    found = schedule(course, rule, is_loan=is_loan, installment=150)
    opening, last = 0.0, START.toordinal() - 1
    for line in found.lines:
        assert line.first == last + 1
        assert line.opening == pytest.approx(opening, abs=1e-6)
        whole = line.opening + line.paid_in - line.paid_out + line.interest + line.difference
        assert line.closing == pytest.approx(whole, abs=1e-5)
        opening, last = line.closing, line.last
