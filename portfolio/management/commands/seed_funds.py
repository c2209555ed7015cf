"""`manage.py seed_funds [--source mfapi|amfi]`: puts all schemes of Indian mutual funds into the catalogue."""

import sys
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portfolio.imports.progress import Progress, progress_on
from portfolio.live import gate
from portfolio.providers.base import ProviderError
from portfolio.providers.funds import Funds
from portfolio.providers.registry import provider_named
from portfolio.providers.schemes import NAME, Scheme
from portfolio.services.funds import Seeded, funds_seed

SECONDS = 180
SOURCES = ("mfapi", "amfi")


class Command(BaseCommand):
    help = "Puts all schemes of Indian mutual funds into the catalogue, or adds what is new and renamed since."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--source",
            choices=SOURCES,
            default="",
            help="ask this one alone; else MFAPI, and AMFI where it fails",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        progress = progress_on(sys.stderr)
        try:
            schemes = _schemes(options["source"], progress)
            seeded = funds_seed(schemes=schemes, progress=progress)
        finally:
            progress.done()
        self.stdout.write(_summary(seeded))


def _schemes(source: str, progress: Progress) -> list[Scheme]:
    progress.stage(f"Asking {source.upper() or 'MFAPI and AMFI'} for all schemes")
    try:
        with gate.asking(NAME):
            return cast(Funds, provider_named(NAME)).schemes(source=source, seconds=SECONDS)
    except ProviderError as error:
        raise CommandError(f"The list of schemes could not be had: {error} Nothing was changed.") from error


def _summary(seeded: Seeded) -> str:
    funds = f"{seeded.created + seeded.changed + seeded.unchanged:,} funds"
    counts = f"{seeded.created:,} new, {seeded.changed:,} changed, {seeded.unchanged:,} as they were"
    taken = f" {seeded.taken:,} codes belong to other assets." if seeded.taken else ""
    return f"{funds}: {counts}.{taken}"
