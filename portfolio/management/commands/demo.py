"""`manage.py demo [--fresh]`: a demo person with more than 15 years of history, ending today."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import background
from core.addresses import site_url
from core.errors import ApplicationError
from portfolio.demo.build import Built, demo_build


class Command(BaseCommand):
    help = "Makes a demo person with invented assets and prices, or adds what has happened to them up to today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="forget the demo person first and begin anew")

    def handle(self, *args: Any, **options: Any) -> None:
        with background.by_hand():
            built = _built(fresh=options["fresh"])
            background.run_due()
        self.stdout.write(_summary(built))


def _built(*, fresh: bool) -> Built:
    try:
        return demo_build(fresh=fresh)
    except ApplicationError as error:
        hint = "" if fresh else " `manage.py demo --fresh` begins anew."
        raise CommandError(f"The demo could not be brought up to date: {error.detail}{hint}") from error


def _summary(built: Built) -> str:
    password = built.password or "(as printed when the demo was made; `manage.py demo --fresh` makes a new one)"
    site = f"{site_url()}/"
    return (
        f"Demo: an invented portfolio since {built.first_day}, {built.added} new transactions. Log in at {site}\n"
        f"  e-mail    {built.person.email}\n"
        f"  password  {password}"
    )
