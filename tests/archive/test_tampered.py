"""Archives that somebody has changed: refused with 400, what is wrong is named, and nothing is written."""

import json
import struct
import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_STORED, ZipFile, ZipInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from core.archive import zipped as reading
from core.archive.columns import Unfit
from core.archive.tables import Table, tables
from core.models import Account, User
from ledger.models import Entry
from portfolio.models import Asset, Transaction
from tests.archive.handling import (
    Files,
    archive_of,
    changed,
    empty_the_database,
    opened,
    rows_in,
    with_rows,
    with_text,
    zipped,
)
from tests.conftest import api_of, check_error, make_person

DEEP = json.loads("[" * 40 + "]" * 40)
NASTY: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1e999, "", "\0", "x" * 100_000, "NaN", "Infinity", "1e5", "-0", "01", " 1", "\u0661", [],
    {}, DEEP, {"id": 1}, "2026-02-30", "0001-01-01", "9999-12-31T00:00:00.000000Z", "2026-01-01T00:00:00+05:30",
    "\u202e", "=1+1", "../../etc/passwd", 1.5, 999_999, ["\0"], {"\0": "\0"}, "9" * 40, "0." + "1" * 40,
    "24:00:00.000000",
)  # fmt: skip


_made: dict[str, Files] = {}


@pytest.fixture
def files(db: None, request: pytest.FixtureRequest) -> Files:
    """Of an archive that is made once for all of these tests."""
    if not _made:
        _made["files"] = opened(archive_of(request.getfixturevalue("rich")))
        empty_the_database()
    return _made["files"]


@pytest.fixture
def client(files: Files) -> APIClient:
    """Of a person of the staff, to whom the whole catalogue may come."""
    person = make_person("elsewhere@example.com", currency="USD", zone="UTC")
    User.objects.filter(pk=person.pk).update(is_staff=True)
    return api_of(person)


def sent(client: APIClient, archive: bytes, **fields: Any) -> Any:
    data = {"file": SimpleUploadedFile("archive.zip", archive), "dry_run": "false", **fields}
    return client.post("/api/v1/imports/archive/", data, format="multipart")


def check_refused(client: APIClient, archive: bytes, *, attr: str) -> None:
    check_error(sent(client, archive), 400, attr=attr)
    check_nothing_there()


def check_nothing_there() -> None:
    person = User.objects.get(email="elsewhere@example.com")
    assert (person.base_currency, person.name) == ("USD", "Elsewhere")
    assert [account.name for account in person.accounts.all()] == ["Main"]
    assert not Asset.objects.exists()
    assert not Transaction.objects.exists()
    assert not Entry.objects.exists()


def test_as_it_is_it_is_taken(client: APIClient, files: Files) -> None:
    answer = sent(client, zipped(files))
    assert answer.status_code == 200, answer.content
    assert {"table": "entries", "rows": len(rows_in(files, "entries"))} in answer.json()["tables"]
    assert "SHARE.NS" in answer.json()["created_assets"]


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_a_column_takes_what_it_can_hold_and_names_all_else(table: Table) -> None:
    for column in table.columns:
        for value in NASTY:
            if column.refers is None:
                with suppress(Unfit):
                    column.read_back(value)


@pytest.mark.parametrize("value", [None, True, "\0", DEEP], ids=lambda value: repr(value)[:9])
def test_rows_of_nothing_but_this_are_refused_in_every_table(client: APIClient, files: Files, value: Any) -> None:
    for table in tables():
        rows = rows_in(files, table.name)
        rows[0] |= {column.name: value for column in table.columns}
        answer = sent(client, zipped(with_rows(files, table.name, rows)))
        assert answer.status_code == 400, (table.name, answer.content)
        named = [error["attr"].split(".") for error in answer.json()["errors"]]
        assert all(parts[:2] == [table.name, "1"] for parts in named), (table.name, named)
    check_nothing_there()


