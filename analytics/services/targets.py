"""Writes of the weights that a person wants."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from analytics.models import AllocationTarget
from analytics.parts import CASH
from analytics.rebalancing.targets import WITHOUT_CASH, part_names
from core.activity import changes_record, deletes_record, states_of
from core.errors import FieldError, InvalidInput
from core.locks import person_lock
from core.models import User
from core.money import plain


@dataclass(frozen=True, slots=True)
class TargetInput:
    """key: as the allocation names the part. weight: from 0 to 1."""

    key: str
    weight: Decimal


@transaction.atomic
def targets_replace(*, user: User, by: AllocationTarget.By, targets: Sequence[TargetInput]) -> None:
    """Let these be all targets of this kind; none takes them away. An error names the field and its row."""
    person_lock(user.pk)
    errors = [*_row_errors(user, by, targets)] or [*_sum_errors(by, targets)]
    if errors:
        raise InvalidInput.many(errors)
    before = AllocationTarget.objects.filter(user=user, by=by)
    _record(before, {target.key: target.weight for target in targets})
    before._raw_delete(using=before.db)
    AllocationTarget.objects.bulk_create(
        AllocationTarget(user=user, by=by, key=target.key, weight=target.weight) for target in targets
    )


def _record(before: QuerySet[AllocationTarget], wanted: Mapping[str, Decimal]) -> None:
    """What goes, and what gets another weight."""
    deletes_record(before.exclude(key__in=wanted))
    kept = list(before.filter(key__in=wanted))
    states = states_of(kept)
    for row in kept:
        row.weight = wanted[row.key]
    changes_record(states, kept)


def _row_errors(user: User, by: AllocationTarget.By, targets: Sequence[TargetInput]) -> Iterator[FieldError]:
    known = part_names(user, by, [target.key for target in targets])
    counts = Counter(target.key for target in targets)
    for row, target in enumerate(targets):
        if target.key not in known:
            detail = f"There is no such {by.label.lower()}."
            yield FieldError(f"targets.{row}.key", "does_not_exist", detail)
        elif counts[target.key] > 1:
            yield FieldError(f"targets.{row}.key", "duplicate", "Each part has one target.")
        if not 0 <= target.weight <= 1:
            yield FieldError(f"targets.{row}.weight", "invalid", "Must be from 0 to 1.")


def _sum_errors(by: AllocationTarget.By, targets: Sequence[TargetInput]) -> Iterator[FieldError]:
    """What no part is to have is to be money, unless the target of money is said, or money is in the parts."""
    whole = sum((target.weight for target in targets), Decimal(0))
    if whole > 1:
        yield FieldError("targets", "too_much", f"Must not be more than 1 together, and are {plain(whole)}.")
    elif whole < 1 and targets and (by in WITHOUT_CASH or any(target.key == CASH for target in targets)):
        yield FieldError("targets", "too_little", f"Must be 1 together, and are {plain(whole)}.")
