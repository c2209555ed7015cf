"""Make all holdings again from the transactions, and say where the stored ones were different."""

from dataclasses import dataclass

from django.db import transaction

from core.locks import person_lock
from portfolio.models import Transaction
from portfolio.services.books import (
    books_project,
    books_replay,
    holding_differences,
    holding_row,
    holdings_by_key,
)


@dataclass(frozen=True)
class Difference:
    """A holding that is not what the books say; `fields` are those that differ, or "missing" or "superfluous"."""

    holding: str
    fields: tuple[str, ...]


@transaction.atomic
def holdings_rebuild(*, user_id: int, write: bool = True) -> list[Difference]:
    """Compare every holding of a person with the books, and (with `write`) put right what differs."""
    person_lock(user_id)
    traded = set(Transaction.objects.filter(user_id=user_id).values_list("asset_id", flat=True).distinct())
    stored = holdings_by_key(user_id)
    scope = traded | {asset for _, asset, _ in stored}
    differences = _compare(user_id, scope)
    if write and differences:
        books_project(user_id=user_id, asset_ids=scope)
    return differences


def _compare(user_id: int, scope: set[int | None]) -> list[Difference]:
    stored = holdings_by_key(user_id)
    differences: list[Difference] = []
    for key, position in books_replay(user_id=user_id, asset_ids=scope).items():
        row = holding_row(user_id, position)
        old = stored.pop(key, None)
        fields = ("missing",) if old is None else holding_differences(old, row)
        if fields:
            differences.append(Difference(str(row), fields))
    differences.extend(Difference(str(row), ("superfluous",)) for row in stored.values())
    return differences