@pytest.mark.drill
@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_no_value_is_believed(client: APIClient, files: Files, table: Table) -> None:
    """Whatever stands in a field, the answer is 400, or 200 to a value that may be there; never anything else."""
    for name in ("id", *(column.name for column in table.columns)):
        for value in NASTY:
            rows = rows_in(files, table.name)
            rows[0][name] = value
            answer = sent(client, zipped(with_rows(files, table.name, rows)), dry_run="true")
            assert answer.status_code in (200, 400), (table.name, name, value, answer.content)
            if answer.status_code == 400:
                assert all(error["attr"] for error in answer.json()["errors"]), (name, value, answer.content)
    check_nothing_there()


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_references_lead_to_rows_of_the_archive(client: APIClient, files: Files, table: Table) -> None:
    for column in table.columns:
        if column.refers is not None:
            for value in (0, 1_000_000, "1", True):
                rows = rows_in(files, table.name)
                rows[0][column.name] = value
                archive = zipped(with_rows(files, table.name, rows))
                check_refused(client, archive, attr=f"{table.name}.1.{column.name}")


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_rows_are_whole_counted_and_of_known_fields(client: APIClient, files: Files, table: Table) -> None:
    rows, name = rows_in(files, table.name), table.columns[0].name
    lacking = [{key: value for key, value in rows[0].items() if key != name}, *rows[1:]]
    check_refused(client, zipped(with_rows(files, table.name, lacking)), attr=f"{table.name}.1.{name}")
    odd = [{**rows[0], "user_id": 1}, *rows[1:]]
    check_refused(client, zipped(with_rows(files, table.name, odd)), attr=f"{table.name}.1.user_id")
    twice = [*rows, rows[-1]]
    check_refused(client, zipped(with_rows(files, table.name, twice)), attr=f"{table.name}.{len(twice)}.id")
    others: tuple[Any, ...] = ([], "x", None, 5)
    for odd_row in others:
        check_refused(client, zipped(with_rows(files, table.name, [odd_row])), attr=f"{table.name}.1")


def test_books_that_contradict_themselves_are_refused(client: APIClient, files: Files) -> None:
    def oversell(rows: list[dict[str, Any]]) -> None:
        sale = next(row for row in rows if row["kind"] == "sell")
        sale["quantity"] = "1000"

    number = next(row["id"] for row in rows_in(files, "transactions") if row["kind"] == "sell")
    check_refused(client, changed(files, "transactions", oversell), attr=f"transactions.{number}.quantity")


@pytest.mark.parametrize(
    ("table", "fields", "attr"),
    [
        ("transactions", {"date": "2200-01-01"}, "date"),
        ("transactions", {"quantity": "-1"}, "quantity"),
        ("transactions", {"currency": "USD"}, "currency"),
        ("entries", {"amount": "0"}, "amount"),
        ("entries", {"amount": "1000000000000"}, "amount"),
        ("entries", {"category": 4}, "category"),
        ("entries", {"to_account": 1}, "to_account"),
        ("entries", {"tags": [1]}, "tags"),
        ("categories", {"parent": 1}, "parent"),
        ("categories", {"name": "a:b"}, "name"),
        ("rules", {"conditions": [{"field": "account", "op": "is", "value": 99}]}, "conditions.0"),
        ("rules", {"conditions": [{"field": "text", "op": "matches", "value": "(a+)+"}]}, "conditions.0"),
        ("allocation_targets", {"key": "99"}, "key"),
        ("assets", {"provider": None}, "provider"),
        ("closes", {"closes": {"2026-01-01": "1"}}, "closes.2026-01-01"),
        ("closes", {"closes": {"2025-12-31": "0"}}, "closes.2025-12-31"),
        ("budgets", {"month": "2026-01-02"}, "month"),
        ("terms_rates", {"rate": "7.1"}, "rate"),
        ("corporate_actions", {"ratio": "0"}, "ratio"),
        ("activity", {"object_id": 99}, "object_id"),
        ("person", {"base_currency": "XXX"}, "base_currency"),
        ("person", {"timezone": "Mars/Olympus"}, "timezone"),
    ],
)
def test_what_the_api_would_refuse_is_refused(
    client: APIClient, files: Files, table: str, fields: dict[str, Any], attr: str
) -> None:
    rows = rows_in(files, table)
    rows[0] |= fields
    check_refused(client, zipped(with_rows(files, table, rows)), attr=f"{table}.1.{attr}")


