"""Corporate actions from a file: facts of private assets, or of the catalogue by staff and by command."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from rest_framework.test import APIClient

from core.models import User
from portfolio.models import Asset, CorporateAction, Holding
from tests.imports.conftest import csv_of, errors_of, make_asset, run, transactions, upload

pytestmark = pytest.mark.django_db

HEADER = "ex_date,symbol,kind,ratio,new_symbol,cost_fraction,cash_per_share"
SPLIT = csv_of("ex_date,symbol,kind,ratio", "2024-02-01,INFY,split,2")


def commit(api: APIClient, raw: bytes, **fields: Any) -> Any:
    response = upload(api, raw, "corporate_actions", dry_run="false", **fields)
    assert response.status_code == 200, response.content
    return response.json()


def held(user: User) -> dict[str, tuple[Decimal, Decimal]]:
    rows = Holding.objects.filter(user=user, asset__isnull=False).select_related("asset")
    return {str(row.asset): (row.quantity, row.cost_basis) for row in rows}


@pytest.fixture
def ten_shares(asha_api: APIClient, infy: Asset) -> None:
    upload(asha_api, transactions(["2024-01-02,buy,INFY,10,100,"]), "transactions", dry_run="false")


@pytest.mark.usefixtures("ten_shares")
def test_a_split_reaches_the_books(asha: User, asha_api: APIClient) -> None:
    assert commit(asha_api, SPLIT)["created"] == 1
    assert held(asha) == {"INFY": (Decimal(20), Decimal(1000))}


@pytest.mark.usefixtures("ten_shares")
def test_a_dry_run_leaves_the_books(asha: User, asha_api: APIClient) -> None:
    assert upload(asha_api, SPLIT, "corporate_actions").json()["created"] == 1
    assert held(asha) == {"INFY": (Decimal(10), Decimal(1000))}


@pytest.mark.usefixtures("ten_shares")
def test_every_kind_arrives_and_new_assets_are_made_if_asked(asha: User, asha_api: APIClient) -> None:
    raw = csv_of(
        HEADER,
        "2024-02-01,INFY,bonus,2,,,",
        "2024-03-01,INFY,spinoff,0.5,SPUN,0.3,",
        "2024-04-01,INFY,rename,,INFY2,,",
        "2024-05-01,SPUN,merger,2,BIG,0.4,12.5",
    )
    assert commit(asha_api, raw, create_assets="true")["created_assets"] == ["SPUN", "INFY2", "BIG"]
    # 10 shares for 1,000: 20 after the bonus, of which 300 move to 10 of SPUN, of which 120 move to 20 of BIG.
    assert held(asha) == {
        "INFY": (Decimal(0), Decimal(0)),
        "INFY2": (Decimal(20), Decimal(700)),
        "SPUN": (Decimal(0), Decimal(0)),
        "BIG": (Decimal(20), Decimal(120)),
    }


def test_a_known_action_is_skipped_and_a_different_one_is_reported(asha_api: APIClient, infy: Asset) -> None:
    commit(asha_api, SPLIT)
    again = commit(asha_api, SPLIT)
    assert (again["created"], again["skipped"], again["changed"]) == (0, 1, 0)
    other = commit(asha_api, SPLIT.replace(b"split,2", b"split,5"))
    assert (other["created"], other["skipped"], other["changed"]) == (0, 1, 1)
    assert [(item["attr"], item["code"]) for item in other["warnings"]] == [("2.ratio", "changed")]
    assert CorporateAction.objects.get().ratio == 2


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2024-02-01,NOSUCH,split,2,,,", ("3.symbol", "unknown_symbol")),
        ("2024-02-01,INFY,explosion,2,,,", ("3.kind", "invalid_choice")),
        ("2024-02-01,INFY,split,,,,", ("3.ratio", "required")),
        ("2024-02-01,INFY,split,0,,,", ("3.ratio", "min_value")),
        ("2024-02-01,INFY,split,-2,,,", ("3.ratio", "min_value")),
        ("2024-02-01,INFY,split,two,,,", ("3.ratio", "invalid")),
        ("2024-02-01,INFY,merger,1,,,", ("3.new_symbol", "required")),
        ("2024-02-01,INFY,merger,1,NOSUCH,,", ("3.new_symbol", "unknown_symbol")),
        ("2024-02-01,INFY,rename,,INFY,,", ("3.new_symbol", "invalid")),
        ("2024-02-01,INFY,split,2,,0.5,", ("3.cost_fraction", "not_applicable")),
        ("1600-01-01,INFY,split,2,,,", ("3.ex_date", "invalid")),
        ("2024-01-01,INFY,split,2,,,", ("3.ex_date", "unique")),
    ],
)
def test_one_bad_row_refuses_the_file(asha_api: APIClient, infy: Asset, row: str, expected: tuple[str, str]) -> None:
    raw = csv_of(HEADER, "2024-01-01,INFY,split,3,,,", row)
    assert expected in errors_of(upload(asha_api, raw, "corporate_actions", dry_run="false"))
    assert not CorporateAction.objects.exists()


@pytest.mark.usefixtures("ten_shares")
def test_an_action_that_the_books_refuse_is_named(asha_api: APIClient, infy: Asset) -> None:
    upload(asha_api, transactions(["2024-06-01,sell,INFY,10,100,"]), "transactions", dry_run="false")
    raw = csv_of("ex_date,symbol,kind,ratio", "2024-02-01,INFY,split,0.5")
    assert errors_of(upload(asha_api, raw, "corporate_actions")) == {("2", "contradiction")}


def test_shared_assets_and_those_of_others_are_not_a_persons_to_write(mallory_api: APIClient, infy: Asset) -> None:
    make_asset(None, "VTI")
    raw = csv_of("ex_date,symbol,kind,ratio", "2024-02-01,INFY,split,2", "2024-02-01,VTI,split,2")
    assert errors_of(upload(mallory_api, raw, "corporate_actions")) == {
        ("2.symbol", "unknown_symbol"),
        ("3.symbol", "shared"),
    }
    assert not CorporateAction.objects.exists()


def test_the_command_writes_the_catalogue_or_a_persons_own(asha: User, infy: Asset, tmp_path: Path) -> None:
    shared = make_asset(None, "INFY")
    run("import_corporate_actions", SPLIT, tmp_path)
    run("import_corporate_actions", SPLIT, tmp_path, user=asha.email)
    assert set(CorporateAction.objects.values_list("asset", "created_by")) == {(shared.pk, None), (infy.pk, asha.pk)}
    with pytest.raises(CommandError, match="line 2, symbol: There is no asset 'TCS'"):
        run("import_corporate_actions", SPLIT.replace(b"INFY", b"TCS"), tmp_path)
