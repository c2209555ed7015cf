"""Which entries alone would explain that a statement says something else than expected."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Q

from core.batches import batches
from core.fields import money_of
from ledger.effects import account_effects, counted_of
from ledger.models import Entry

MOST_SUSPECTS = 5
_BATCH = 50
_MOST_READ = 1000
"""Of a batch: a difference as usual as the price of a coffee has more entries than anybody looks at."""
DOUBLED, WRONG_SIGN, MISSING_TWIN = "doubled", "wrong_sign", "missing_twin"
"""Without it, with the other sign, or with a second one like it, the balance would be as stated."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Of a statement: `difference` is stated less expected, and began after `agreed_on`; never 0."""

    id: int
    account: int
    agreed_on: date
    date: date
    difference: Decimal

    def reason(self, effect: Decimal) -> str | None:
        """Why an entry that changed the account by `effect` explains it."""
        found = {-self.difference: DOUBLED, -self.difference / 2: WRONG_SIGN, self.difference: MISSING_TWIN}
        return found.get(effect)


@dataclass(frozen=True, slots=True)
class Suspect:
    entry: Entry
    reason: str


def suspects_of(mismatches: Sequence[Mismatch], currencies: Mapping[int, str]) -> dict[int, list[Suspect]]:
    """At most 5 of each by its id, the likeliest first; currencies: of all accounts of the person, by id."""
    found: defaultdict[int, list[Suspect]] = defaultdict(list)
    for batch in batches(mismatches, _BATCH):
        entries = _candidates(batch)
        for mismatch in batch:
            found[mismatch.id] = sorted(_explaining(mismatch, entries, currencies), key=_rank)[:MOST_SUSPECTS]
    return dict(found)


def _candidates(mismatches: Sequence[Mismatch]) -> list[Entry]:
    condition = reduce(or_, (_condition(mismatch) for mismatch in mismatches))
    return list(Entry.objects.filter(condition, deleted_at=None).order_by("-date", "-id")[:_MOST_READ])


def _condition(mismatch: Mismatch) -> Q:
    """Those whose amounts may be what is looked for; a fee that is charged with them makes them anything."""
    amounts = [sign * share for share in _shares(mismatch.difference) for sign in (1, -1)]
    leaving = Q(amount__in=amounts) | Q(account_amount__in=amounts) | Q(fee__gt=0)
    arriving = Q(amount__in=amounts) | Q(to_amount__in=amounts)
    between = Q(date__gt=mismatch.agreed_on, date__lte=mismatch.date)
    return between & ((Q(account=mismatch.account) & leaving) | (Q(to_account=mismatch.account) & arriving))


def _shares(difference: Decimal) -> list[Decimal]:
    """The whole and, where that is an amount, the half of it."""
    half = difference / 2
    return [difference, half] if half == round(half, 4) else [difference]


def _explaining(mismatch: Mismatch, entries: Sequence[Entry], currencies: Mapping[int, str]) -> Iterator[Suspect]:
    for entry in entries:
        if mismatch.agreed_on < entry.date <= mismatch.date:
            reason = mismatch.reason(_effect(entry, mismatch.account, currencies))
            if reason is not None:
                yield Suspect(entry, reason)


def _effect(entry: Entry, account: int, currencies: Mapping[int, str]) -> Decimal:
    """What the entry is known to have done to the account; 0 where that rests on a rate."""
    effects = list(account_effects(counted_of(entry), currencies))
    own = [(currency, units) for pk, currency, _, units in effects if pk == account]
    is_known = all(currency == currencies[account] for currency, _ in own)
    return money_of(sum(units for _, units in own)) if is_known else Decimal(0)


def _rank(suspect: Suspect) -> tuple[int, int, int]:
    order = (DOUBLED, WRONG_SIGN, MISSING_TWIN)
    return order.index(suspect.reason), -suspect.entry.date.toordinal(), -suspect.entry.pk
