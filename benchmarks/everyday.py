"""The figures of everyday money: what people ask of 1,000,000 entries, beside the same of 10,000, over HTTP."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

import orjson
from django.db import connection

from analytics.rebuild import history_rebuild
from benchmarks.client import Client, clients_of
from benchmarks.household import COMMON_WORD, PREFIX, RARE, RARE_WORD, Household, household_make
from benchmarks.maker import DAYS
from benchmarks.report import Report
from benchmarks.timing import milliseconds
from core.days import today_for
from core.pagination import Cursor, CursorPagination
from ledger.services.rebuild import ledger_rebuild

FEW, MANY = 10_000, 1_000_000
ENTRIES, STATS, NET_WORTH = "/api/v1/entries/", "/api/v1/ledger/stats/", "/api/v1/analytics/net-worth/"

Question = Callable[[Household], str]

PAGES: dict[str, Question] = {
    "page": lambda _: ENTRIES,
    "page_middle": lambda household: f"{ENTRIES}?cursor={_middle(household)}",
    "page_account": lambda household: _entries(account=household.accounts[0].pk),
    "page_category": lambda household: _entries(category=household.categories[0].pk),
    "page_tag": lambda _: _entries(tag="holiday"),
    "search_rare": lambda _: _entries(search=RARE_WORD),
    "search_frequent": lambda _: _entries(search=COMMON_WORD),
    "search_prefix": lambda _: _entries(search=PREFIX),
    "search_none": lambda _: _entries(search="zzyzx"),
}
PAGE = CursorPagination.page_size
EXPECTED = {"search_rare": RARE, "search_none": 0}
"""Rows of an answer, where it is not a full page."""
AFTER_AN_EDIT: dict[str, Question] = {
    "stats": lambda _: f"{STATS}?months=12",
    "budgets": lambda _: f"{STATS}?months=1",
    "payees": lambda _: f"{STATS}?months=1&by=payee",
    "net_worth": lambda _: NET_WORTH,
}
"""Asked each time after another entry was added, so that no answer is one that was kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A household and the client that asks for it."""

    household: Household
    client: Client

    def get(self, question: Question) -> None:
        self.client.get(question(self.household))

    def add(self) -> None:
        """One more entry of today."""
        category, account = self.household.categories[0], self.household.accounts[0]
        day = today_for(self.household.user).isoformat()
        fields = {"kind": "expense", "date": day, "amount": "120.50", "payee": "Payee 7"}
        self.client.post(ENTRIES, {**fields, "account": account.pk, "category_id": category.pk})


def everyday_compare(report: Report, *, runs: int) -> None:
    start = time.perf_counter()
    households = [household_ready(f"household{entries}", entries=entries) for entries in (FEW, MANY)]
    report.value("everyday_made", round(time.perf_counter() - start, 1), "s")
    with clients_of([household.user for household in households]) as clients:
        few, many = (Asked(household, client) for household, client in zip(households, clients, strict=True))
        refuse_other_answers(few, many)
        for name, question in PAGES.items():
            compare(report, name, few, many, ask=partial(Asked.get, question=question), runs=runs)
        compare(report, "add", few, many, ask=Asked.add, runs=runs)
        for name, question in AFTER_AN_EDIT.items():
            ask = partial(Asked.get, question=question)
            compare(report, name, few, many, ask=ask, before=Asked.add, runs=runs)


def household_ready(name: str, *, entries: int) -> Household:
    """With its sums, its history and what the planner knows of it."""
    household = household_make(name, entries=entries)
    if not ledger_rebuild(user_id=household.user.pk):
        raise SystemExit("The sums were there before they were made.")
    history_rebuild(household.user)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return household


def refuse_other_answers(few: Asked, many: Asked) -> None:
    """Where one finds nothing there is nothing to compare."""
    for asked in (few, many):
        for name, question in PAGES.items():
            body, _ = asked.client.get(question(asked.household))
            found = len(orjson.loads(body)["results"])
            if found != EXPECTED.get(name, PAGE):
                raise SystemExit(f"{name} of {asked.household.entries} entries has {found} rows.")


def compare(
    report: Report,
    name: str,
    *both: Asked,
    ask: Callable[[Asked], None],
    runs: int,
    before: Callable[[Asked], None] | None = None,
) -> None:
    """By turns, so that what else the machine does falls on both alike."""
    times: list[list[float]] = [[], []]
    for turn in range(runs + 1):
        for asked, taken in zip(both, times, strict=True):
            one = milliseconds(partial(ask, asked), before=partial(before, asked) if before else None)
            if turn:  # the first one warms up
                taken.append(one)
    few, many = map(statistics.median, times)
    report.growth(f"everyday_{name}", many, few)


def _entries(**asked: object) -> str:
    return f"{ENTRIES}?{urlencode(asked)}"


def _middle(household: Household) -> str:
    """The cursor of the last row before the middle of all days."""
    day = today_for(household.user) - timedelta(days=DAYS // 2)
    return Cursor(backwards=False, value=day.isoformat(), id=2**62).encode()
