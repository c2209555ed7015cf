"""`manage.py import_bank FILE --user EMAIL --account NAME`: takes a file of a bank."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import background
from core.errors import FieldError, InvalidInput
from core.management.people import person_by_email
from core.models import Account, User
from ledger.bank_files.items import Format
from ledger.services.bank_imports import LIKELY, FileInput, file_take
from ledger.services.bank_taken import Taken


class Command(BaseCommand):
    help = "Takes a file of a bank (CSV, OFX, QIF, camt.053): all of it, or nothing and what is wrong by line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="as the bank gave it (docs/import.md)")
        parser.add_argument("--user", metavar="EMAIL", required=True, help="whose it is")
        parser.add_argument("--account", metavar="NAME", required=True, help="the account that it is of")
        parser.add_argument("--format", choices=[item.value for item in Format], help="else by what is in it")
        parser.add_argument("--mapping", metavar="JSON", help="which column says what, or @FILE with it")
        parser.add_argument("--account-number", default="", help="which account of the file is meant")
        parser.add_argument("--likely", choices=LIKELY, default=LIKELY[0], help="rows that an entry probably is")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        user = person_by_email(options["user"])
        account = Account.objects.filter(user=user, name__iexact=options["account"]).first()
        if account is None:
            raise CommandError(f"{user.email} has no account {options['account']!r}.")
        with background.by_hand():
            taken = self._taken(user, account, options)
        for warning in taken.warnings:
            self.stderr.write(f"{_place(warning)}{warning.detail}")
        for line in taken.skipped_lines:
            self.stderr.write(f"line {line.line}, skipped: {line.reason}")
        self.stdout.write(_summary(taken))

    def _taken(self, user: User, account: Account, options: dict[str, Any]) -> Taken:
        try:
            with options["file"].open("rb") as file:
                data = FileInput(
                    file=file,
                    name=options["file"].name,
                    format=Format(options["format"]) if options["format"] else None,
                    mapping=_mapping(options["mapping"]),
                    account_number=options["account_number"],
                )
                taken = file_take(
                    user=user, account=account, data=data, dry_run=options["dry_run"], likely=options["likely"]
                )
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}.") from error
        except InvalidInput as error:
            lines = [f"{_place(item)}{item.detail}" for item in error.errors]
            raise CommandError("\n".join([*lines, "Nothing was imported."])) from error
        background.run_due()
        return taken


def _mapping(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return json.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    except (OSError, ValueError) as error:
        raise CommandError(f"--mapping is no JSON: {error}") from error


def _place(error: FieldError) -> str:
    """`17.amount` as people say it."""
    line, _, column = (error.attr or "").partition(".")
    if not line.isdigit():
        return f"{error.attr}: " if error.attr else ""
    return f"line {line}, {column}: " if column else f"line {line}: "


def _summary(taken: Taken) -> str:
    counts = (
        f"{taken.rows} rows: {taken.created} new, {taken.duplicates} known, {taken.matched} matched, "
        f"{taken.deleted_by_you} deleted by you; {taken.skipped} lines skipped, {taken.balances_created} balances"
    )
    return f"{counts}." + (" Dry run: nothing was written." if taken.dry_run else "")
