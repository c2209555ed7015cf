"""Thousands of rows at a time: the same rows as one by one, on both databases."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.bulk_copy import FEW, rows_create
from core.models import Account
from ledger.models import Entry


def entries(user, count, **fields):
    """With texts that COPY writes in another way."""
    account = Account.objects.get(user=user)
    return [
        Entry(
            user=user, account=account, kind="expense", date=date(2024, 1, 2), currency="INR",
            amount=Decimal(number) + Decimal("0.0001"), payee='tab\there "quoted" \\N', description=f"№ {number}\nnext",
            tags=["a", 'b"'], **fields,
        )
        for number in range(1, count + 1)
    ]  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, FEW, FEW * 2])
def test_rows_come_back_as_they_were(asha, count):
    made = rows_create(Entry, entries(asha, count), batch_size=100)
    stored = list(Entry.objects.order_by("id"))
    assert [row.pk for row in made] == [row.pk for row in stored]
    for before, after in zip(made, stored, strict=True):
        assert (after.amount, after.payee, after.description, after.tags, after.note, after.external_id) == (
            before.amount, before.payee, before.description, before.tags, "", None,
        )  # fmt: skip
        assert after.created_at == before.created_at
    if made:
        made[0].payee = "changed"
        made[0].save()
        assert Entry.objects.count() == count
        (later,) = rows_create(Entry, entries(asha, 1), batch_size=100)
        assert later.pk > made[-1].pk


def test_what_the_database_refuses_is_an_integrity_error(asha):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows_create(Entry, entries(asha, FEW, external_id="twice"), batch_size=100)
    assert not Entry.objects.exists()
