"""What can be seen of a person's data at one moment, and what must not be lost of it from one to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portfolio.models import Asset
from portfolio.selectors import asset_closes
from tests.faults.people import SYMBOLS, Person

READS = (
    "analytics/summary/",
    "analytics/summary/?currency=USD",
    "holdings/",
    "market/",
    "assets/",
    "dividends/",
    "corporate-actions/",
    "quarantine/",
)
Closes = Mapping[str, Mapping[date, Decimal]]


@dataclass(frozen=True, slots=True)
class Sight:
    """closes: stored ones by symbol; worth: rupees by day, None where not known."""

    closes: Closes
    worth: Mapping[str, float | None]
    status: Mapping[str, Any]

    @property
    def codes(self) -> str:
        """All that the status says about what is wrong."""
        providers = (provider["error_code"] for provider in self.status["providers"])
        problems = (f"{problem['code']} {problem['detail']}" for problem in self.status["problems"])
        return " ".join((*providers, *problems))

    @property
    def is_clean(self) -> bool:
        providers = self.status["providers"]
        return (
            not self.status["problems"]
            and self.status["syncing"] == 0
            and self.status["fresh"]
            and all((one["state"], one["error_code"]) == ("ok", "") for one in providers)
        )


def seen_by(person: Person) -> Sight:
    """Every endpoint that reads is asked, and answers."""
    for path in READS:
        person.asked(path)
    for row in person.asked("holdings/")["results"]:
        if row["asset"]:
            person.asked(f"holdings/{row['asset']['id']}/")
    graph = person.asked("analytics/net-worth/")
    return Sight(
        closes=stored_closes(),
        worth=dict(zip(graph["dates"], graph["series"]["net_worth"], strict=True)),
        status=person.asked("analytics/status/"),
    )


def stored_closes() -> Closes:
    assets = Asset.objects.filter(owner=None, symbol__in=SYMBOLS)
    return {asset.symbol: dict(asset_closes(asset)) for asset in assets}


def nothing_lost(before: Sight, after: Sight) -> None:
    """No close that was stored is another one or gone, no day of the history is gone, null or zero that had a value."""
    for symbol, closes in before.closes.items():
        assert closes.items() <= after.closes[symbol].items(), symbol
    assert before.worth.keys() <= after.worth.keys()
    lost = [day for day, worth in before.worth.items() if worth and not after.worth[day]]
    assert not lost
    if before.status["syncing"] == 0:  # all was known, so no day of the past is another one
        settled = sorted(before.worth)[:-7]
        assert [before.worth[day] for day in settled] == [after.worth[day] for day in settled]
