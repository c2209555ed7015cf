"""The dividends of the next 12 months, from those of the last."""

from datetime import date

import pytest

from analytics.engine.expected import Payout, Receipt, dividends_expected, payouts_declared, payouts_received
from analytics.engine.units import Conversion

LAST = date(2024, 1, 10)
ONE, TWO = 1, 2
HOME, AWAY = 11, 12
"""Accounts."""


def day(text: str) -> date:
    return date.fromisoformat(text)


def payout(on: str, per_unit: float, asset: int = ONE, **more) -> Payout:
    return Payout(asset, day(on), per_unit, "USD", **more)


def receipt(on: str, amount: float, units: float, account: int = HOME) -> Receipt:
    return Receipt(account, ONE, day(on), amount, units, "USD")


def test_each_payment_of_the_year_comes_again_a_year_later():
    """0.25 and 0.30 on the 8 units of both accounts; that of a year ago to the day is the next one no more."""
    declared = [
        payout("2023-01-10", 9.0),
        payout("2023-01-11", 0.25),
        payout("2024-01-10", 0.30),
        payout("2024-01-11", 7),
    ]
    expected = dividends_expected(declared, [], held={(HOME, ONE): 5, (AWAY, ONE): 3, (HOME, TWO): 4}, last=LAST)

    assert [(row.day, row.units, row.per_unit, row.basis) for row in expected] == [
        (day("2024-01-11"), 8, 0.25, "declared"),
        (day("2025-01-10"), 8, 0.30, "declared"),
    ]
    assert [row.amount for row in expected] == [2.0, pytest.approx(2.4)]


def test_the_29th_of_february_comes_again_on_the_28th():
    expected = dividends_expected([payout("2024-02-29", 1)], [], held={(HOME, ONE): 1}, last=day("2024-12-31"))

    assert [row.day for row in expected] == [day("2025-02-28")]


def test_what_was_received_counts_only_where_nothing_was_declared():
    received = [payout("2023-06-01", 5.0), payout("2023-06-01", 6.0, asset=TWO)]
    expected = dividends_expected(
        [payout("2023-07-01", 1.0)], received, held={(HOME, ONE): 1, (HOME, TWO): 1}, last=LAST
    )

    assert [(row.asset, row.per_unit, row.basis) for row in expected] == [
        (TWO, 6.0, "received"),
        (ONE, 1.0, "declared"),
    ]


def test_what_is_held_no_more_or_was_refused_pays_nothing():
    declared = [payout("2023-07-01", 1.0), payout("2023-07-02", 1.0, except_for=frozenset({HOME}))]

    assert dividends_expected(declared, [], held={(HOME, TWO): 3}, last=LAST) == []
    assert [row.units for row in dividends_expected(declared, [], held={(HOME, ONE): 3}, last=LAST)] == [3]
    both = dividends_expected(declared, [], held={(HOME, ONE): 3, (AWAY, ONE): 2}, last=LAST)
    assert [row.units for row in both] == [5, 2]


def test_a_declared_amount_is_for_a_unit_before_the_split():
    """10 for a unit that a 5:1 split of that very day, and a later 2:1 one, made ten: 1 each."""
    conversions = [
        Conversion(ONE, day("2023-05-01").toordinal(), 5.0, ONE),
        Conversion(ONE, day("2023-09-01").toordinal(), 2.0, ONE),
    ]
    facts = [payout("2023-05-01", 10.0), payout("2023-05-02", 10.0), payout("2023-09-02", 10.0)]

    assert [row.per_unit for row in payouts_declared(facts, conversions)] == [1.0, 5.0, 10.0]


def test_a_dividend_under_the_old_and_the_new_name_is_one():
    conversions = [Conversion(ONE, day("2023-09-01").toordinal(), 2.0, TWO)]
    facts = [payout("2023-05-01", 10.0), payout("2023-06-01", 8.0), payout("2023-05-01", 5.0, asset=TWO)]

    found = payouts_declared(facts, conversions)
    assert sorted((row.asset, row.day, row.per_unit) for row in found) == [
        (TWO, day("2023-05-01"), 5.0),
        (TWO, day("2023-06-01"), 4.0),
    ]


def test_what_came_is_divided_by_the_units_that_it_came_on():
    (found,) = payouts_received([receipt("2023-05-01", 30, 10)])

    assert (found.day, found.per_unit) == (day("2023-05-01"), 3.0)


def test_two_accounts_book_one_dividend_on_different_days():
    """30 on 10 units and 15 on 5: 3 each, once. The next quarter is another dividend."""
    found = payouts_received(
        [receipt("2023-05-01", 30, 10), receipt("2023-05-04", 15, 5, AWAY), receipt("2023-08-01", 20, 10)]
    )

    assert [(row.day, row.per_unit) for row in found] == [(day("2023-05-01"), 3.0), (day("2023-08-01"), 2.0)]


def test_two_payments_of_an_account_are_two_dividends_unless_of_one_day():
    rows = [receipt("2023-05-01", 30, 10), receipt("2023-05-01", 10, 10), receipt("2023-05-08", 5, 10)]

    assert [row.per_unit for row in payouts_received(rows)] == [4.0, 0.5]


def test_two_accounts_too_far_apart_are_two_dividends():
    near, far = receipt("2023-05-16", 15, 5, AWAY), receipt("2023-05-17", 15, 5, AWAY)

    assert len(payouts_received([receipt("2023-05-01", 30, 10), near])) == 1
    assert len(payouts_received([receipt("2023-05-01", 30, 10), far])) == 2


def test_what_came_on_no_units_says_nothing():
    assert payouts_received([receipt("2023-05-01", 30, 0)]) == []
