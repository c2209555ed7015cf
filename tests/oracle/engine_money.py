"""The everyday money of a world as the engine wants it: sums of a day, in ten-thousandths."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import numpy as np

from analytics.engine.money import Money, MoneyAccount
from tests.oracle.world import Account, World

Cell = tuple[int, str, date]


def engine_money(world: World, currencies: list[str]) -> Money:
    """`currencies` are the rows of the rates."""
    outside: defaultdict[Cell, int] = defaultdict(int)
    moved: defaultdict[Cell, int] = defaultdict(int)
    for cell, amount, is_moved in _effects(world):
        if world.accounts[cell[0]].keeps_money:
            (moved if is_moved else outside)[cell] += int(amount * 10_000)
    accounts = [account for account in world.accounts.values() if account.keeps_money]
    place = {account.id: i for i, account in enumerate(accounts)}
    cells = sorted({*outside, *moved})
    return Money(
        accounts=[_account(world, account, currencies.index(account.currency)) for account in accounts],
        account=np.array([place[account] for account, _, _ in cells], np.int64),
        currency=np.array([currencies.index(code) for _, code, _ in cells], np.int64),
        day=np.array([day.toordinal() for _, _, day in cells], np.int64),
        outside=np.array([outside[cell] for cell in cells], np.int64),
        moved=np.array([moved[cell] for cell in cells], np.int64),
    )


def _effects(world: World) -> Iterator[tuple[Cell, Decimal, bool]]:
    """What each entry does to its accounts, and whether another account that keeps money is at the other end."""
    for entry in world.everyday:
        amount, currency = entry.charge(world)
        if entry.to_account is None:
            yield (entry.account, currency, entry.day), amount if entry.kind == "income" else -amount, False
            continue
        inside = all(world.accounts[pk].keeps_money for pk in (entry.account, entry.to_account))
        yield (entry.account, currency, entry.day), -amount, inside
        yield (entry.account, entry.currency, entry.day), -entry.fee, False
        amount, currency = entry.arrival(world)
        yield (entry.to_account, currency, entry.day), amount, inside


def _account(world: World, account: Account, currency: int) -> MoneyAccount:
    days = [entry.day for entry in world.everyday if account.id in (entry.account, entry.to_account)]
    return MoneyAccount(
        id=account.id,
        currency=currency,
        is_cash=account.kind not in ("deposit", "property", "other", "loan"),
        is_valued=account.kind in ("deposit", "property", "other"),
        entered_from=min(days).toordinal() if days else None,
        stated={
            day.toordinal(): int(amount * 10_000) for (pk, day), amount in world.statements.items() if pk == account.id
        },
    )
