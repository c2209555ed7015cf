"""`manage.py create_token EMAIL`: prints a new key to the API, and nothing else."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.management.people import person_by_email
from core.models import ApiToken


class Command(BaseCommand):
    help = "Makes a key to the API for a person and prints it; it cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", default="command line", help="what the key is for")

    def handle(self, *args: Any, **options: Any) -> None:
        _, key = ApiToken.issue(person_by_email(options["email"]), options["name"])
        self.stdout.write(key)
