"""Packed rows: arrays to and from the database, without losing a bit."""

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from core.calendar import YEAR_LENGTH
from core.packed import any_of, fetch_packed, upsert_packed
from portfolio.models import Asset, PriceYear

TABLE = PriceYear._meta.db_table
KEYS = ("asset_id", "year")


@pytest.fixture
def asset(db) -> Asset:
    return Asset.objects.create(symbol="INFY", name="Infosys", asset_class="stock", currency="INR")


def year_of(**values: float) -> np.ndarray:
    array = np.full(YEAR_LENGTH, np.nan)
    for name, value in values.items():
        array[int(name[1:])] = value
    return array


def fetch(year: int) -> np.ndarray:
    ((_, closes),) = fetch_packed(f"SELECT year, closes FROM {TABLE} WHERE year = %s", [year], arrays=1)
    return np.asarray(closes)


def test_it_works(asset):
    array = year_of(d0=101.5, d59=0.1, d365=1e-8)

    upsert_packed(TABLE, KEYS, ("closes",), [(asset.pk, 2024, array)])

    np.testing.assert_array_equal(fetch(2024), array)
    np.testing.assert_array_equal(PriceYear.objects.get().closes, array)


def test_every_bit_is_kept(asset):
    rng = np.random.default_rng(7)
    array = rng.standard_normal(YEAR_LENGTH) * 10.0 ** rng.integers(-300, 300, YEAR_LENGTH)
    array[rng.integers(0, YEAR_LENGTH, 50)] = np.nan
    array[:4] = [0.0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2]

    upsert_packed(TABLE, KEYS, ("closes",), [(asset.pk, 2024, array), (asset.pk, 2025, array[::-1])])

    np.testing.assert_array_equal(fetch(2024), array)
    np.testing.assert_array_equal(fetch(2025), array[::-1])


def test_the_model_writes_what_the_packed_reader_reads(asset):
    array = year_of(d3=1.25)
    PriceYear.objects.create(asset=asset, year=2024, closes=array)

    np.testing.assert_array_equal(fetch(2024), array)


def test_an_upsert_replaces_and_inserts(asset):
    upsert_packed(TABLE, KEYS, ("closes",), [(asset.pk, 2024, year_of(d1=1))])
    upsert_packed(TABLE, KEYS, ("closes",), [(asset.pk, 2024, year_of(d2=2)), (asset.pk, 2025, year_of(d3=3))])

    assert PriceYear.objects.count() == 2
    np.testing.assert_array_equal(fetch(2024), year_of(d2=2))
    np.testing.assert_array_equal(fetch(2025), year_of(d3=3))


def test_nothing_is_written_where_there_is_nothing(asset):
    upsert_packed(TABLE, KEYS, ("closes",), [])

    assert fetch_packed(f"SELECT year, closes FROM {TABLE}", [], arrays=1) == []


def test_rows_without_arrays_come_as_they_are(asset):
    assert fetch_packed("SELECT id, symbol FROM portfolio_asset WHERE symbol = %s", ["INFY"]) == [(asset.pk, "INFY")]


def test_it_is_in_the_transaction_of_the_caller(asset):
    with transaction.atomic():
        upsert_packed(TABLE, KEYS, ("closes",), [(asset.pk, 2024, year_of(d1=1))])
        transaction.set_rollback(True)

    assert not PriceYear.objects.exists()


def test_errors_are_those_of_django(asset):
    with pytest.raises(IntegrityError), transaction.atomic():
        upsert_packed(TABLE, KEYS, ("closes",), [(asset.pk, None, year_of(d1=1))])


@pytest.mark.parametrize("count", [0, 1, 5000])
def test_any_of_many(asset, count):
    wanted, params = any_of("id", [*range(10**9, 10**9 + count), asset.pk])
    assert fetch_packed(f"SELECT id FROM portfolio_asset WHERE {wanted}", params) == [(asset.pk,)]

    wanted, params = any_of("id", list(range(10**9, 10**9 + count)))
    assert fetch_packed(f"SELECT id FROM portfolio_asset WHERE {wanted}", params) == []
    assert len(params) == 1


def test_any_of_ids_beyond_32_bits(asset):
    wanted, params = any_of("id", [asset.pk, 2**62])

    assert fetch_packed(f"SELECT id FROM portfolio_asset WHERE {wanted}", params) == [(asset.pk,)]
