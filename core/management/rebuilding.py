"""Commands that make again what follows from other rows, and say where the stored rows were different."""

from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.management.people import people_by_email
from core.models import User


class RebuildCommand(ABC, BaseCommand):
    """refusal: what `--check` ends with where there are differences."""

    refusal: str

    @abstractmethod
    def differences(self, person: User, *, write: bool) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Each row that differs, and in what."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", metavar="EMAIL", help="only those of one person")
        parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if there is a difference")

    def handle(self, *args: Any, user: str | None, check: bool, **options: Any) -> None:
        found = sum(self._told(person, write=not check) for person in people_by_email(user))
        self.stdout.write(f"{found} {'difference' if found == 1 else 'differences'} found.")
        if found and check:
            raise CommandError(f"{self.refusal}; run it without --check.")

    def _told(self, person: User, *, write: bool) -> int:
        found = list(self.differences(person, write=write))
        for row, fields in found:
            self.stdout.write(f"{person.email}: {row}: {', '.join(fields)}")
        return len(found)
