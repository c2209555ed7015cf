"""`manage.py doctor [--user EMAIL] [--json]`: what is wrong with the prices, and what to do about it."""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.management.people import people_by_email
from core.renderers import dumps
from portfolio.data_problems import Problem, problems_of
from portfolio.live.gate import State, provider_states
from portfolio.models import Asset

HEALTHY = ("ok", "saving", "off")


class Command(BaseCommand):
    help = "Says what is wrong with the prices that people need; ends with 1 if anything is, else with 0."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", metavar="EMAIL", help="only what this person holds and needs")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        problems, states = problems_of(people_by_email(options["user"])), provider_states()
        if options["json"]:
            self.stdout.write(_json(problems, states))
        else:
            self.stdout.write("\n".join([*_told(problems), *map(_state, states)]))
        if problems or any(state.state not in HEALTHY for state in states):
            sys.exit(1)


def _json(problems: list[Problem], states: list[State]) -> str:
    rows = [
        {**{name: getattr(row, name) for name in ("code", "detail", "todo", "since")}, **_asset(row.asset)}
        for row in problems
    ]
    return dumps({"problems": rows, "providers": [asdict(state) for state in states]}).decode()


def _asset(asset: Asset | None) -> dict[str, Any]:
    """Symbols of private assets may be equal, so it is said whose one is."""
    if asset is None:
        return {"asset": None, "symbol": None, "owner": None}
    return {"asset": asset.pk, "symbol": asset.symbol, "owner": asset.owner.email if asset.owner else None}


def _told(problems: list[Problem]) -> Iterable[str]:
    if not problems:
        yield "No problem with any price."
    for asset, rows in groupby(problems, key=lambda problem: problem.asset):
        yield _title(asset)
        for row in rows:
            since = f" (since {row.since})" if row.since else ""
            yield f"  {row.code}{since}: {row.detail}"
            yield f"    → {row.todo}"


def _title(asset: Asset | None) -> str:
    if asset is None:
        return "Exchange rates"
    owner = f", private to {asset.owner.email}" if asset.owner else ""
    return f"{asset.symbol} ({asset.name}{owner})"


def _state(state: State) -> str:
    last = f", last answer {state.last_ok_at:%Y-%m-%d %H:%M} UTC" if state.last_ok_at else ", no answer yet"
    again = f", asked again at {state.retry_at:%Y-%m-%d %H:%M:%S} UTC" if state.retry_at else ""
    error = f": {state.error_code}, {state.last_error}" if state.error_code else ""
    return f"{state.provider}: {state.state}{error}{last}{again}, {state.requests_left} requests left"
