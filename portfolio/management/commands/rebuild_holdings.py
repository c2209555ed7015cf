"""Make the holdings again from the transactions, and say where the stored ones were different."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.management.people import people_by_email
from core.models import User
from portfolio.services.rebuild import holdings_rebuild


class Command(BaseCommand):
    help = "Makes all holdings again from the transactions and reports each difference that it finds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", metavar="EMAIL", help="only those of one person")
        parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if there is a difference")

    def handle(self, *args: Any, user: str | None, check: bool, **options: Any) -> None:
        found = sum(self._rebuild(person, check=check) for person in people_by_email(user))
        self.stdout.write(f"{found} {'difference' if found == 1 else 'differences'} found.")
        if found and check:
            raise CommandError("The holdings are not what the transactions say; run it without --check.")

    def _rebuild(self, person: User, *, check: bool) -> int:
        differences = holdings_rebuild(user_id=person.pk, write=not check)
        for difference in differences:
            self.stdout.write(f"{person.email}: {difference.holding}: {', '.join(difference.fields)}")
        return len(differences)
