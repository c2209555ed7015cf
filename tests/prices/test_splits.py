"""What ratios mean, and which jumps look like a split that nobody named."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from portfolio.prices.splits import is_share_split, meaning_of, suspected_splits, unapplied_days
from portfolio.prices.unlisted import undone
from portfolio.providers.base import Split

FIRST = date(2024, 1, 1)


def on(number: int) -> date:
    return FIRST + timedelta(days=number)


def series(*closes: float) -> dict[date, float]:
    return {on(number): float(close) for number, close in enumerate(closes)}


def split(number: int, ratio: str) -> Split:
    return Split(ex_date=on(number), ratio=Fraction(ratio))


@pytest.mark.parametrize("ratio", ["4", "20", "1/8", "1/50", "3/2", "11/10", "7/5", "2"])
def test_share_splits(ratio: str) -> None:
    assert is_share_split(Fraction(ratio))
    assert meaning_of(Fraction(ratio)).is_certain


@pytest.mark.parametrize("ratio", ["1", "1253/1000", "41/40", "77/100", "104/100", "12/11"])
def test_other_factors(ratio: str) -> None:
    assert not is_share_split(Fraction(ratio))


def test_what_factors_mean() -> None:
    """After 5:4 of value a fifth of it has left; 77:100 is a consolidation that companies do announce."""
    assert meaning_of(Fraction(1)) is None
    spun = meaning_of(Fraction(125, 100) * Fraction(1001, 1001))
    assert (spun.kind, spun.is_certain) == ("split", True)  # 5:4
    spun = meaning_of(Fraction(1250, 999))
    assert (spun.kind, spun.ratio, spun.cost_fraction, spun.is_certain) == ("spinoff", 1, Decimal("0.2008"), False)
    consolidated = meaning_of(Fraction(77, 100))
    assert (consolidated.kind, consolidated.ratio, consolidated.is_certain) == ("split", Decimal("0.77"), False)


def suspicions(closes: dict[date, float], *known: Split, asset_class: str = "stock") -> list[tuple[date, Fraction]]:
    return [(one.ex_date, one.ratio) for one in suspected_splits(closes, known, asset_class)]


@pytest.mark.parametrize(
    ("after", "ratio"),
    [(50, "2"), (51, "2"), (20.2, "5"), (66, "3/2"), (10, "10"), (1000, "1/10"), (200, "1/2")],
)
def test_a_jump_by_a_simple_ratio(after: float, ratio: str) -> None:
    assert suspicions(series(100, 100, after, after)) == [(on(2), Fraction(ratio))]


@pytest.mark.parametrize("after", [95, 75, 71, 58, 130, 150])
def test_a_move_that_is_no_simple_ratio_or_not_large(after: float) -> None:
    assert suspicions(series(100, 100, after, after)) == []


def test_a_day_that_goes_back_is_no_split() -> None:
    assert suspicions(series(100, 100, 100, 50, 100, 100, 100)) == []


@pytest.mark.parametrize("asset_class", ["crypto", "fx", "index"])
def test_what_never_splits_is_never_suspected(asset_class: str) -> None:
    assert suspicions(series(100, 50, 50), asset_class=asset_class) == []


@pytest.mark.parametrize("day", [2, 0, 5])
def test_a_known_action_within_a_few_days_explains_it(day: int) -> None:
    assert suspicions(series(100, 100, 50, 50, 50, 50), split(day, "2")) == []


def test_an_action_long_ago_explains_nothing() -> None:
    assert suspicions(series(*[100] * 9, 50, 50), split(1, "2")) == [(on(9), Fraction(2))]


def test_what_is_left_of_a_split_and_a_bonus_of_one_day() -> None:
    """BAJFINANCE 2025: ten for one, of which only the split 2:1 was named."""
    assert suspicions(series(9334, 9334, 933.4, 934), split(2, "2")) == [(on(2), Fraction(5))]


def test_a_split_that_closes_were_not_restated_for() -> None:
    assert list(unapplied_days(series(400, 400, 25, 25), [split(2, "4")])) == [on(2)]
    assert list(unapplied_days(series(100, 100, 25, 25), [split(2, "4")])) == []


def decimals(*closes: str) -> dict[date, Decimal]:
    return {on(number): Decimal(close) for number, close in enumerate(closes)}


def test_restating_for_a_split_that_is_not_named_is_undone() -> None:
    unlisted = [split(2, "4")]
    restated, traded = decimals("25", "25", "25.5", "26"), decimals("100", "100", "25.5", "26")

    assert undone(restated, stored={}, unlisted=unlisted, listed=[]) == traded
    assert undone(traded, stored={}, unlisted=unlisted, listed=[]) == traded
    assert undone(decimals("25", "25"), stored=decimals("100"), unlisted=unlisted, listed=[]) == decimals("100", "100")
    assert undone(decimals("100", "50"), stored=decimals("100"), unlisted=unlisted, listed=[]) == decimals("100", "50")


def test_a_bonus_beside_a_split_that_is_named() -> None:
    """Ten for one in all, restated for all of it, with 2:1 named: un-adjusted by two, a fifth is still missing."""
    sent, unlisted, listed = decimals("200", "200", "100"), [split(2, "5")], [split(2, "2")]

    assert undone(sent, stored={}, unlisted=unlisted, listed=listed) == decimals("1000", "1000", "100")
