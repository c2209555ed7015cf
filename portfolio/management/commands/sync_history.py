"""Fetch the histories that are due, or those that are named, now and in this process, and say what came of it."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from core import background
from core.batches import batches
from portfolio.imports.progress import progress_on
from portfolio.models import PriceSource
from portfolio.sync.claims import BATCHES, claim
from portfolio.sync.due import histories_sync
from portfolio.sync.history import Outcome
from portfolio.sync.needs import needs_note


class Command(BaseCommand):
    help = "Fetches the histories that are due: closes, splits and dividends; says what was fetched, refused, proposed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("symbols", metavar="SYMBOL", nargs="*", help="only these, due or not")
        parser.add_argument("--all", action="store_true", help="all that anybody needs, due or not")
        parser.add_argument("--full", action="store_true", help="from the first day on, to compare what is stored")

    def handle(self, *args: Any, **options: Any) -> None:
        with background.by_hand():
            needs_note()
            sources = _sources(options["symbols"], everything=options["all"])
            outcomes = self._sync(sources, is_full=options["full"])
        self.stdout.write(_summary([outcome for _, outcome in outcomes]))
        for source, outcome in outcomes:
            for line in _lines(outcome):
                self.stdout.write(f"{source}: {line}")

    def _sync(self, sources: list[PriceSource], *, is_full: bool) -> list[tuple[PriceSource, Outcome]]:
        progress = progress_on(sys.stderr)
        try:
            parts = progress.rows("Fetching", _parts(sources), total=len(sources))
            outcomes = [pair for part in parts for pair in _fetched(part, is_full=is_full)]
            progress.stage("Building the histories of people")
            background.run_due()
        finally:
            progress.done()
        return outcomes


def _sources(symbols: list[str], *, everything: bool) -> list[PriceSource]:
    rows = PriceSource.objects.select_related("asset").order_by("provider", "symbol", "pk")
    if symbols:
        return [source for symbol in symbols for source in _named(rows, symbol)]
    return list(rows.filter(wanted_from__isnull=False) if everything else rows.filter(due_at__lte=timezone.now()))


def _named(rows: Any, symbol: str) -> list[PriceSource]:
    found = list(rows.filter(Q(symbol__iexact=symbol) | Q(asset__symbol__iexact=symbol)))
    if not found:
        raise CommandError(f"No asset with a provider has the symbol {symbol}.")
    return found


def _parts(sources: list[PriceSource]) -> Iterator[list[PriceSource]]:
    """As many of one provider as are asked at once."""
    for provider, part in groupby(sources, key=lambda source: source.provider):
        yield from batches(part, BATCHES.get(provider, 1))


def _fetched(part: list[PriceSource], *, is_full: bool) -> list[tuple[PriceSource, Outcome]]:
    claimed = claim(source.pk for source in part)
    taken = [source for source in part if source.pk not in {one.pk for one in claimed}]
    outcomes = zip(claimed, histories_sync(claimed, is_full=is_full) if claimed else [], strict=True)
    return [*outcomes, *((source, Outcome(problem="It is being fetched by somebody else.")) for source in taken)]


def _summary(outcomes: list[Outcome]) -> str:
    fetched = [outcome for outcome in outcomes if not outcome.problem]
    actions = [action for outcome in outcomes for action in outcome.actions]
    confirmed = sum(action.status == "confirmed" for action in actions)
    return (
        f"{len(fetched)} of {len(outcomes)} fetched: {sum(one.stored for one in outcomes)} closes stored, "
        f"{sum(one.refused for one in outcomes)} refused, {sum(one.dividends for one in outcomes)} dividends, "
        f"{confirmed} actions recorded, {len(actions) - confirmed} proposed."
    )


def _lines(outcome: Outcome) -> Iterator[str]:
    if outcome.problem:
        yield outcome.problem
    if outcome.refused:
        yield f"{outcome.refused} closes were refused; see /api/v1/quarantine/."
    for action in outcome.actions:
        yield f"{action.status} {action.kind} on {action.ex_date}, ratio {action.ratio}. {action.note}".strip()
