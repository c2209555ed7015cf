"""Clients that edit without pause, and remember exactly what was answered and what was not."""

import random
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.drills.seed import INDIAN
from tests.drills.site import Client, NoAnswer

MOST_EDITS = 500
"""Of one client in one round: the drill ends by itself, whatever happens."""

Facts = Mapping[str, Any]
"""What is stored, by a name: `row NOTE` → [kind, day, quantity, price], `close SYMBOL DAY`, `action SYMBOL DAY`.

None where there is no such thing.
"""


@dataclass
class Edit:
    """One request, and what is true before and after it."""

    method: str
    path: str
    body: Any
    before: Facts
    after: Facts
    key: str | None = None
    learn: Callable[[Any], object] = lambda answer: None


@dataclass
class Editor:
    """One client; it edits only what no other one does, so that it knows what must be there.

    known: every fact that is certain. unanswered: the edit during which the server went away.
    """

    name: str
    token: str
    chance: random.Random
    assets: Mapping[str, int]
    known: dict[str, Any] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    unanswered: Edit | None = None
    answered: int = 0
    problems: list[str] = field(default_factory=list)

    def edit_until(self, stop: threading.Event, *, port: int) -> None:
        client = Client(port, self.token)
        edits = self.edits()
        try:
            for _ in range(MOST_EDITS):
                if stop.is_set() or self.problems:
                    break
                self.do(next(edits), client)
                if self.chance.random() < 0.2:
                    self.look(client)
        except NoAnswer:
            pass  # the server was killed; `unanswered` says during what
        finally:
            client.close()

    def do(self, edit: Edit, client: Client) -> None:
        self.unanswered = edit
        status, answer = client.ask(edit.method, edit.path, edit.body, key=edit.key)
        self.unanswered = None
        if 200 <= status < 300:
            self.answered += 1
            self.known.update(edit.after)
            edit.learn(answer)
        else:
            self.problems.append(f"{self.name}: {edit.method} {edit.path}: {status} {answer}")

    def look(self, client: Client) -> None:
        """A reader rebuilds too."""
        status, answer = client.ask("GET", "/api/v1/analytics/net-worth/?period=1m")
        if status != 200:
            self.problems.append(f"{self.name}: GET net worth: {status} {answer}")

    def settle(self, stored: Facts) -> None:
        """After the server went away: the edit without an answer is wholly there, or wholly absent."""
        edit, self.unanswered = self.unanswered, None
        if edit is None:
            return
        now = {name: stored.get(name) for name in edit.after}
        if now not in (dict(edit.before), dict(edit.after)):
            self.problems.append(f"{self.name}: {edit.method} {edit.path} is half there: {now}")
        self.known.update(now)

    def repeat(self, *, port: int) -> None:
        """A POST that was not answered is sent again with its key, as a careful client does."""
        if self.unanswered is not None and self.unanswered.key is not None:
            client = Client(port, self.token)
            self.do(self.unanswered, client)
            client.close()

    def edits(self) -> Iterator[Edit]:
        """Whatever comes next, forever."""
        raise NotImplementedError


class Trader(Editor):
    """Buys, sells, changes, deletes, one by one and in bulk."""

    def edits(self) -> Iterator[Edit]:
        while True:
            kinds = [self._create, self._create, self._bulk, *([self._change, self._delete] if self.ids else [])]
            yield self.chance.choice(kinds)()

    def _create(self) -> Edit:
        note, row = self._new()
        return Edit(
            "POST", "/api/v1/transactions/", row,
            before={f"row {note}": None}, after={f"row {note}": fact(row)}, key=str(uuid.uuid4()), learn=self._learn,
        )  # fmt: skip

    def _bulk(self) -> Edit:
        rows = dict(self._new() for _ in range(self.chance.randint(2, 20)))
        return Edit(
            "POST", "/api/v1/transactions/bulk/", list(rows.values()),
            before={f"row {note}": None for note in rows},
            after={f"row {note}": fact(row) for note, row in rows.items()},
            key=str(uuid.uuid4()), learn=lambda answer: self._learn(*answer),
        )  # fmt: skip

    def _change(self) -> Edit:
        note, pk = self.chance.choice(sorted(self.ids.items()))
        before = self.known[f"row {note}"]
        kind, _, quantity, price = before
        day = self._day()
        return Edit(
            "PATCH", f"/api/v1/transactions/{pk}/", {"date": day, "quantity": str(int(quantity) + 1)},
            before={f"row {note}": before}, after={f"row {note}": [kind, day, str(int(quantity) + 1), price]},
        )  # fmt: skip

    def _delete(self) -> Edit:
        note, pk = self.chance.choice(sorted(self.ids.items()))
        return Edit(
            "DELETE", f"/api/v1/transactions/{pk}/", None,
            before={f"row {note}": self.known[f"row {note}"]}, after={f"row {note}": None},
            learn=lambda _: self.ids.pop(note),
        )  # fmt: skip

    def settle(self, stored: Facts) -> None:
        """What was deleted without an answer cannot be edited again."""
        super().settle(stored)
        self.ids = {note: pk for note, pk in self.ids.items() if self.known[f"row {note}"] is not None}

    def _new(self) -> tuple[str, dict[str, Any]]:
        note = uuid.uuid4().hex
        return note, {
            "kind": self.chance.choice(("buy", "buy", "sell")),
            "date": self._day(),
            "symbol": self.chance.choice(sorted(self.assets)),
            "quantity": str(self.chance.randint(1, 50)),
            "price": str(self.chance.randint(50, 200)),
            "note": note,
        }

    def _learn(self, *rows: Mapping[str, Any]) -> None:
        self.ids.update({row["note"]: row["id"] for row in rows})

    def _day(self) -> str:
        return some_day(self.chance)


