"""Short ways to write entries and actions in tests."""

from datetime import date, time
from decimal import Decimal
from itertools import count
from typing import Any

from portfolio.books.events import Action, Entry
from portfolio.books.position import Position
from portfolio.books.replay import replay

D = Decimal
JAN, FEB, MAR, APR, MAY = (date(2024, month, 1) for month in range(1, 6))
HOME, AWAY = 1, 2
"""Two accounts of the person."""
GOLD, SILVER = 10, 20
"""Two assets."""
_ids = count(1)


def entry(kind: str, day: date, quantity: Any = 0, gross: Any = 0, **more: Any) -> Entry:
    """An entry of GOLD in HOME in rupees, unless said otherwise; ids go up."""
    values: dict[str, Any] = {"account": HOME, "asset": GOLD, "currency": "INR", "id": next(_ids), **more}
    for name in ("fee", "tax", "rate"):
        if values.get(name) is not None:
            values[name] = D(str(values[name]))
    amount = None if gross is None else D(str(gross))
    return Entry(kind=kind, day=day, quantity=D(str(quantity)), gross=amount, **values)


def action(kind: str, day: date, ratio: Any = 1, **more: Any) -> Action:
    """An action of GOLD."""
    values: dict[str, Any] = {
        name: D(str(more.pop(name))) for name in ("cost_fraction", "cash_per_share") if name in more
    }
    values = {"id": 1, "asset": GOLD, **more, **values}
    return Action(**values, kind=kind, day=day, ratio=D(str(ratio)))


def position(*events: Entry | Action, average: bool = False, account: int = HOME, asset: int | None = GOLD) -> Any:
    """One position after all of the events."""
    entries = [event for event in events if isinstance(event, Entry)]
    actions = [event for event in events if isinstance(event, Action)]
    books = replay(entries, actions, average_accounts=[HOME, AWAY] if average else [])
    return books[account, asset, "INR"]


def lots(held: Position) -> list[Any]:
    """(day of acquisition, quantity, cost) of each open lot."""
    return [(lot.acquired, lot.quantity, lot.cost) for lot in held.lots.open()]


def at(hour: int) -> time:
    return time(hour)
