"""Make the sums of entries again from the entries, and say where the stored ones were different."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.management.people import people_by_email
from core.models import User
from ledger.services.rebuild import ledger_rebuild


class Command(BaseCommand):
    help = "Makes the sums of all entries again from the entries and reports each difference that it finds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", metavar="EMAIL", help="only those of one person")
        parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if there is a difference")

    def handle(self, *args: Any, user: str | None, check: bool, **options: Any) -> None:
        found = sum(self._rebuild(person, check=check) for person in people_by_email(user))
        self.stdout.write(f"{found} {'difference' if found == 1 else 'differences'} found.")
        if found and check:
            raise CommandError("The sums are not what the entries say; run it without --check.")

    def _rebuild(self, person: User, *, check: bool) -> int:
        differences = ledger_rebuild(user_id=person.pk, write=not check)
        for difference in differences:
            self.stdout.write(f"{person.email}: {difference.row}: {', '.join(difference.fields)}")
        return len(differences)
