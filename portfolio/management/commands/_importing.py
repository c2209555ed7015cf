"""What the commands that import a file have in common."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import background
from core.errors import FieldError, InvalidInput
from core.management.people import person_by_email
from core.models import User
from portfolio.imports.formats import Format
from portfolio.imports.progress import progress_on
from portfolio.services.import_source import Imported
from portfolio.services.imports import file_import


class ImportCommand(BaseCommand):
    """Imports one file, and ends when the histories that it touches are built."""

    file_format: Format
    needs_user = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="CSV in UTF-8 with a header row (docs/import.md)")
        parser.add_argument("--user", metavar="EMAIL", required=self.needs_user, help=self.user_help())
        parser.add_argument("--create-assets", action="store_true", help="make assets of unknown symbols")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")

    def user_help(self) -> str:
        return "whose they are" if self.needs_user else "whose private assets are meant; without it, the catalogue"

    def handle(self, *args: Any, **options: Any) -> None:
        user = None if options["user"] is None else person_by_email(options["user"])
        with background.by_hand():
            imported = self._imported(user, options)
        for warning in imported.warnings:
            self.stderr.write(f"{place(warning)}{warning.detail}")
        self.stdout.write(summary(imported, dry_run=options["dry_run"]))

    def _imported(self, user: User | None, options: dict[str, Any]) -> Imported:
        progress = progress_on(sys.stderr)
        try:
            imported = file_import(
                user=user,
                raw=content(options["file"]),
                file_format=self.file_format,
                dry_run=options["dry_run"],
                create_assets=options["create_assets"],
                catalogue=user is None,
                progress=progress,
            )
            progress.stage("Building the history")
            background.run_due()
        except InvalidInput as error:
            raise CommandError(report(error)) from error
        finally:
            progress.done()
        return imported


def content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}.") from error


def report(error: InvalidInput) -> str:
    lines = [f"{place(item)}{item.detail}" for item in error.errors]
    return "\n".join([*lines, "Nothing was imported."])


def place(error: FieldError) -> str:
    """`17.quantity` as people say it."""
    line, _, column = (error.attr or "").partition(".")
    if not line.isdigit():
        return f"{error.attr}: " if error.attr else ""
    return f"line {line}, {column}: " if column else f"line {line}: "


def summary(imported: Imported, *, dry_run: bool) -> str:
    counts = f"{imported.rows} rows: {imported.created} new, {imported.skipped} known, {imported.changed} changed"
    assets = f"; new assets: {', '.join(imported.created_assets)}" if imported.created_assets else ""
    return f"{counts}{assets}." + (" Dry run: nothing was written." if dry_run else "")
