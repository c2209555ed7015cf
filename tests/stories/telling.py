"""How a story is told: entries on numbered days, and the figures at the end of one of them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portfolio.books.events import Action, Entry
from tests.oracle.engine_input import engine_timeline
from tests.oracle.world import Account, World

D = Decimal
START = date(2024, 1, 1)
ACCOUNT = 1


def on(day: int) -> date:
    return START + timedelta(days=day)


def series(values: dict[int, str]) -> dict[date, Decimal]:
    return {on(day): D(value) for day, value in values.items()}


def entry(day: int, kind: str, quantity: str = "0", gross: str = "0", **more: Any) -> Entry:
    """In rupees and of asset 1, unless said otherwise; of a day, in the order in which they are listed."""
    values: dict[str, Any] = {"id": 0, "account": ACCOUNT, "asset": 1, "currency": "INR", **more}
    return Entry(kind=kind, day=on(day), quantity=D(quantity), gross=D(gross), **values)


class Story:
    """One account, told to its last day; ask for a day to get its figures."""

    def __init__(
        self,
        *entries: Entry,
        days: int,
        assets: dict[int, str],
        closes: dict[int, dict[int, str]],
        actions: tuple[Action, ...] = (),
        dollar: dict[int, str] | None = None,
        tracks_cash: bool = False,
    ) -> None:
        numbered = (Entry(**{**_values(entry), "id": number}) for number, entry in enumerate(entries, start=1))
        world = World(
            accounts={ACCOUNT: Account(ACCOUNT, "INR", tracks_cash=tracks_cash)},
            assets=assets,
            entries=tuple(numbered),
            first=START,
            last=on(days - 1),
            actions=actions,
            closes={asset: series(prices) for asset, prices in closes.items()},
            rates={("USD", "INR"): series(dollar or {})},
        )
        self.line = engine_timeline(world)

    def __call__(self, name: str) -> Any:
        """The values of all days."""
        return getattr(self.line, name).tolist()


def _values(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__slots__}
