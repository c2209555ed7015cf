"""GET /exports/ and POST /imports/archive/, as clients meet them; and the commands."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from core.archive.download import MOST_AT_ONCE
from core.models import Account, User
from ledger.models import Entry
from portfolio.models import Asset, CorporateAction, PriceSource, Transaction
from portfolio.selectors import asset_closes
from portfolio.services.assets import asset_create
from portfolio.services.prices import prices_record
from tests.archive.handling import archive_of, data_of, empty_the_database, opened, rows_in, taken
from tests.conftest import api_of, check_error, make_person

ROOT = Path(__file__).resolve().parents[2]
COUNTED = ("core_account", "portfolio_asset", "portfolio_transaction", "ledger_entry")
EXPORTS, IMPORTS = "/api/v1/exports/", "/api/v1/imports/archive/"


def sent(client: APIClient, archive: bytes, *, dry_run: str = "false", **headers: str) -> Any:
    data = {"file": SimpleUploadedFile("archive.zip", archive), "dry_run": dry_run}
    return client.post(IMPORTS, data, format="multipart", headers=headers)


def test_an_export_is_a_download_that_nobody_keeps(rich: User) -> None:
    answer: Any = api_of(rich).get(EXPORTS, headers={"Accept": "application/zip"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith('attachment; filename="pandaledger-')
    assert answer["Cache-Control"] == "no-store"
    raw = b"".join(answer.streaming_content)
    assert ZipFile(BytesIO(raw)).testzip() is None
    assert data_of(raw) == data_of(archive_of(rich))


def test_nobody_gets_nothing(anonymous_api: APIClient) -> None:
    check_error(anonymous_api.get(EXPORTS), 401)
    check_error(anonymous_api.post(IMPORTS), 401)


def test_a_few_at_a_time(asha: User, asha_api: APIClient, bob_api: APIClient) -> None:
    under_way: list[Any] = [asha_api.get(EXPORTS) for _ in range(MOST_AT_ONCE)]
    refused = asha_api.get(EXPORTS)
    check_error(refused, 429, code="throttled")
    assert int(refused["Retry-After"]) > 0
    other: Any = bob_api.get(EXPORTS)
    assert other.status_code == 200
    for answer in (*under_way, other):
        b"".join(answer.streaming_content)
    again: Any = asha_api.get(EXPORTS)
    assert again.status_code == 200
    b"".join(again.streaming_content)


def test_a_client_that_goes_away_is_not_counted_for_ever(asha_api: APIClient) -> None:
    for _ in range(2 * MOST_AT_ONCE):
        answer: Any = asha_api.get(EXPORTS)
        assert answer.status_code == 200
        for closer in answer._resource_closers:  # as a server does when nobody takes the rest
            closer()


def test_a_dry_run_says_what_happens_and_writes_nothing(rich: User, newcomer: User) -> None:
    client, archive = api_of(newcomer), archive_of(rich)
    tried = sent(client, archive, dry_run="true")
    assert tried.status_code == 200, tried.content
    assert tried.json()["dry_run"] is True
    assert not Entry.objects.filter(user=newcomer).exists()
    assert list(newcomer.accounts.values_list("name", flat=True)) == ["Main"]
    done = sent(client, archive)
    assert {**done.json(), "dry_run": True} == tried.json()
    assert Entry.objects.filter(user=newcomer).count() == Entry.objects.filter(user=rich).count()


def test_who_has_something_is_refused_with_what_it_is(rich: User) -> None:
    answer = sent(api_of(rich), archive_of(rich))
    check_error(answer, 409, code="not_empty")
    count = Transaction.objects.filter(user=rich).count()
    assert f"{count} transactions" in answer.json()["errors"][0]["detail"]


def test_a_second_account_is_something(asha: User, newcomer: User) -> None:
    Account.objects.create(user=newcomer, name="Another", currency="INR")
    check_error(sent(api_of(newcomer), archive_of(asha)), 409, code="not_empty")


def test_a_repeat_answers_as_the_first_did(rich: User, newcomer: User) -> None:
    client, archive = api_of(newcomer), archive_of(rich)
    first = sent(client, archive, **{"Idempotency-Key": "once"})
    second = sent(client, archive, **{"Idempotency-Key": "once"})
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content == first.content
    check_error(sent(client, archive), 409)


def test_beside_others_the_catalogue_stays_as_it_is(rich: User, newcomer: User) -> None:
    """All assets of the catalogue are found, and nobody's closes or actions come twice."""
    count, actions = Asset.objects.filter(owner=None).count(), CorporateAction.objects.filter(asset__owner=None).count()
    answer = sent(api_of(newcomer), archive_of(rich)).json()
    assert (answer["created_assets"], answer["notes"]) == ([], [])
    assert Asset.objects.filter(owner=None).count() == count
    assert CorporateAction.objects.filter(asset__owner=None).count() == actions
    assert Asset.objects.get(owner=newcomer).symbol == "OWN"
    assert data_of(archive_of(User.objects.get(pk=newcomer.pk)))["data/closes.jsonl"]


