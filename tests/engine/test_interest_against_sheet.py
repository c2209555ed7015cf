"""Daily balances with interest against a sheet that is kept day by day in decimals."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.engine.interest import Accrued, Terms, balances_daily
from tests.oracle.interest import PaperTerms, sheet

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
    return first, changes, PaperTerms(credited, basis, start, until, rates, of_debt=draw(st.booleans()))


def engine_terms(paper: PaperTerms) -> Terms:
    rates = tuple(sorted((day.toordinal(), float(rate)) for day, rate in paper.rates.items()))
    until = paper.matures_on.toordinal() if paper.matures_on else None
    return Terms(paper.credited, paper.basis, paper.starts_on.toordinal(), until, rates, of_debt=paper.of_debt)


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
