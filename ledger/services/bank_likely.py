"""Entries that a row of a bank file probably is: made by hand, of another file, or the other side of a transfer."""

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.models import Account, User
from ledger.bank_files.items import Row
from ledger.models import Entry, MatchedRow
from ledger.selectors import entries_of

NEAR = timedelta(days=3)
NEAR_TRANSFER = timedelta(days=5)
"""Money is longer on its way between two banks."""
_FIELDS = (
    "pk", "kind", "date", "amount", "currency", "account_amount", "to_amount", "fee", "account_id", "to_account_id",
)  # fmt: skip
Sum = tuple[str, Decimal]
"""Currency, and what came into the account."""


@dataclass(frozen=True, slots=True)
class Candidate:
    entry_id: int
    date: date
    within: timedelta


def likely_entries(
    *, account: Account, user: User, file_format: str, rows: Sequence[Row], used: Container[int]
) -> dict[int, int]:
    """By index of the row, the id of the entry that it probably is: the nearest days first, each entry once.

    used: entries that other rows of the file are already.
    """
    if not rows:
        return {}
    candidates = _candidates(account, user, file_format, rows)
    pairs = sorted(
        (abs(one.date - row.date), index, one.entry_id)
        for index, row in enumerate(rows)
        for one in candidates.get((row.currency or account.currency, row.amount), ())
        if abs(one.date - row.date) <= one.within and one.entry_id not in used
    )
    found: dict[int, int] = {}
    matched: set[int] = set()
    for _, index, entry_id in pairs:
        if index not in found and entry_id not in matched:
            found[index] = entry_id
            matched.add(entry_id)
    return found


def other_sides(*, user: User, moves: Sequence[tuple[int, Row]]) -> list[int | None]:
    """Of each payment from or to another account (by id) the entry there that already is the other half of it."""
    if not moves:
        return []
    rows = _near(entries_of(user), [row for _, row in moves]).exclude(kind=Entry.Kind.TRANSFER)
    halves: defaultdict[tuple[int, Decimal], list[tuple[date, int]]] = defaultdict(list)
    others = {account for account, _ in moves}
    for pk, account, kind, day, amount in rows.filter(account__in=others).values_list(
        "pk", "account_id", "kind", "date", "amount"
    ):
        halves[account, amount * Entry.SIGN[kind]].append((day, pk))
    return [_half(halves[account, -row.amount], row.date) for account, row in moves]


def _half(halves: list[tuple[date, int]], day: date) -> int | None:
    """The nearest, which is then no other's."""
    near = [half for half in halves if abs(half[0] - day) <= NEAR_TRANSFER]
    if not near:
        return None
    nearest = min(near, key=lambda half: abs(half[0] - day))
    halves.remove(nearest)
    return nearest[1]


def _candidates(account: Account, user: User, file_format: str, rows: Sequence[Row]) -> dict[Sum, list[Candidate]]:
    """By what came into the account; rows of files of this format are known by their looks already."""
    of_such_files = Q(likeness__isnull=False, bank_import__account=account, bank_import__format=file_format)
    taken = MatchedRow.objects.filter(entry=OuterRef("pk"), account=account, bank_import__format=file_format)
    near = _near(entries_of(user), rows).exclude(Exists(taken))
    here = near.filter(account=account).exclude(of_such_files)
    arriving = near.filter(to_account=account).exclude(bank_import__account=account, bank_import__format=file_format)
    wanted = {(row.currency or account.currency, row.amount) for row in rows}
    found: defaultdict[Sum, list[Candidate]] = defaultdict(list)
    for queryset in (here, arriving):
        for entry in queryset.values(*_FIELDS).iterator():
            for total in _sums(entry, account):
                if total in wanted:
                    within = NEAR if entry["account_id"] == account.pk else NEAR_TRANSFER
                    found[total].append(Candidate(entry["pk"], entry["date"], within))
    return found


def _near(entries: QuerySet[Entry], rows: Sequence[Row]) -> QuerySet[Entry]:
    days = [row.date for row in rows]
    earliest, latest = min(days), max(days)
    return entries.filter(
        date__gte=earliest - min(NEAR_TRANSFER, earliest - date.min),
        date__lte=latest + min(NEAR_TRANSFER, date.max - latest),
    )


def _sums(entry: dict[str, Any], account: Account) -> Iterator[Sum]:
    """What a bank may say of the entry: in its own currency or in the account's, with its fee or without."""
    if entry["to_account_id"] == account.pk:
        yield entry["currency"], entry["amount"]
        if entry["to_amount"] is not None:
            yield account.currency, entry["to_amount"]
        return
    sign = Entry.SIGN[entry["kind"]]
    yield entry["currency"], entry["amount"] * sign
    if entry["account_amount"] is not None:
        yield account.currency, entry["account_amount"] * sign
    if entry["fee"]:
        yield entry["currency"], (entry["amount"] + entry["fee"]) * sign
