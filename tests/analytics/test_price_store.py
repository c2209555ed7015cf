"""The price store: merge, removal, and the last close from before."""

from datetime import date

import numpy as np
import pytest

from portfolio.models import Asset, PriceYear
from portfolio.prices.store import closes_load, closes_merge

NAN = float("nan")


def merge(asset: Asset, **by_day: float | None) -> date | None:
    """merge(infosys, d2024_01_02=5.0): the day from which on the closes of the asset are different."""
    days = {date.fromisoformat(day[1:].replace("_", "-")): close for day, close in by_day.items()}
    return closes_merge({asset.pk: days}).get(asset.pk)


def bounds(asset: Asset) -> tuple[date | None, date | None]:
    asset.refresh_from_db()
    return asset.prices_from, asset.prices_to


def load(asset: Asset, first: str, last: str) -> tuple[list[float], float, int]:
    closes = closes_load([asset.pk], first=date.fromisoformat(first), last=date.fromisoformat(last))
    return closes.matrix[0].tolist(), float(closes.before[0]), int(closes.before_day[0])


def test_it_works(infosys):
    assert merge(infosys, d2024_01_02=101.5, d2024_01_04=99.0) == date(2024, 1, 2)

    matrix, before, before_day = load(infosys, "2024-01-03", "2024-01-05")
    np.testing.assert_array_equal(matrix, [NAN, 99.0, NAN])
    assert (before, before_day) == (101.5, date(2024, 1, 2).toordinal())
    assert bounds(infosys) == (date(2024, 1, 2), date(2024, 1, 4))


def test_a_merge_keeps_the_rest(infosys):
    merge(infosys, d2023_12_31=1.0, d2024_01_02=2.0)
    assert merge(infosys, d2024_01_01=3.0, d2024_01_02=4.0) == date(2024, 1, 1)

    assert load(infosys, "2023-12-31", "2024-01-02")[0] == [1.0, 3.0, 4.0]


def test_only_what_differs_is_a_change(infosys):
    merge(infosys, d2024_01_01=3.0, d2024_01_02=4.0)

    assert merge(infosys, d2024_01_01=3.0, d2024_01_02=4.0) is None
    assert merge(infosys, d2024_01_01=3.0, d2024_01_02=5.0) == date(2024, 1, 2)
    assert merge(infosys, d2024_01_03=None, d2020_01_03=None) is None
    assert bounds(infosys) == (date(2024, 1, 1), date(2024, 1, 2))


def test_a_removal(infosys):
    merge(infosys, d2022_06_01=1.0, d2023_06_01=2.0, d2024_06_01=3.0)

    assert merge(infosys, d2023_06_01=None) == date(2023, 6, 1)
    assert sorted(PriceYear.objects.values_list("year", flat=True)) == [2022, 2024]
    assert bounds(infosys) == (date(2022, 6, 1), date(2024, 6, 1))
    assert merge(infosys, d2024_06_01=None) == date(2024, 6, 1)
    assert bounds(infosys) == (date(2022, 6, 1), date(2022, 6, 1))
    assert merge(infosys, d2022_06_01=None) == date(2022, 6, 1)
    assert bounds(infosys) == (None, None)
    assert not PriceYear.objects.exists()


def test_bounds_within_a_year(infosys):
    merge(infosys, d2024_02_29=1.0, d2024_12_31=2.0, d2024_06_01=3.0)
    assert bounds(infosys) == (date(2024, 2, 29), date(2024, 12, 31))
    merge(infosys, d2024_12_31=None)
    assert bounds(infosys) == (date(2024, 2, 29), date(2024, 6, 1))
    merge(infosys, d2024_02_29=None, d2024_03_01=7.0)
    assert bounds(infosys) == (date(2024, 3, 1), date(2024, 6, 1))
    merge(infosys, d2023_12_31=5.0)
    assert bounds(infosys) == (date(2023, 12, 31), date(2024, 6, 1))


def test_a_removal_and_a_new_close_over_several_years(infosys):
    merge(infosys, d2022_06_01=1.0, d2024_06_01=3.0)

    assert merge(infosys, d2022_06_01=None, d2023_05_05=9.0, d2024_06_01=3.0) == date(2022, 6, 1)
    assert bounds(infosys) == (date(2023, 5, 5), date(2024, 6, 1))
    assert sorted(PriceYear.objects.values_list("year", flat=True)) == [2023, 2024]


@pytest.mark.parametrize(
    ("first", "before"),
    [
        ("2024-06-02", (4.0, date(2024, 6, 1))),
        ("2024-06-01", (3.0, date(2023, 12, 31))),
        ("2024-01-01", (3.0, date(2023, 12, 31))),
        ("2023-12-31", (2.0, date(2016, 2, 29))),  # a gap of seven years
        ("2018-01-01", (2.0, date(2016, 2, 29))),
        ("2017-01-01", (2.0, date(2016, 2, 29))),
        ("2016-02-29", (1.0, date(2016, 2, 28))),
    ],
)
def test_the_last_close_from_before(infosys, tcs, first, before):
    merge(infosys, d2016_02_28=1.0, d2016_02_29=2.0, d2023_12_31=3.0, d2024_06_01=4.0)
    merge(tcs, d2024_06_01=9.0)

    assert load(infosys, first, "2024-12-31")[1:] == (before[0], before[1].toordinal())
    assert np.isnan(load(tcs, "2024-06-01", "2024-12-31")[1])


def test_before_the_first_close_there_is_none(infosys):
    merge(infosys, d2024_06_01=4.0)
    matrix, before, before_day = load(infosys, "2024-05-31", "2024-06-01")

    np.testing.assert_array_equal(matrix, [NAN, 4.0])
    assert np.isnan(before)
    assert before_day == 0


def test_several_assets_in_their_order(infosys, tcs, apple):
    merge(infosys, d2010_01_01=1.0)
    merge(tcs, d2023_12_31=2.0, d2024_01_02=2.5)

    closes = closes_load([tcs.pk, apple.pk, infosys.pk], first=date(2024, 1, 1), last=date(2024, 1, 2))

    np.testing.assert_array_equal(closes.matrix, [[NAN, 2.5], [NAN, NAN], [NAN, NAN]])
    np.testing.assert_array_equal(closes.before, [2.0, NAN, 1.0])
    assert closes.before_day.tolist() == [date(2023, 12, 31).toordinal(), 0, date(2010, 1, 1).toordinal()]


def test_no_assets(db):
    closes = closes_load([], first=date(2024, 1, 1), last=date(2024, 1, 2))

    assert closes.matrix.shape == (0, 2)


def test_over_a_leap_year(infosys):
    merge(infosys, d2023_12_31=1.0, d2024_02_29=2.0, d2024_12_31=3.0, d2025_01_01=4.0)
    matrix, _, _ = load(infosys, "2023-12-31", "2025-01-01")

    known = {date.fromordinal(date(2023, 12, 31).toordinal() + i): v for i, v in enumerate(matrix) if v == v}
    assert known == {
        date(2023, 12, 31): 1.0,
        date(2024, 2, 29): 2.0,
        date(2024, 12, 31): 3.0,
        date(2025, 1, 1): 4.0,
    }
