"""`manage.py create_token EMAIL`: prints a new key to the API, and nothing else."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.management.people import person_by_email
from core.models import ApiToken

LONGEST_LIFE = 3650


class Command(BaseCommand):
    help = "Makes a key to the API for a person and prints it; it cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", default="command line", help="what the key is for")
        parser.add_argument("--read-only", action="store_true", help="the key may read and nothing else")
        parser.add_argument("--days", type=int, help="after how many days it expires; without it, never")

    def handle(self, *args: Any, **options: Any) -> None:
        access = ApiToken.Access.READ if options["read_only"] else ApiToken.Access.FULL
        person = person_by_email(options["email"])
        _, key = ApiToken.issue(person, options["name"], access=access, expires_at=_expiry(options["days"]))
        self.stdout.write(key)


def _expiry(days: int | None) -> datetime | None:
    if days is None:
        return None
    if not 1 <= days <= LONGEST_LIFE:
        raise CommandError(f"--days: must be from 1 to {LONGEST_LIFE}.")
    return timezone.now() + timedelta(days=days)
