"""Asha's bank account, and ways to take files into it."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from core.models import Account, User
from ledger.services.bank_imports import FileInput, file_take
from ledger.services.bank_taken import Taken
from tests.bank_files.readers import raw


@pytest.fixture
def bank(asha: User) -> Account:
    return Account.objects.create(user=asha, name="Bank", kind="bank", currency="INR")


@pytest.fixture
def savings(asha: User) -> Account:
    return Account.objects.create(user=asha, name="Savings", kind="bank", currency="INR")


def take(account: Account, text: str | bytes, *, encoding: str = "utf-8", **told: Any) -> Taken:
    """For good, unless `dry_run` is told."""
    data = {name: told.pop(name) for name in ("format", "mapping", "account_number") if name in told}
    file = FileInput(file=raw(text, encoding), name="statement", **data)
    return file_take(user=account.user, account=account, data=file, **told)


def upload(api: APIClient, account: Account | int, text: str | bytes, path: str = "", **fields: Any) -> Any:
    pk = account if isinstance(account, int) else account.pk
    content = text if isinstance(text, bytes) else text.encode()
    if "mapping" in fields and not isinstance(fields["mapping"], str):
        fields["mapping"] = json.dumps(fields["mapping"])
    body = {"file": SimpleUploadedFile("statement.csv", content), "account": pk, **fields}
    return api.post(f"/api/v1/bank-imports/{path}", body, format="multipart")