class Pricer(Editor):
    """Writes, changes and removes closes, of shared assets and of a rate."""

    def edits(self) -> Iterator[Edit]:
        while True:
            symbol = self.chance.choice(sorted(self.assets))
            days = sorted({some_day(self.chance) for _ in range(self.chance.randint(1, 5))})
            closes = {day: self.chance.choice((None, f"{self.chance.randint(5000, 20000) / 100}")) for day in days}
            names = {day: f"close {symbol} {day}" for day in days}
            yield Edit(
                "PUT", f"/api/v1/assets/{self.assets[symbol]}/prices/", closes,
                before={name: self.known.get(name, ...) for name in names.values()},
                after={names[day]: None if close is None else float(close) for day, close in closes.items()},
            )  # fmt: skip

    def settle(self, stored: Facts) -> None:
        """A close that this client has not touched before was what the seed made it."""
        if self.unanswered is not None:
            before = {name: stored.get(name) if old is ... else old for name, old in self.unanswered.before.items()}
            untouched = [name for name, old in self.unanswered.before.items() if old is ...]
            if all(stored.get(name) == self.unanswered.after[name] for name in untouched):
                before.update({name: self.unanswered.after[name] for name in untouched})
            self.unanswered.before = before
        super().settle(stored)


class Splitter(Editor):
    """Announces splits of shared and of private assets, changes their ratio, and takes them back."""

    def edits(self) -> Iterator[Edit]:
        while True:
            yield self.chance.choice([self._announce, *([self._change, self._withdraw] if self.ids else [])])()

    def _announce(self) -> Edit:
        symbol = self.chance.choice(sorted(self.assets))
        day = some_day(self.chance)
        while f"action {symbol} {day}" in self.ids:
            day = some_day(self.chance)
        name, ratio = f"action {symbol} {day}", self.chance.choice(("2", "5", "1.5"))
        return Edit(
            "POST", "/api/v1/corporate-actions/",
            {"asset": self.assets[symbol], "kind": "split", "ex_date": day, "ratio": ratio},
            before={name: None}, after={name: ratio}, key=str(uuid.uuid4()),
            learn=lambda answer: self.ids.update({name: answer["id"]}),
        )  # fmt: skip

    def _change(self) -> Edit:
        name, pk = self.chance.choice(sorted(self.ids.items()))
        ratio = self.chance.choice(("2", "3", "1.25"))
        return Edit(
            "PATCH", f"/api/v1/corporate-actions/{pk}/", {"ratio": ratio},
            before={name: self.known[name]}, after={name: ratio},
        )  # fmt: skip

    def _withdraw(self) -> Edit:
        name, pk = self.chance.choice(sorted(self.ids.items()))
        return Edit(
            "DELETE", f"/api/v1/corporate-actions/{pk}/", None,
            before={name: self.known[name]}, after={name: None}, learn=lambda _: self.ids.pop(name),
        )  # fmt: skip

    def settle(self, stored: Facts) -> None:
        super().settle(stored)
        self.ids = {name: pk for name, pk in self.ids.items() if self.known[name] is not None}


def fact(row: Mapping[str, Any]) -> list[str]:
    return [row["kind"], row["date"], row["quantity"], row["price"]]


def some_day(chance: random.Random) -> str:
    """After the first month's large purchases."""
    return (date(2019, 2, 1) + timedelta(days=chance.randrange(2400))).isoformat()


def editors(seeded: Mapping[str, Any], chance: random.Random) -> list[Editor]:
    """Three clients of Asha, who is staff, and one of Bob, who holds the same assets."""
    people, assets = seeded["people"], seeded["assets"]
    asha, bob = people["asha@example.com"]["token"], people["bob@example.com"]["token"]

    def own() -> random.Random:
        return random.Random(chance.random())

    shared = {symbol: pk for symbol, pk in assets.items() if symbol != "FLAT"}
    some = {symbol: assets[symbol] for symbol in (*INDIAN[:3], "FLAT")}
    return [
        Trader("Asha 1", asha, own(), assets),
        Trader("Asha 2", asha, own(), some),
        Trader("Bob", bob, own(), shared),
        Pricer("prices", asha, own(), assets),
        Splitter("splits", asha, own(), some),
    ]