def test_what_the_catalogue_has_otherwise_is_counted_and_stays(rich: User, newcomer: User) -> None:
    archive = archive_of(rich)
    share = Asset.objects.get(symbol="SHARE.NS")
    before = asset_closes(share)
    day, lacking, *_ = before
    prices_record(closes={share.pk: {day: Decimal(5), lacking: None}})
    CorporateAction.objects.filter(asset=share, kind="split").update(note="known here")
    notes = taken(archive, newcomer, catalogue=False).notes
    assert notes == ["closes that the catalogue does not have: 1", "closes that the catalogue has otherwise: 1"]
    assert asset_closes(share)[day] == 5
    assert lacking not in asset_closes(share)


def test_the_staff_adds_what_the_catalogue_lacks(rich: User, newcomer: User) -> None:
    archive, share = archive_of(rich), Asset.objects.get(symbol="SHARE.NS")
    before = asset_closes(share)
    _, lacking, *_ = before
    prices_record(closes={share.pk: {lacking: None}})
    assert taken(archive, newcomer, catalogue=True).notes == []
    assert asset_closes(share) == before


def test_what_the_catalogue_lacks_becomes_private(rich: User) -> None:
    """Of a person who is not of the staff, in an empty place; it is all theirs then, and the figures are the same."""
    archive = archive_of(rich)
    empty_the_database()
    person = make_person("elsewhere@example.com", currency="USD", zone="UTC")
    found = taken(archive, person, catalogue=False)
    assert found.created_assets == [
        f"{symbol} (private)" for symbol in ("SHARE.NS", "HEIR.NS", "120503", "AAPL", "^INDEX", "USDINR=X")
    ]
    assert not Asset.objects.filter(owner=None).exists()
    assert list(PriceSource.objects.values_list("provider", "symbol")) == [("fixed", "OWN")]
    again = opened(archive_of(User.objects.get(pk=person.pk)))
    for table in ("transactions", "closes", "entries", "corporate_actions"):
        assert rows_in(again, table) == rows_in(opened(archive), table)


def test_an_asset_of_another_thing_with_its_symbol_is_not_taken_for_it(rich: User) -> None:
    archive = archive_of(rich)
    empty_the_database()
    person = make_person("elsewhere@example.com", currency="USD", zone="UTC")
    other = asset_create(
        owner=None, fields={"symbol": "SHARE.NS", "name": "Other", "asset_class": "stock", "currency": "USD"}
    )
    found = taken(archive, person, catalogue=True)
    assert "SHARE.NS (private)" in found.created_assets
    assert not other.transactions.exists()


def test_by_provider_isin_or_code_an_asset_is_found_under_another_symbol(rich: User) -> None:
    archive = archive_of(rich)
    empty_the_database()
    person = make_person("elsewhere@example.com", currency="USD", zone="UTC")
    usual = {"name": "x", "currency": "INR"}
    by_isin = asset_create(
        owner=None, fields={**usual, "symbol": "NEWNAME", "asset_class": "stock", "isin": "INE000A01020"}
    )
    by_code = asset_create(
        owner=None, fields={**usual, "symbol": "FUND", "asset_class": "mutual_fund", "amfi_code": "120503"}
    )
    found = taken(archive, person)
    assert not {"SHARE.NS", "120503"} & set(found.created_assets)
    assert by_isin.transactions.exists()
    assert by_code.transactions.exists()


def test_the_commands_do_the_same(rich: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, second = tmp_path / "one.zip", tmp_path / "two.zip"
    call_command("export_archive", rich.email, str(file))
    with pytest.raises(CommandError, match="there already"):
        call_command("export_archive", rich.email, str(file))
    empty_the_database()
    make_person("elsewhere@example.com", currency="USD", zone="UTC")
    call_command("import_archive", str(file), "--user", "elsewhere@example.com", "--dry-run")
    assert "Dry run: nothing was written." in capsys.readouterr().out
    call_command("import_archive", str(file), "--user", "elsewhere@example.com")
    call_command("export_archive", "elsewhere@example.com", str(second))
    assert data_of(second.read_bytes()) == data_of(file.read_bytes())
    with pytest.raises(CommandError, match="who has nothing yet"):
        call_command("import_archive", str(file), "--user", "elsewhere@example.com")
    file.write_bytes(b"x")
    with pytest.raises(CommandError, match="no zip file"):
        call_command("import_archive", str(file), "--user", "elsewhere@example.com")


@pytest.mark.drill
def test_a_process_that_is_killed_leaves_nothing(rich: User, tmp_path: Path) -> None:
    """All rows are in the database by then, and not one of them is committed."""
    file, database = tmp_path / "one.zip", tmp_path / "there.sqlite3"
    file.write_bytes(archive_of(rich))
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DATA_DIR": str(tmp_path),
        "BACKGROUND": "off",
    }
    make = "from core.models import User; User.objects.create_user('there@example.com')"
    kill = (
        "import os, signal; from core.archive import tables; from django.core.management import call_command; "
        "tables.register_finish(lambda taking: os.kill(os.getpid(), signal.SIGKILL)); "
        f"call_command('import_archive', '{file}', '--user', 'there@example.com')"
    )
    ended = []
    for command in (("migrate", "-v0"), ("shell", "-v0", "-c", make), ("shell", "-v0", "-c", kill)):
        ran = subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=False)
        ended.append(ran.returncode)
    assert ended == [0, 0, -signal.SIGKILL]
    with closing(sqlite3.connect(database)) as there:
        counts = [there.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in COUNTED]
    assert counts == [1, 0, 0, 0]
