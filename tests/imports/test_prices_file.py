"""Closes from a file: merged, in the private assets of a person or in the catalogue."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.dispatch import receiver
from rest_framework.test import APIClient

from core.models import User
from portfolio.models import Asset, PriceYear
from portfolio.prices.store import closes_load
from portfolio.signals import prices_changed
from tests.conftest import api_of
from tests.imports.conftest import csv_of, errors_of, make_asset, run, upload

pytestmark = pytest.mark.django_db

HEADER = "date,symbol,close,currency"
TWO = csv_of(HEADER, "2023-12-29,INFY,1543.05,INR", "2024-01-02,INFY,1546.35,")


def stored(asset: Asset) -> dict[date, float]:
    (row,) = closes_load([asset.pk], first=date(2023, 1, 1), last=date(2024, 12, 31)).matrix
    return {date(2023, 1, 1) + timedelta(days=int(i)): float(row[i]) for i in np.flatnonzero(~np.isnan(row))}


def commit(api: APIClient, raw: bytes, **fields: Any) -> Any:
    response = upload(api, raw, "prices", dry_run="false", **fields)
    assert response.status_code == 200, response.content
    return response.json()


def test_closes_are_stored_by_day(asha_api: APIClient, infy: Asset) -> None:
    assert commit(asha_api, TWO)["created"] == 2
    assert stored(infy) == {date(2023, 12, 29): 1543.05, date(2024, 1, 2): 1546.35}
    infy.refresh_from_db()
    assert (infy.prices_from, infy.prices_to) == (date(2023, 12, 29), date(2024, 1, 2))


def test_a_dry_run_stores_nothing(asha_api: APIClient, infy: Asset) -> None:
    assert upload(asha_api, TWO, "prices").json()["created"] == 2
    assert not PriceYear.objects.exists()


def test_a_second_file_is_merged_into_the_first(asha_api: APIClient, infy: Asset) -> None:
    commit(asha_api, TWO)
    raw = csv_of(HEADER, "2023-12-29,INFY,1543.05,", "2024-01-02,INFY,1500,", "2024-01-03,INFY,1510,")
    answer = commit(asha_api, raw)
    assert (answer["rows"], answer["created"], answer["skipped"], answer["changed"]) == (3, 1, 1, 1)
    assert stored(infy) == {date(2023, 12, 29): 1543.05, date(2024, 1, 2): 1500.0, date(2024, 1, 3): 1510.0}


def test_the_same_file_twice_changes_nothing_and_tells_nobody(asha_api: APIClient, infy: Asset) -> None:
    told: list[dict[int, date]] = []

    @receiver(prices_changed, weak=False, dispatch_uid="test")
    def listen(sender: Any, since: dict[int, date], **_: Any) -> None:
        told.append(since)

    commit(asha_api, TWO)
    again = commit(asha_api, TWO)
    prices_changed.disconnect(dispatch_uid="test")
    assert (again["created"], again["skipped"], again["changed"]) == (0, 2, 0)
    assert told == [{infy.pk: date(2023, 12, 29)}]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2024-01-02,INFY,0,", ("2.close", "min_value")),
        ("2024-01-02,INFY,-1,", ("2.close", "min_value")),
        ("2024-01-02,INFY,1e30,", ("2.close", "max_value")),
        ("2024-01-02,INFY,NaN,", ("2.close", "invalid")),
        ("2024-01-02,INFY,1,USD", ("2.currency", "wrong_currency")),
        ("2999-01-01,INFY,1,", ("2.date", "invalid")),
        ("1815-06-18,INFY,1,", ("2.date", "invalid")),
        ("2024-01-02,NOSUCH,1,", ("2.symbol", "unknown_symbol")),
    ],
)
def test_one_bad_row_refuses_the_file(asha_api: APIClient, infy: Asset, row: str, expected: tuple[str, str]) -> None:
    raw = csv_of(HEADER, row, "2024-01-03,INFY,1,")
    assert errors_of(upload(asha_api, raw, "prices", dry_run="false")) == {expected}
    assert not PriceYear.objects.exists()


def test_two_closes_of_one_day_are_refused(asha_api: APIClient, infy: Asset) -> None:
    raw = csv_of(HEADER, "2024-01-02,INFY,1,", "2024-01-02,INFY,1.0,", "2024-01-02,INFY,2,")
    assert errors_of(upload(asha_api, raw, "prices")) == {("4.close", "repeated")}


def test_the_catalogue_is_not_a_persons_to_write(asha_api: APIClient) -> None:
    shared = make_asset(None, "INFY")
    assert errors_of(upload(asha_api, TWO, "prices", dry_run="false")) == {("2.symbol", "shared")}
    assert stored(shared) == {}


def test_who_needs_rates_is_told_how_to_have_their_own(asha_api: APIClient) -> None:
    make_asset(None, "USDINR=X", asset_class="fx")
    raw = csv_of(HEADER, "2024-01-02,USDINR=X,83,INR")
    (error,) = upload(asha_api, raw, "prices", dry_run="false").json()["errors"]
    assert "a private asset with this symbol, of the class fx" in error["detail"]

    pair = {"symbol": "USDINR=X", "name": "Rupees for a dollar", "asset_class": "fx", "currency": "INR"}
    assert asha_api.post("/api/v1/assets/", pair).status_code == 201
    commit(asha_api, raw)
    assert len(stored(Asset.objects.get(symbol="USDINR=X", owner__isnull=False))) == 1


def test_staff_write_the_catalogue(asha: User) -> None:
    shared = make_asset(None, "INFY")
    User.objects.filter(pk=asha.pk).update(is_staff=True)
    asha.refresh_from_db()
    commit(api_of(asha), TWO)
    assert len(stored(shared)) == 2


def test_the_asset_of_another_does_not_exist(mallory_api: APIClient, infy: Asset) -> None:
    assert errors_of(upload(mallory_api, TWO, "prices", dry_run="false")) == {("2.symbol", "unknown_symbol")}
    assert stored(infy) == {}


def test_new_private_assets_are_made_if_asked(asha: User, asha_api: APIClient) -> None:
    raw = csv_of(HEADER, "2024-01-02,USDINR=X,83.2,", "2024-01-02,ACME,7,USD", "2024-01-02,DESI,7,")
    assert sorted(commit(asha_api, raw, create_assets="true")["created_assets"]) == ["ACME", "DESI", "USDINR=X"]
    made = {asset.symbol: (asset.asset_class, asset.currency) for asset in Asset.objects.filter(owner=asha)}
    assert made == {"USDINR=X": ("fx", "INR"), "ACME": ("stock", "USD"), "DESI": ("stock", "INR")}


def test_the_command_writes_the_catalogue(tmp_path: Path, db: None) -> None:
    raw = csv_of(HEADER, "2024-01-02,ACME,7,USD", "2024-01-02,USDINR=X,83.2,")
    assert "new assets: ACME, USDINR=X" in run("import_prices", raw, tmp_path, create_assets=True)
    made = Asset.objects.filter(owner=None).values_list("symbol", "asset_class", "currency")
    assert set(made) == {("ACME", "stock", "USD"), ("USDINR=X", "fx", "INR")}


def test_a_new_asset_of_the_catalogue_needs_its_currency(tmp_path: Path, db: None) -> None:
    with pytest.raises(CommandError, match="line 2, currency: Must say which currency ACME is in"):
        run("import_prices", csv_of(HEADER, "2024-01-02,ACME,7,"), tmp_path, create_assets=True)
    assert not Asset.objects.exists()


def test_the_command_with_a_person_writes_their_private_assets(asha: User, infy: Asset, tmp_path: Path) -> None:
    shared = make_asset(None, "INFY")
    run("import_prices", TWO, tmp_path, user=asha.email)
    assert (len(stored(infy)), stored(shared)) == (2, {})
    make_asset(None, "VTI")
    with pytest.raises(CommandError, match="line 2, symbol: VTI is in the shared catalogue"):
        run("import_prices", csv_of(HEADER, "2024-01-02,VTI,7,"), tmp_path, user=asha.email)


def test_a_file_that_is_not_there_is_named(tmp_path: Path, db: None) -> None:
    with pytest.raises(CommandError, match=r"missing\.csv: No such file or directory"):
        call_command("import_prices", str(tmp_path / "missing.csv"))