def test_a_row_that_contradicts_one_before_it_is_named(client: APIClient, files: Files) -> None:
    def repeat(rows: list[dict[str, Any]]) -> None:
        rows[1]["external_id"] = rows[0]["external_id"] = "same"

    check_refused(client, changed(files, "entries", repeat), attr="entries.2.id")
    check_refused(client, changed(files, "transactions", repeat), attr="transactions.2.id")


def test_there_is_one_default_account(client: APIClient, files: Files) -> None:
    def none(rows: list[dict[str, Any]]) -> None:
        rows[0]["is_default"] = False

    def two(rows: list[dict[str, Any]]) -> None:
        rows[1]["is_default"] = True

    check_refused(client, changed(files, "accounts", none), attr="accounts.is_default")
    check_refused(client, changed(files, "accounts", two), attr="accounts.2.id")


def test_categories_go_in_no_circle(client: APIClient, files: Files) -> None:
    def circle(rows: list[dict[str, Any]]) -> None:
        rows[0]["parent"], rows[1]["parent"] = 2, 1

    check_refused(client, changed(files, "categories", circle), attr="categories.1.parent")


def test_weights_are_a_whole_at_most(client: APIClient, files: Files) -> None:
    def much(rows: list[dict[str, Any]]) -> None:
        rows[0]["weight"] = "0.9"

    check_refused(client, changed(files, "allocation_targets", much), attr="allocation_targets.weight")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"version": 2}, "update it first"),
        ({"version": 0}, "which version"),
        ({"version": "1"}, "which version"),
        ({"version": True}, "which version"),
        ({"format": "other"}, "no archive of PandaLedger"),
        ({"made_at": "yesterday"}, "instant"),
        ({"email": 5}, "email"),
        ({"tables": {}}, "list of tables"),
        ({"tables": []}, "each table"),
        ({"tables": [5]}, "object"),
        ({"tables": [{"name": "entries", "rows": -1, "sha256": ""}]}, "how many rows"),
    ],
)
def test_the_manifest_is_not_believed(client: APIClient, files: Files, fields: dict[str, Any], said: str) -> None:
    manifest = json.dumps({**json.loads(files["manifest.json"]), **fields}).encode()
    answer = sent(client, zipped({**files, "manifest.json": manifest}))
    check_error(answer, 400, attr="file")
    assert said in answer.json()["errors"][0]["detail"]


def test_rows_are_those_of_the_manifest(client: APIClient, files: Files) -> None:
    text = files["data/entries.jsonl"]
    lines = text.count(b"\n")
    check_refused(client, zipped({**files, "data/entries.jsonl": text + b"\n"}), attr="entries")
    check_refused(client, zipped({**files, "data/entries.jsonl": text.replace(b"50000", b"50001")}), attr="entries")
    check_refused(client, zipped(with_text(files, "entries", text, rows=lines - 1)), attr="entries")
    check_refused(client, zipped(with_text(files, "entries", text, rows=lines + 1)), attr="entries")
    for line in (b" ", b"{", b"\xff\xfe", b"{} {}", b"nul", b"NaN", b"[" * 100_000):
        wrong = line + b"\n" + text
        check_refused(client, zipped(with_text(files, "entries", wrong, rows=lines + 1)), attr="entries.1")


