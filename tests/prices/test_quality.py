"""Which closes are believed: each reason by hand, on a share that costs 100."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.models import Quarantine
from portfolio.prices.quality import LastClose, Reason, Verdict, judge, judge_quote
from portfolio.providers.base import Split

FIRST = date(2024, 1, 1)


def on(number: int) -> date:
    return FIRST + timedelta(days=number)


def series(*closes: str | int | Decimal, first: int = 0) -> dict[date, Decimal]:
    return {on(first + number): Decimal(close) for number, close in enumerate(closes)}


def split(number: int, ratio: str) -> Split:
    return Split(ex_date=on(number), ratio=Fraction(ratio))


def judged(
    sent: dict[date, Decimal], stored: dict[date, Decimal] | None = None, *splits: Split, revisable: int = 99
) -> Verdict:
    return judge(sent, stored=stored or {}, splits=splits, revisable_from=on(revisable))


def test_reasons_are_those_of_the_model() -> None:
    assert {str(reason) for reason in Reason} == set(Quarantine.Reason.values)


def test_a_plausible_answer_is_accepted_as_it_is() -> None:
    sent = series(100, "101.5", 99, 70, 95)

    assert judged(sent) == Verdict(accepted=sent)


def test_what_is_stored_like_that_is_not_accepted_again() -> None:
    assert judged(series(100, 101, 102), series(100, 101)).accepted == series(102, first=2)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("0", Reason.NOT_POSITIVE),
        ("-100", Reason.NOT_POSITIVE),
        ("NaN", Reason.NOT_A_NUMBER),
        ("Infinity", Reason.NOT_A_NUMBER),
        ("10000", Reason.WRONG_SCALE),
        ("1", Reason.WRONG_SCALE),
        ("1010", Reason.WRONG_SCALE),
        ("0.1", Reason.WRONG_SCALE),
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_one_bad_close_is_refused_and_the_others_are_not(bad: str, reason: Reason, is_new: bool) -> None:
    stored = {} if is_new else series(100, 100)

    verdict = judged(series(100, 100, bad, 100), stored)

    assert list(verdict.refused) == [reason]
    assert list(verdict.refused[reason]) == [on(2)]
    assert on(3) in verdict.accepted
    assert not verdict.is_whole


def test_a_bad_revision_of_a_recent_day_does_not_replace_what_is_stored() -> None:
    verdict = judged(series(100, 10000, 100, 101), series(100, 100, 100), revisable=0)

    assert verdict.refused == {Reason.WRONG_SCALE: series(10000, first=1)}
    assert verdict.accepted == series(101, first=3)


def test_a_wrong_beginning_does_not_make_the_rest_wrong() -> None:
    """Of a history that is all new, the scale of most days is right."""
    verdict = judged(series(10000, 10100, 100, 101, 100, 102))

    assert verdict.refused == {Reason.WRONG_SCALE: series(10000, 10100)}


def test_a_block_of_pence_in_the_middle_is_refused() -> None:
    verdict = judged(series(100, 100, 9900, 10100, 10000, 100, 99, 98))

    assert verdict.refused == {Reason.WRONG_SCALE: series(9900, 10100, 10000, first=2)}


def test_a_split_explains_a_change_of_scale() -> None:
    assert not judged(series(100, 100, 10, 10), None, split(2, "10")).refused


def test_days_far_apart_have_no_common_scale() -> None:
    sent = series(100, 100) | series(1000, 1001, first=20)

    assert not judged(sent, series(100, 100)).refused


def test_a_recent_day_may_be_revised() -> None:
    verdict = judged(series(100, "100.4", 101), series(100, 100), revisable=1)

    assert verdict == Verdict(accepted=series("100.4", 101, first=1))


def test_a_large_revision_must_fit_the_days_beside_it() -> None:
    """Whichever of the two is nearer to its neighbours is right."""
    for_worse = judged(series(100, "0.25", 101), series(100, 100), revisable=0)
    for_better = judged(series(100, 100, 101), series(100, "0.25"), revisable=0)

    assert for_worse.refused == {Reason.CHANGED: series("0.25", first=1)}
    assert for_worse.accepted == series(101, first=2)
    assert for_better == Verdict(accepted=series(100, 101, first=1))


def test_an_old_day_that_is_another_one_now_is_refused() -> None:
    verdict = judged(series("100.02", "100.4", 101), series(100, 100, 100), revisable=2)

    assert verdict.refused == {Reason.CHANGED: series("100.02", "100.4")}
    assert verdict.accepted == series(101, first=2)


def test_fewer_digits_of_an_old_day_are_the_same_close() -> None:
    assert judged(series("33.33"), series("33.3333")) == Verdict()


def test_a_gap_in_the_past_may_be_filled() -> None:
    stored = series(100, 100) | series(100, first=3)

    assert judged(series(100, 100, 101, 100), stored).accepted == series(101, first=2)


def test_a_history_that_shrank_changes_nothing() -> None:
    assert judged(series(102, first=5), series(100, 100, 100, 100, 100, 102)) == Verdict()


@pytest.mark.parametrize("factor", ["0.25", "4", "0.1", "0.5", "0.98"])
def test_half_of_a_split_is_believed_in_nothing(factor: str) -> None:
    """Restated without being named, or named without being restated: every old day is off by one factor."""
    off = [100 * Decimal(factor)] * 4

    verdict = judged(series(*off, 26, 27), series(100, 100, 100, 100), revisable=0)

    assert verdict.is_whole
    assert verdict.accepted == {}
    assert verdict.refused == {Reason.WRONG_UNITS: series(*off)}


def test_half_of_a_split_that_is_in_the_middle_of_what_is_compared() -> None:
    verdict = judged(series(25, 25, 25, 26, 27), series(100, 100, 100, 26), split(3, "4"), revisable=0)

    assert verdict.is_whole
    assert verdict.refused == {Reason.WRONG_UNITS: series(25, 25, 25)}


def test_the_only_day_that_can_be_compared_is_enough() -> None:
    assert judged(series(25, 26), series(100), revisable=0).refused == {Reason.WRONG_UNITS: series(25)}
    assert judged(series(101, 102), series(100), revisable=0).accepted == series(101, 102)


def test_all_in_pence_is_believed_in_nothing() -> None:
    verdict = judged(series(10000, 10000, 10100), series(100, 100), revisable=0)

    assert verdict.is_whole
    assert verdict.refused == {Reason.WRONG_SCALE: series(10000, 10000)}


def test_a_history_of_something_else_is_believed_in_nothing() -> None:
    verdict = judged(series(7, 12, 9, 11, 8), series(100, 100, 100, 100), revisable=0)

    assert verdict.is_whole
    assert verdict.refused == {Reason.CHANGED: series(7, 12, 9, 11)}


def test_a_first_history_that_was_not_restated_for_a_named_split() -> None:
    """100 before and 25 after; un-adjusting by 4 made 400 of what was 100 already."""
    verdict = judged(series(400, 400, 25, 25), None, split(2, "4"))

    assert verdict.refused == {Reason.WRONG_UNITS: series(400, 400)}
    assert verdict.accepted == series(25, 25, first=2)


prices = st.decimals(50, 150, places=2)
answers = st.lists(prices | st.sampled_from([Decimal(0), Decimal("NaN"), Decimal(-5), Decimal(9999)]), max_size=20)


@given(st.lists(prices, min_size=1, max_size=20), answers, st.integers(0, 20))
def test_whatever_is_sent_old_closes_stay(kept: list[Decimal], sent: list[Decimal], revisable: int) -> None:
    stored = series(*map(str, kept))

    verdict = judged(series(*map(str, sent)), stored, revisable=revisable)

    old = {day for day in verdict.accepted if day in stored and day < on(revisable)}
    assert all(abs(verdict.accepted[day] / stored[day] - 1) <= Decimal("1e-4") for day in old)
    assert all(close.is_finite() and close > 0 for close in verdict.accepted.values())
    refused = {day for closes in verdict.refused.values() for day in closes}
    assert not refused & verdict.accepted.keys()


LAST = LastClose(day=FIRST, close=Decimal(100))


def quoted(
    price: str, previous: str | None = "100", *, after: int = 1, splits: tuple[Split, ...] = ()
) -> tuple[bool, bool]:
    """Whether it is believed, and whether the history is to be asked."""
    verdict = judge_quote(
        price=Decimal(price),
        previous_close=None if previous is None else Decimal(previous),
        day=on(after),
        last=LAST,
        splits=splits,
    )
    return not verdict.problem, verdict.is_sync_due


def test_quotes_beside_the_last_close() -> None:
    assert quoted("103") == (True, False)
    assert quoted("103", None) == (True, False)
    assert quoted("55") == (True, False)  # a crash: the provider, too, has 100 for the day before
    assert quoted("10000") == (False, False)
    assert quoted("1") == (False, False)
    assert quoted("NaN") == (False, False)
    assert quoted("0") == (False, False)
    assert quoted("1000", after=30) == (False, False)  # however long ago: the history comes first


def test_a_split_of_today_is_not_believed_before_the_history_has_it() -> None:
    assert quoted("25.2", "25") == (False, True)
    assert quoted("10.1", "10") == (False, True)
    assert quoted("25.2", "25", splits=(split(1, "4"),)) == (True, False)
    assert quoted("800", "800", splits=(split(1, "1/8"),)) == (True, False)


def test_the_first_price_of_all_is_believed() -> None:
    assert not judge_quote(price=Decimal(5), previous_close=None, day=FIRST, last=None).problem
