"""Erase a person and all that is theirs, for good."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.erasure import person_erase
from core.errors import ApplicationError
from core.management.people import person_by_email


class Command(BaseCommand):
    help = "Erase a person and all that is theirs, for good: nothing but a backup brings it back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--yes", action="store_true", help="Do not ask to type the address again.")

    def handle(self, *args: Any, email: str, yes: bool, **options: Any) -> None:
        person = person_by_email(email)
        if not yes and input(f"All that {person.email} has here goes for good. Type the address again: ") != email:
            raise CommandError("That is another address; nothing was erased.")
        try:
            person_erase(user=person)
        except ApplicationError as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write("Erased.")
