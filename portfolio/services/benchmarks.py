"""Writes of what a person compares with."""

from django.db import transaction

from core.errors import Conflict, InvalidInput
from core.locks import person_lock
from core.models import User
from portfolio.models import Asset, Benchmark
from portfolio.signals import benchmark_chosen

MOST = 10
"""Each has its closes fetched for as long as the person's history is."""


@transaction.atomic
def benchmark_choose(*, user: User, asset: Asset) -> tuple[Benchmark, bool]:
    """Put `asset` behind what they chose before; the choice, and whether it is new."""
    person_lock(user.pk)
    known = Benchmark.objects.filter(user=user, asset=asset).first()
    if known is not None:
        return known, False
    if not Asset.objects.visible_to(user.pk).filter(pk=asset.pk).exists():  # also where it has just been deleted
        raise InvalidInput("There is no such asset.", attr="asset", code="does_not_exist")
    if Benchmark.objects.filter(user=user).count() >= MOST:
        raise Conflict(f"There are {MOST} already; drop one first.", attr="asset", code="too_many")
    chosen = Benchmark.objects.create(user=user, asset=asset)
    transaction.on_commit(_tell)
    return chosen, True


@transaction.atomic
def benchmark_drop(*, benchmark: Benchmark) -> None:
    """What was fetched for it stays."""
    benchmark.delete()


def _tell() -> None:
    """Whoever fetches prices need not wait for their next look."""
    benchmark_chosen.send(sender=Benchmark)
