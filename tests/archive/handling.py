"""Ways to make, open, change and take in archives, and all figures of a person."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.db import connection

from core.archive.importing import ArchiveTaken, archive_import
from core.archive.writer import archive_stream
from core.days import today_for
from core.models import User
from tests.conftest import api_of

Files = dict[str, bytes]
_OF_CODE = ("contenttypes", "auth")
OURS = ("core", "portfolio", "ledger", "analytics")


def archive_of(person: User) -> bytes:
    return b"".join(archive_stream(person))


def opened(archive: bytes) -> Files:
    with ZipFile(BytesIO(archive)) as file:
        return {name: file.read(name) for name in file.namelist()}


def data_of(archive: bytes) -> Files:
    return {name: text for name, text in opened(archive).items() if name.startswith("data/")}


def zipped(files: Files, compression: int = ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", compression) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()


def rows_in(files: Files, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[f"data/{table}.jsonl"].splitlines()]


def with_rows(files: Files, table: str, rows: list[Any]) -> Files:
    """With other rows, and a manifest that says so: as somebody who means harm would make it."""
    text = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    return with_text(files, table, text, rows=len(rows))


def with_text(files: Files, table: str, text: bytes, *, rows: int) -> Files:
    manifest = json.loads(files["manifest.json"])
    for part in manifest["tables"]:
        if part["name"] == table:
            part |= {"rows": rows, "sha256": hashlib.sha256(text).hexdigest()}
    return {**files, f"data/{table}.jsonl": text, "manifest.json": json.dumps(manifest).encode()}


def changed(files: Files, table: str, change: Callable[[list[dict[str, Any]]], None]) -> bytes:
    rows = rows_in(files, table)
    change(rows)
    return zipped(with_rows(files, table, rows))


def taken(archive: bytes, person: User, *, catalogue: bool = True, dry_run: bool = False) -> ArchiveTaken:
    return archive_import(person=person, file=BytesIO(archive), dry_run=dry_run, catalogue=catalogue)


def empty_the_database() -> None:
    """As a site where nobody has been yet."""
    models = [model for model in apps.get_models() if model._meta.managed and model._meta.app_label not in _OF_CODE]
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for model in reversed(models):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")


def figures_of(person: User) -> dict[str, Any]:
    """What the API answers, without the ids of this database."""
    client = api_of(person)
    today = today_for(person)
    asked = {
        "net_worth": "/analytics/net-worth/",
        "net_worth_usd": "/analytics/net-worth/?currency=USD",
        "holdings": "/holdings/?closed=true",
        "earlier": f"/holdings/?as_of={today - timedelta(days=100)}",
        "stats": "/ledger/stats/?months=12",
        "gains": "/analytics/gains/",
        "income": "/analytics/income/",
        "balances": "/analytics/balances/",
        "performance": "/analytics/performance/",
        "allocation": "/analytics/allocation/?by=account",
        "entries": "/entries/",
        "plans": "/plans/",
    }
    answers: dict[str, Any] = {}
    for name, path in asked.items():
        answer = client.get(f"/api/v1{path}")
        assert answer.status_code == 200, (path, answer.content)
        answers[name] = without_ids(answer.json())
    return answers


def without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_ids(item) for key, item in value.items() if key not in _IDS}
    if isinstance(value, list):
        return [without_ids(item) for item in value]
    return value


_IDS = {
    "id", "asset_id", "account_id", "category_id", "to_account_id", "key", "next", "previous", "bank_import",
    "recurring", "transaction", "account", "asset", "to_account", "benchmark",
}  # fmt: skip
