"""Files to import, and the two ways in: over HTTP and by command."""

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from rest_framework.test import APIClient

from core.models import User
from portfolio.models import Asset

Upload = Callable[..., Any]


def csv_of(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def upload(api: APIClient, raw: bytes, kind: str, *, key: str | None = None, **fields: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    data = {"file": SimpleUploadedFile("file.csv", raw), "format": kind, **fields}
    return api.post("/api/v1/imports/", data, format="multipart", headers=headers)


def errors_of(response: Any) -> set[tuple[str | None, str]]:
    """(attr, code) of each error of a refused import."""
    assert response.status_code == 400, response.content
    return {(error["attr"], error["code"]) for error in response.json()["errors"]}


def run(command: str, raw: bytes, folder: Path, **options: Any) -> str:
    file = folder / f"{command}.csv"
    file.write_bytes(raw)
    out = io.StringIO()
    call_command(command, str(file), stdout=out, stderr=out, **options)
    return out.getvalue()


def make_asset(owner: User | None, symbol: str, *, currency: str = "INR", asset_class: str = "stock") -> Asset:
    return Asset.objects.create(owner=owner, symbol=symbol, name=symbol, currency=currency, asset_class=asset_class)


def transactions(rows: Iterable[str], *, columns: str = "date,kind,symbol,quantity,price,external_id") -> bytes:
    return csv_of(columns, *rows)


@pytest.fixture
def infy(asha: User) -> Asset:
    return make_asset(asha, "INFY")