@pytest.mark.parametrize(
    "name",
    ["../../evil", "/etc/passwd", "data/../x.jsonl", "data/other.jsonl", "data/entries.jsonl/", "C:\\x", "a.zip"],
)
def test_no_name_in_it_is_a_path(client: APIClient, files: Files, name: str) -> None:
    check_refused(client, zipped({**files, name: b"x"}), attr="file")


def test_a_table_is_there_once(client: APIClient, files: Files) -> None:
    without = {name: text for name, text in files.items() if name != "data/entries.jsonl"}
    check_refused(client, zipped(without), attr="file")
    target = BytesIO(zipped(files))
    with ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("data/entries.jsonl", b"")
    check_refused(client, target.getvalue(), attr="file")


def test_what_is_no_zip_is_refused(client: APIClient, files: Files) -> None:
    whole = zipped(files)
    half = whole[: len(whole) // 2]
    for raw in (b"x", b"PK\5\6" + bytes(18), whole[:-30], whole + b"x", half, bytes(10**5)):
        check_refused(client, raw, attr="file")
    check_refused(client, zipped(files, ZIP_BZIP2), attr="file")


def test_what_is_broken_inside_is_refused(client: APIClient, files: Files) -> None:
    whole = bytearray(zipped(files, ZIP_STORED))
    at = bytes(whole).index(files["data/entries.jsonl"][:60])
    whole[at + 20] ^= 1
    answer = sent(client, bytes(whole))
    assert answer.status_code == 400
    check_nothing_there()


def test_an_encrypted_one_is_refused(client: APIClient, files: Files) -> None:
    whole = bytearray(zipped(files))
    directory = bytes(whole).rindex(b"PK\1\2")
    whole[directory + 8] |= 1
    check_refused(client, bytes(whole), attr="file")


def test_a_bomb_is_not_unpacked(client: APIClient, files: Files, settings: Any) -> None:
    """1 GiB of nothing in a megabyte: the first line is too long, or the whole is."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    size = 64 * 1024**2
    packed = packer.compress(bytes(size)) + packer.flush()
    answer = sent(client, _claiming(files, packed, size))
    check_error(answer, 400)
    settings.ARCHIVE_MOST_BYTES = 10_000
    check_error(sent(client, zipped(files)), 400)
    check_nothing_there()


def _claiming(files: Files, packed: bytes, size: int) -> bytes:
    """An archive whose entries are this, and whose directory says that they have ten bytes."""
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for name, text in files.items():
            if name != "data/entries.jsonl":
                archive.writestr(name, text)
        member = ZipInfo("data/entries.jsonl")
        archive.writestr(member, packed)
        member.compress_type, member.file_size = 8, 10
    return target.getvalue()


def test_a_directory_of_a_million_names_is_not_read(files: Files) -> None:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for number in range(8000):
            archive.writestr(ZipInfo(f"data/{number}.jsonl"), b"")
    with pytest.raises(Unfit, match="more than 200"):
        reading.Zipped(target, most=10**9)


def test_nor_one_that_hides_behind_a_second_end(files: Files) -> None:
    whole = zipped(files)
    end = whole[-22:]
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 9, 9, 10**9, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(whole) - 22, 1)
    with pytest.raises(Unfit, match="more than 200"):
        reading.Zipped(BytesIO(whole[:-22] + record + locator + end), most=10**9)


def test_another_persons_rows_cannot_be_named(client: APIClient, files: Files, bob: User) -> None:
    """Ids are counted within the archive: that of a row of the database means another one, or none."""
    theirs = bob.accounts.get()

    def name(rows: list[dict[str, Any]]) -> None:
        rows[0]["account"] = theirs.pk

    before = list(Account.objects.filter(user=bob).values())
    answer = sent(client, changed(files, "entries", name))
    assert answer.status_code in (200, 400)
    assert not Entry.objects.filter(account=theirs).exists()
    assert list(Account.objects.filter(user=bob).values()) == before
