"""What happens in the household of the demo person, day by day: the same however often it is told. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

SINCE = date(2016, 1, 1)
HOME_SINCE = date(2018, 7, 1)
BANK, CARD, CASH, PPF, HOME, LOAN = (
    f"Demo {name}" for name in ("bank", "credit card", "cash", "PPF", "flat", "home loan")
)
KINDS = {BANK: "bank", CARD: "card", CASH: "cash", PPF: "deposit", HOME: "property", LOAN: "loan"}
OPENING, EMI = 1_600_000, 34_713
"""At first in the bank; and what 4,000,000 at 8.5 % cost in each of 240 months."""
LOAN_RATES = ((HOME_SINCE, "0.085"), (date(2020, 6, 1), "0.0695"), (date(2022, 10, 1), "0.086"))
PPF_RATES = ((SINCE, "0.081"), (date(2017, 4, 1), "0.079"), (date(2019, 7, 1), "0.079"), (date(2020, 4, 1), "0.071"))
BUDGETS = ((None, SINCE, 75_000, False), (None, date(2021, 1, 1), 100_000, False), ("Food", SINCE, 28_000, True))
"""Category, since when, how much a month, whether it carries over."""
RULES = (("Food delivery", "swiggy", "Food:Eating out"), ("Fuel", "petrol", "Transport:Fuel"))
INTERNET = 999
"""A month by card, on the 15th: that recurs by itself."""
INVESTED = ""
"""In the place of an account: the one in which the person invests."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry; a transfer where `to` is an account."""

    day: date
    account: str
    amount: int
    category: str = ""
    payee: str = ""
    description: str = ""
    to: str | None = None
    is_income: bool = False

    @property
    def key(self) -> str:
        return f"demo:{self.day}:{self.account}:{self.category or self.to}:{self.payee}"


@dataclass(frozen=True, slots=True)
class Stated:
    """A balance that somebody stated."""

    account: str
    day: date
    balance: Decimal


def happenings(today: date) -> list[Happening]:
    """All of them up to today, oldest first; what is told of a day never changes later."""
    months = ((year, month) for year in range(SINCE.year, today.year + 1) for month in range(1, 13))
    found = [one for year, month in months for one in _month(year, month)]
    return sorted((one for one in found if one.day <= today), key=lambda one: (one.day, one.key))


def statements(today: date) -> list[Stated]:
    """The bank's first, and what the flat is worth each year."""
    valued = [Stated(HOME, date(year, 7, 1), _flat(year)) for year in range(HOME_SINCE.year, today.year + 1)]
    return [one for one in (Stated(BANK, SINCE, Decimal(OPENING)), *valued) if one.day <= today]


def _flat(year: int) -> Decimal:
    return Decimal(round(5_200_000 * 1.045 ** (year - HOME_SINCE.year), -4))


def _month(year: int, month: int) -> Iterator[Happening]:
    chance = Random(f"{year}-{month}")
    dear = 1.055 ** (year - SINCE.year)

    def on(day: int) -> date:
        return date(year, month, day)

    def about(amount: int) -> int:
        return round(amount * dear * chance.uniform(0.75, 1.25))

    salary = int(round(130_000 * 1.08 ** (year - SINCE.year), -2))
    yield Happening(on(1), BANK, salary, "Salary", "Demo Software Ltd", is_income=True)
    yield Happening(on(6), BANK, salary // 250 * 100, to=INVESTED, description="Into mutual funds and shares")
    yield Happening(on(2), BANK, int(round(4 * 350 * dear, -2)), to=CASH, description="Cash machine")
    yield from _home(year, month)
    yield Happening(on(9), BANK, about(2_200), "Housing:Electricity", "Electricity board")
    if month == 4:
        yield Happening(on(2), BANK, 150_000, to=PPF)
        yield Happening(on(18), BANK, about(26_000), "Insurance", "Health insurer")
    if month == 10:
        yield Happening(on(21), BANK, salary // 5 * 4, "Bonus", "Demo Software Ltd", is_income=True)
    for week in range(4):
        yield Happening(on(4 + 7 * week), CASH, about(350), "Food:Vegetables", "Market")
    yield from _by_card(month, on, about, chance)


def _home(year: int, month: int) -> Iterator[Happening]:
    """Rent, until a flat is bought; then what the bank lent for it is paid back."""
    first = date(year, month, 1)
    if first < HOME_SINCE:
        yield Happening(first.replace(day=3), BANK, 22_000, "Housing:Rent", "Landlord")
    elif first > HOME_SINCE:
        yield Happening(first, BANK, EMI, to=LOAN)
    else:
        yield Happening(first, BANK, 1_200_000, to=HOME, description="Down payment")
        yield Happening(first, LOAN, 4_000_000, to=HOME, description="Paid by the bank")


def _by_card(month: int, on: Callable[[int], date], about: Callable[[int], int], chance: Random) -> Iterator[Happening]:
    """Paid in full at the end of the month."""
    leisure = chance.choice(["Cinema", "Bookshop", "Concert"])
    spent = [
        Happening(on(11), CARD, about(4_200), "Transport:Fuel", "Indian Oil", "Petrol"),
        Happening(on(20), CARD, about(4_600), "Leisure", leisure),
    ]
    for week in range(4):
        spent.append(Happening(on(2 + 7 * week), CARD, about(3_400), "Food:Groceries", "BigBasket"))
        spent.append(Happening(on(5 + 7 * week), CARD, about(1_300), "Food:Eating out", "Swiggy"))
    if month in (5, 12):
        spent.append(Happening(on(19), CARD, about(85_000), "Travel", "Airline and hotel"))
    if month == 10:
        spent.append(Happening(on(24), CARD, about(28_000), "Gifts", "Festival market"))
    yield from spent
    yield Happening(on(28), BANK, INTERNET + sum(one.amount for one in spent), to=CARD, description="Card paid")
