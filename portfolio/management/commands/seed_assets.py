"""`manage.py seed_assets`: a few hundred well-known assets in the catalogue, so that a search finds them at once."""

import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from core import background
from core.batches import batches
from portfolio import seeds
from portfolio.imports.progress import progress_on
from portfolio.models import PriceSource
from portfolio.services.seeding import Rename, aliases_seed, assets_rename, assets_seed


class Command(BaseCommand):
    help = "Puts well-known Indian and American assets that are missing into the catalogue; what is there stays."

    def handle(self, *args: Any, **options: Any) -> None:
        listed = list(seeds.rows("assets"))
        renames = [_rename(row) for row in seeds.rows("aliases")]
        with background.by_hand():
            renamed = assets_rename(renames=renames)
            new = self._seed(listed)
            aliases_seed(renames=renames)
        also = f"; renamed: {', '.join(renamed)}" if renamed else ""
        self.stdout.write(f"{new} of {len(listed)} well-known assets are new in the catalogue{also}.")

    def _seed(self, listed: list[dict[str, str]]) -> int:
        progress = progress_on(sys.stderr)
        parts = list(batches(listed, 200))
        try:
            told = progress.rows("Seeding", parts, total=len(parts))
            return sum(assets_seed(provider=PriceSource.Provider.YAHOO, rows=part) for part in told)
        finally:
            progress.done()


def _rename(row: dict[str, str]) -> Rename:
    until = date.fromisoformat(row["until"]) if row["until"] else None
    return Rename(old=row["old"], new=row["new"], until=until)
