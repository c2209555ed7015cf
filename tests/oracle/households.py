"""Random worlds with everyday money beside the trades: accounts of every kind, entries and statements."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.oracle.strategies import CURRENCIES, worlds
from tests.oracle.world import Account, Everyday, World

KINDS = ("bank", "bank", "cash", "card", "wallet", "loan", "deposit", "property", "other", "demat")
AMOUNTS = st.one_of(
    st.integers(1, 50).map(Decimal),
    st.integers(1, 10**7).map(lambda n: Decimal(n) / 100),
    st.integers(1, 10**11).map(lambda n: Decimal(n) / 10**4),
)
BALANCES = st.one_of(st.just(Decimal(0)), AMOUNTS, AMOUNTS.map(lambda amount: -amount))
SOON, LATE = 6, 5
"""Entries may come this many days before the days that are valued, and after them."""


@st.composite
def households(draw: st.DrawFn) -> World:
    world = draw(worlds())
    accounts = dict(world.accounts)
    for number in range(len(accounts) + 1, len(accounts) + 1 + draw(st.integers(1, 4))):
        account = Account(number, draw(st.sampled_from(CURRENCIES)), kind=draw(st.sampled_from(KINDS)))
        accounts[number] = replace(account, tracks_cash=draw(st.booleans()))
    first, last = world.first - timedelta(days=SOON), world.last + timedelta(days=LATE)
    days = st.one_of(st.dates(first, first + timedelta(days=2 * SOON)), st.dates(first, last))
    entries = st.lists(_everyday(accounts, days), min_size=draw(st.sampled_from([0, 3, 12])), max_size=20)
    stated = st.dictionaries(st.tuples(st.sampled_from(sorted(accounts)), days), BALANCES, max_size=8)
    return replace(
        world,
        accounts=accounts,
        everyday=tuple(draw(entries)),
        statements=draw(stated),
        base=draw(st.sampled_from(CURRENCIES)),
    )


@st.composite
def _everyday(draw: st.DrawFn, accounts: dict[int, Account], days: st.SearchStrategy[date]) -> Everyday:
    kind = draw(st.sampled_from(["expense", "income", "transfer", "transfer"]))
    account, other = draw(st.permutations(sorted(accounts)))[:2]
    currency = draw(st.sampled_from([*CURRENCIES, *[accounts[account].currency] * 3]))
    entry = Everyday(account, kind, draw(days), draw(AMOUNTS), currency)
    if currency != accounts[account].currency:
        entry = replace(entry, account_amount=draw(st.one_of(st.none(), AMOUNTS)))
    if kind != "transfer":
        return (
            replace(entry, amount=-entry.amount) if draw(st.integers(0, 5)) == 0 and not entry.account_amount else entry
        )
    entry = replace(entry, to_account=other, fee=draw(st.one_of(st.just(Decimal(0)), AMOUNTS)))
    if currency != accounts[other].currency:
        entry = replace(entry, to_amount=draw(st.one_of(st.none(), AMOUNTS)))
    return entry
