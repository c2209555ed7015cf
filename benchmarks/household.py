"""Seeded everyday money of 15 years: five accounts in three currencies, a tree of categories, many entries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import permutations, product

import numpy as np
import orjson
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from benchmarks.maker import DAYS, business_days, random_walk
from core.days import today_for
from core.models import Account, User
from ledger.models import Budget, Category, Entry
from ledger.search import words_of
from portfolio.models import Asset
from portfolio.prices.store import closes_merge

BATCH = 50_000
ACCOUNTS = {
    "Salary account": ("bank", "INR"),
    "Savings": ("bank", "INR"),
    "Purse": ("cash", "INR"),
    "Card": ("card", "USD"),
    "Travel money": ("wallet", "EUR"),
}
BELOW = {"Food": 8, "Home": 8, "Travel": 7, "Health": 6, "Fun": 6}
"""Categories at the top, and how many are below each."""
INCOMES = ("Salary", "Interest", "Gifts")
KINDS = {"expense": 0.9, "income": 0.05, "transfer": 0.05}
FIRST, MIDDLE, LAST = (
    ("ma", "ri", "to", "ku", "se", "lo", "pe", "na", "du", "fi"),
    ("pan", "dir", "ge", "mu", "sa"),
    "aeioun",
)
VOCABULARY = ["".join(syllables) for syllables in product(FIRST, MIDDLE, LAST)]
COMMON_WORD, PREFIX = VOCABULARY[0], VOCABULARY[60][:4]
"""What most entries have a word of, and what a tenth of them have one that begins with."""
PAYEES = 300
TAGS: tuple[list[str], ...] = ([], ["family"], ["work"], ["holiday", "family"])
TAG_SHARES = (0.7, 0.2, 0.08, 0.02)
RARE_WORD, RARE = "heirloom", 5
"""A word, and how many entries have it, however many there are in all."""
COLUMNS = (
    "user_id", "account_id", "to_account_id", "kind", "currency", "fee", "category_id", "date", "amount",
    "payee", "description", "note", "tags", "words", "created_at", "updated_at",
)  # fmt: skip
NULL = r"\N"


@dataclass(frozen=True, slots=True)
class Household:
    """A person with `entries` entries; `heads` are, by kind, the beginnings that a row of the table can have."""

    user: User
    entries: int
    accounts: list[Account]
    categories: list[Category]
    heads: list[list[str]]


def household_make(name: str, *, entries: int) -> Household:
    """Write it all to the database; the sums and the history are still to be made."""
    user = User.objects.create_user(f"{name}@example.com", "a long pass phrase", base_currency="INR")
    accounts = [
        Account.objects.create(user=user, name=label, kind=kind, currency=currency)
        for label, (kind, currency) in ACCOUNTS.items()
    ]
    expenses = list(_expenses(user))
    incomes = [Category.objects.create(user=user, kind="income", name=name) for name in INCOMES]
    household = Household(user, entries, accounts, expenses, list(_heads(accounts, expenses, incomes)))
    _budgets_make(household)
    _rates_make(household)
    _entries_copy(household)
    return household


def _expenses(user: User) -> Iterator[Category]:
    for top, below in BELOW.items():
        parent = Category.objects.create(user=user, kind="expense", name=top)
        yield parent
        for number in range(below):
            yield Category.objects.create(user=user, kind="expense", name=f"{top} {number}", parent=parent)


def _heads(accounts: list[Account], expenses: list[Category], incomes: list[Category]) -> Iterator[list[str]]:
    for kind, categories in (("expense", expenses), ("income", incomes)):
        pairs = product(accounts, categories)
        yield [_head(account, kind, category=str(category.pk)) for account, category in pairs]
    yield [_head(one, "transfer", to_account=str(other.pk)) for one, other in permutations(accounts, 2)]


def _head(account: Account, kind: str, *, to_account: str = NULL, category: str = NULL) -> str:
    return "\t".join((str(account.user_id), str(account.pk), to_account, kind, account.currency, "0", category))


def _budgets_make(household: Household) -> None:
    """Of the whole and of each top, since the first month; what is left of a month is carried over to the next."""
    first = (today_for(household.user) - timedelta(days=DAYS - 1)).replace(day=1)
    tops = [category for category in household.categories if category.parent_id is None]
    common = {"user": household.user, "starts_on": first, "currency": "INR", "carries_over": True}
    Budget.objects.bulk_create(
        Budget(category=category, amount=Decimal(household.entries), **common) for category in (None, *tops)
    )


def _rates_make(household: Household) -> None:
    """Of each foreign currency, for each business day; once for all households."""
    days = business_days(today_for(household.user))
    for number, currency in enumerate(sorted({account.currency for account in household.accounts} - {"INR"})):
        pair, _ = Asset.objects.get_or_create(
            symbol=f"{currency}INR=X", owner=None, defaults={"asset_class": "fx", "currency": "INR", "name": currency}
        )
        rates = random_walk(np.random.default_rng(number), (1, len(days)), volatility=0.003)[0] * 80
        closes_merge({pair.pk: dict(zip(days, rates.round(4).tolist(), strict=True))})


@transaction.atomic
def _entries_copy(household: Household) -> None:
    """By day, as they come about in life, so that rows of a day are beside each other."""
    random = np.random.default_rng(household.entries)
    on = np.sort(random.integers(0, DAYS, household.entries))
    rare = set(np.linspace(0, household.entries - 1, RARE).astype(int).tolist())
    sql = f"COPY {Entry._meta.db_table} ({', '.join(COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor:
        for start in range(0, household.entries, BATCH):
            days = on[start : start + BATCH]
            text = "".join(_rows(household, random, days=days, rare={i - start for i in rare}))
            with cursor.copy(sql) as copy:
                copy.write(text)


def _rows(
    household: Household, random: np.random.Generator, *, days: NDArray[np.int64], rare: set[int]
) -> Iterator[str]:
    """As COPY reads them."""
    count = len(days)
    first = today_for(household.user) - timedelta(days=DAYS - 1)
    calendar = [(first + timedelta(days=day)).isoformat() for day in range(DAYS)]
    written = timezone.now().isoformat()
    kinds = random.choice(len(KINDS), count, p=list(KINDS.values())).tolist()
    heads = [random.choice(of_kind, count).tolist() for of_kind in household.heads]
    amounts = np.char.mod("%.2f", random.lognormal(5, 1, count) + 0.01).tolist()
    texts = _texts(random, count, rare)
    for row, (day, kind) in enumerate(zip(days.tolist(), kinds, strict=True)):
        yield "\t".join((heads[kind][row], calendar[day], amounts[row], *next(texts), written, written)) + "\n"


def _texts(random: np.random.Generator, count: int, rare: set[int]) -> Iterator[tuple[str, ...]]:
    """Payee, description, note, tags and words; a few payees and words have most of the entries, as in life."""
    payees = np.minimum(random.zipf(1.3, count), PAYEES).tolist()
    words = np.minimum(random.zipf(1.5, (count, 3)), len(VOCABULARY)).tolist()
    tags = random.choice(len(TAGS), count, p=TAG_SHARES).tolist()
    for row in range(count):
        described = [VOCABULARY[word - 1] for word in words[row]] + [RARE_WORD] * (row in rare)
        payee, description, tagged = f"Payee {payees[row]}", " ".join(described), TAGS[tags[row]]
        found_by = words_of(payee, description, tags=tagged)
        yield payee, description, "", orjson.dumps(tagged).decode(), found_by
