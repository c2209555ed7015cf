"""`manage.py import_archive FILE --user EMAIL`: takes an archive into a person who has nothing yet."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import background
from core.archive.importing import ArchiveTaken, archive_import
from core.errors import ApplicationError
from core.management.people import person_by_email
from core.models import User


class Command(BaseCommand):
    help = "Takes an archive in: all of it, or nothing and what is wrong by table, line and field."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="as `export_archive` or /api/v1/exports/ made it")
        parser.add_argument("--user", metavar="EMAIL", required=True, help="whose it becomes; they have nothing yet")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_by_email(options["user"])
        with background.by_hand():
            taken = _taken(person, options["file"], dry_run=options["dry_run"])
            if not taken.dry_run:
                background.run_due()
        for note in taken.notes:
            self.stderr.write(note)
        if taken.created_assets:
            self.stdout.write(f"New assets: {', '.join(taken.created_assets)}.")
        rows = ", ".join(f"{one.rows} {one.table}" for one in taken.tables if one.rows)
        self.stdout.write(f"{rows}." + (" Dry run: nothing was written." if taken.dry_run else ""))


def _taken(person: User, path: Path, *, dry_run: bool) -> ArchiveTaken:
    try:
        with path.open("rb") as file:
            return archive_import(person=person, file=file, dry_run=dry_run, catalogue=True)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
    except ApplicationError as error:
        lines = [f"{item.attr}: {item.detail}" if item.attr else item.detail for item in error.errors]
        raise CommandError("\n".join([*lines, "Nothing was imported."])) from error
