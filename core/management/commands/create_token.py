"""`manage.py create_token EMAIL`: prints a new key to the API, and nothing else."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.models import ApiToken, User


class Command(BaseCommand):
    help = "Makes a key to the API for a person and prints it; it cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", default="command line", help="what the key is for")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError(f"There is no person with the e-mail address {options['email']}.")
        _, key = ApiToken.issue(user, options["name"])
        self.stdout.write(key)
