"""Transactions from a file, over HTTP and by command: all or nothing, nothing twice, one rebuild."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from rest_framework.test import APIClient

from analytics.models import HistoryMark
from core import background
from core.models import Account, User
from portfolio.models import Asset, Holding, Transaction
from tests.conftest import check_error
from tests.imports.conftest import csv_of, errors_of, make_asset, run, transactions, upload

pytestmark = pytest.mark.django_db

THREE = transactions(
    ["2024-01-02,buy,INFY,10,100,a1", "2024-02-01,buy,INFY,5,110.5,a2", "2024-03-01,sell,infy,12,120,a3"]
)


def commit(api: APIClient, raw: bytes, **fields: Any) -> Any:
    response = upload(api, raw, "transactions", dry_run="false", **fields)
    assert response.status_code == 200, response.content
    return response.json()


def test_a_file_becomes_transactions_and_holdings(asha: User, asha_api: APIClient, infy: Asset) -> None:
    answer = commit(asha_api, THREE)
    assert (answer["rows"], answer["created"], answer["skipped"], answer["dry_run"]) == (3, 3, 0, False)
    stored = Transaction.objects.filter(user=asha).order_by("id")
    assert [(row.kind, row.date, row.quantity, row.external_id) for row in stored] == [
        ("buy", date(2024, 1, 2), Decimal(10), "a1"),
        ("buy", date(2024, 2, 1), Decimal(5), "a2"),
        ("sell", date(2024, 3, 1), Decimal(12), "a3"),
    ]
    holding = Holding.objects.get(user=asha, asset=infy)
    assert (holding.quantity, holding.cost_basis) == (Decimal(3), Decimal("331.5"))
    assert holding.realized_gain == 12 * 120 - 10 * 100 - 2 * Decimal("110.5")


def test_without_a_word_it_is_a_dry_run_that_answers_the_same(asha: User, asha_api: APIClient, infy: Asset) -> None:
    dry = upload(asha_api, THREE, "transactions").json()
    assert dry["dry_run"] is True
    assert not Transaction.objects.exists()
    assert not Holding.objects.exists()
    assert not HistoryMark.objects.filter(user=asha).exists()
    assert commit(asha_api, THREE) == {**dry, "dry_run": False}


def test_every_column_arrives(asha: User, asha_api: APIClient) -> None:
    make_asset(None, "VTI", currency="USD")
    broker = Account.objects.create(user=asha, name="Broker", currency="USD", tracks_cash=True)
    commit(
        asha_api,
        csv_of(
            "note,external_id,account,currency,amount,tax,fee,price,quantity,symbol,kind,date",
            "first,x1,BROKER,USD,5000,,,,,,deposit,2024-01-01",
            '"a, b",x2,broker,usd,,0.5,1.25,100.5,2.5,vti,BUY,2024-01-02',
            ",x3,broker,,12.5,1.5,,,,VTI,dividend,2024-06-01",
        ),
    )
    _, buy, dividend = Transaction.objects.filter(account=broker).order_by("id")
    assert (buy.quantity, buy.price, buy.fee, buy.tax) == tuple(map(Decimal, ("2.5", "100.5", "1.25", "0.5")))
    assert (buy.note, buy.currency, buy.account) == ("a, b", "USD", broker)
    assert (dividend.amount, dividend.tax, dividend.currency) == (Decimal("12.5"), Decimal("1.5"), "USD")


def test_the_same_file_twice_changes_nothing(asha: User, asha_api: APIClient, infy: Asset) -> None:
    commit(asha_api, THREE)
    before = list(Transaction.objects.values()), HistoryMark.objects.values().get(user=asha)
    again = commit(asha_api, THREE)
    assert (again["created"], again["skipped"], again["changed"], again["warnings"]) == (0, 3, 0, [])
    assert (list(Transaction.objects.values()), HistoryMark.objects.values().get(user=asha)) == before


def test_a_longer_file_adds_what_is_new(asha: User, asha_api: APIClient, infy: Asset) -> None:
    commit(asha_api, THREE)
    answer = commit(asha_api, THREE + b"2024-04-01,sell,INFY,3,130,a4\n")
    assert (answer["created"], answer["skipped"]) == (1, 3)
    assert Holding.objects.get(user=asha).quantity == 0


def test_a_known_row_with_other_contents_is_reported_and_left(asha: User, asha_api: APIClient, infy: Asset) -> None:
    commit(asha_api, THREE)
    changed = commit(asha_api, THREE.replace(b"INFY,5,110.5", b"INFY,6,110.5"))
    assert (changed["created"], changed["skipped"], changed["changed"]) == (0, 3, 1)
    (warning,) = changed["warnings"]
    assert (warning["attr"], warning["code"]) == ("3.quantity", "changed")
    assert Transaction.objects.get(external_id="a2").quantity == 5


def test_one_external_id_twice_in_a_file_is_an_error(asha_api: APIClient, infy: Asset) -> None:
    raw = transactions(["2024-01-02,buy,INFY,1,1,same", "2024-01-02,buy,INFY,1,1,same"])
    assert errors_of(upload(asha_api, raw, "transactions")) == {("3.external_id", "repeated")}


def test_equal_rows_without_an_external_id_are_two_fills(asha: User, asha_api: APIClient, infy: Asset) -> None:
    raw = transactions(["2024-01-02,buy,INFY,1,1,"] * 2)
    assert commit(asha_api, raw)["possible_duplicates"] == 0
    assert Holding.objects.get(user=asha).quantity == 2
    again = upload(asha_api, raw, "transactions").json()
    assert (again["created"], again["possible_duplicates"]) == (2, 2)
    assert {(item["attr"], item["code"]) for item in again["warnings"]} == {
        ("2", "possible_duplicate"),
        ("3", "possible_duplicate"),
    }


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2024-01-02,buy,INFY,-1,1,", ("3.quantity", "min_value")),
        ("2024-01-02,buy,INFY,0,1,", ("3.quantity", "min_value")),
        ("2024-01-02,buy,INFY,NaN,1,", ("3.quantity", "invalid")),
        ("2024-01-02,buy,INFY,1e30,1,", ("3.quantity", "max_value")),
        ("2024-01-02,buy,INFY,1," + "0." + "1" * 19 + ",", ("3.price", "max_decimal_places")),
        ("2024-01-02,buy,INFY,,1,", ("3.quantity", "required")),
        ("2024-01-02,gift,INFY,1,1,", ("3.kind", "invalid_choice")),
        ("2024-01-02,,INFY,1,1,", ("3.kind", "invalid_choice")),
        ("2024-01-02,buy,NOSUCH,1,1,", ("3.symbol", "unknown_symbol")),
        ("2024-01-02,buy,,1,1,", ("3.symbol", "required")),
        ("2999-01-01,buy,INFY,1,1,", ("3.date", "future")),
        ("1066-10-14,buy,INFY,1,1,", ("3.date", "before")),
        (f"2024-01-02,buy,INFY,1,1,{'x' * 201}", ("3.external_id", "max_length")),
        ("2024-01-02,sell,INFY,11,1,", ("3.quantity", "oversold")),
    ],
)
def test_one_bad_row_refuses_the_file(asha_api: APIClient, infy: Asset, row: str, expected: tuple[str, str]) -> None:
    raw = transactions(["2024-01-01,buy,INFY,10,1,", row])
    assert expected in errors_of(upload(asha_api, raw, "transactions", dry_run="false"))
    assert not Transaction.objects.exists()


def test_errors_of_all_sorts_are_named_at_once_by_line(asha_api: APIClient, infy: Asset) -> None:
    rows = ["bad,buy,INFY,1,1,", "2024-01-01,buy,NOSUCH,1,1,", "2024-01-01,buy,INFY,-1,1,", "2024-01-01,sell,INFY,9,1,"]
    answer = upload(asha_api, transactions(rows), "transactions")
    # The sale of line 5 is no error of its own: the buys before it could not be read.
    assert [error["attr"] for error in answer.json()["errors"]] == ["2.date", "3.symbol", "4.quantity"]


def test_a_wrong_currency_and_an_unknown_account_are_named(asha_api: APIClient, infy: Asset) -> None:
    raw = csv_of(
        "date,kind,symbol,quantity,price,currency,account",
        "2024-01-02,buy,INFY,1,1,USD,",
        "2024-01-02,buy,INFY,1,1,,Nowhere",
    )
    assert errors_of(upload(asha_api, raw, "transactions")) == {
        ("2.currency", "wrong_currency"),
        ("3.account", "unknown_account"),
    }


def test_a_sale_that_makes_a_later_one_impossible_is_refused(asha: User, asha_api: APIClient, infy: Asset) -> None:
    commit(asha_api, THREE)
    check_error(upload(asha_api, transactions(["2024-02-15,sell,INFY,4,1,"]), "transactions"), 400, code="oversold")


def test_unknown_symbols_become_private_assets_if_asked(asha: User, asha_api: APIClient) -> None:
    raw = csv_of("date,kind,symbol,quantity,price,currency", "2024-01-02,buy,NEWCO,1,1,USD", "2024-01-02,buy,DESI,1,1,")
    answer = commit(asha_api, raw, create_assets="true")
    assert sorted(answer["created_assets"]) == ["DESI", "NEWCO"]
    made = Asset.objects.filter(owner=asha).order_by("symbol")
    assert [(a.symbol, a.currency, a.asset_class) for a in made] == [
        ("DESI", "INR", "stock"),
        ("NEWCO", "USD", "stock"),
    ]


def test_a_dry_run_makes_no_assets(asha_api: APIClient) -> None:
    raw = transactions(["2024-01-02,buy,NEWCO,1,1,"])
    answer = upload(asha_api, raw, "transactions", create_assets="true").json()
    assert answer["created_assets"] == ["NEWCO"]
    assert not Asset.objects.exists()


def test_an_asset_that_cannot_be_is_named(asha_api: APIClient) -> None:
    raw = csv_of(
        "date,kind,symbol,quantity,price,currency", f"2024-01-02,buy,{'X' * 65},1,1,INR", "2024-01-02,buy,Y,1,1,XXX"
    )
    assert errors_of(upload(asha_api, raw, "transactions", create_assets="true")) == {
        ("2.symbol", "invalid"),
        ("3.currency", "invalid"),
    }


def test_the_own_asset_comes_before_the_catalogue(asha: User, asha_api: APIClient, infy: Asset) -> None:
    make_asset(None, "INFY")
    commit(asha_api, THREE)
    assert set(Transaction.objects.values_list("asset", flat=True)) == {infy.pk}


def test_what_belongs_to_another_does_not_exist(bob: User, mallory_api: APIClient, mallory: User, infy: Asset) -> None:
    Account.objects.create(user=bob, name="Bob's broker")
    raw = csv_of(
        "date,kind,symbol,quantity,price,account", "2024-01-02,buy,INFY,1,1,", "2024-01-02,buy,NOSUCH,1,1,Bob's broker"
    )
    answer = upload(mallory_api, raw, "transactions")
    assert errors_of(answer) == {
        ("2.symbol", "unknown_symbol"),
        ("3.symbol", "unknown_symbol"),
        ("3.account", "unknown_account"),
    }
    assert not Transaction.objects.exists()


def test_the_external_id_of_another_is_free(
    asha_api: APIClient, mallory: User, mallory_api: APIClient, infy: Asset
) -> None:
    make_asset(mallory, "INFY")
    commit(asha_api, THREE)
    assert commit(mallory_api, THREE)["created"] == 3


def test_a_repeat_with_its_idempotency_key_answers_as_the_first(asha_api: APIClient, infy: Asset) -> None:
    raw = transactions(["2024-01-02,buy,INFY,1,1,"])
    first, second = (upload(asha_api, raw, "transactions", dry_run="false", key="k1") for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert Transaction.objects.count() == 1


def test_requests_that_are_no_import_are_refused(asha_api: APIClient, anonymous_api: APIClient, settings: Any) -> None:
    check_error(upload(asha_api, THREE, "everything"), 400, attr="format", code="invalid_choice")
    check_error(upload(asha_api, THREE, "transactions", dry_run="perhaps"), 400, attr="dry_run")
    check_error(upload(asha_api, THREE, "transactions", colour="red"), 400, attr="colour", code="unknown_field")
    check_error(upload(asha_api, b"", "transactions"), 400, attr="file", code="empty")
    check_error(asha_api.post("/api/v1/imports/", {"format": "prices"}, format="multipart"), 400, attr="file")
    check_error(asha_api.post("/api/v1/imports/", {"format": "prices"}, format="json"), 415)
    check_error(asha_api.get("/api/v1/imports/"), 405)
    check_error(upload(anonymous_api, THREE, "transactions"), 401)


@pytest.mark.parametrize("key", [None, "k1"])
def test_a_file_that_is_too_large_is_refused(asha_api: APIClient, settings: Any, key: str | None) -> None:
    settings.UPLOAD_MOST_BYTES = 1024**2
    check_error(upload(asha_api, b"x" * (1024**2 + 1), "transactions", key=key), 400)


def test_ten_thousand_rows_cause_one_rebuild(asha: User, infy: Asset, tmp_path: Path) -> None:
    raw = transactions(f"2024-{1 + i // 900:02}-{1 + i % 28:02},buy,INFY,1,1.5,t{i}" for i in range(10_000))
    HistoryMark.objects.create(user=asha, builds=5)
    started = time.process_time()  # whatever else the machine does
    said = run("import_transactions", raw, tmp_path, user=asha.email)
    assert time.process_time() - started < 15
    assert said == "10000 rows: 10000 new, 0 known, 0 changed.\n"
    mark = HistoryMark.objects.get(user=asha)
    assert (mark.builds, mark.dirty_from) == (6, None)
    assert Holding.objects.get(user=asha).quantity == 10_000


def test_ten_thousand_rows_over_http_cause_one_rebuild(asha: User, asha_api: APIClient, infy: Asset) -> None:
    commit(asha_api, transactions(f"2024-01-{1 + i % 28:02},buy,INFY,1,1.5," for i in range(10_000)))
    background.run_due()
    assert HistoryMark.objects.get(user=asha).builds == 1


def test_one_bad_row_of_ten_thousand_is_named_and_nothing_is_written(asha: User, infy: Asset, tmp_path: Path) -> None:
    rows = [f"2024-01-02,buy,INFY,1,1,t{i}" for i in range(10_000)]
    rows[7_776] = "2024-01-02,buy,INFY,one,1,bad"
    with pytest.raises(CommandError, match=r"^line 7778, quantity: 'one' is not a number"):
        run("import_transactions", transactions(rows), tmp_path, user=asha.email)
    assert not Transaction.objects.exists()
    assert not HistoryMark.objects.exists()


def test_the_command_makes_assets_and_runs_dry(asha: User, tmp_path: Path) -> None:
    options = {"user": "Asha@Example.com", "create_assets": True}
    assert "nothing was written" in run("import_transactions", THREE, tmp_path, dry_run=True, **options)
    assert not Transaction.objects.exists()
    assert "new assets: INFY" in run("import_transactions", THREE, tmp_path, **options)
    assert Asset.objects.get().owner == asha


def test_the_command_says_what_it_cannot_find(asha: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no person with the e-mail address nobody@example\.com"):
        run("import_transactions", THREE, tmp_path, user="nobody@example.com")
    with pytest.raises(CommandError, match="line 2, symbol: There is no asset 'INFY'"):
        run("import_transactions", THREE, tmp_path, user=asha.email)
