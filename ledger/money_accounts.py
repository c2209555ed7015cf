"""Reads what is known of the money of a person's accounts beside the sums of entries, in few and small queries."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection

from core.fields import money_units
from core.models import Account
from core.packed import any_of, fetch_packed
from ledger.models import Balance, Entry, Terms

DAY_OF_KEPT = f"(SELECT MIN(e.date) FROM {Entry._meta.db_table} e WHERE e.{{}} = a.id AND e.deleted_at IS NULL)"


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """An account. entered_from: the day of its first entry, None where it has none."""

    id: int
    kind: str
    currency: str
    tracks_cash: bool
    entered_from: date | None
    is_stated: bool
    has_terms: bool

    @property
    def keeps_money(self) -> bool:
        return Account(kind=self.kind, tracks_cash=self.tracks_cash).keeps_money

    @property
    def is_used(self) -> bool:
        """Whether anything was entered or stated of it."""
        return self.is_stated or self.entered_from is not None


@dataclass(frozen=True, slots=True)
class Transferred:
    """What transfers of a day did to an account: ten-thousandths of `currency`, negative where they took it."""

    account: int
    currency: str
    day: date
    units: int


def money_rows(user_id: int) -> list[MoneyRow]:
    """All accounts of a person. The days are looked up in indexes, whatever the number of entries."""
    sql = (
        f"SELECT a.id, a.kind, a.currency, a.tracks_cash, {DAY_OF_KEPT.format('account_id')}, "
        f"{DAY_OF_KEPT.format('to_account_id')}, "
        f"EXISTS(SELECT 1 FROM {Balance._meta.db_table} b WHERE b.account_id = a.id), "
        f"EXISTS(SELECT 1 FROM {Terms._meta.db_table} t WHERE t.account_id = a.id) "
        f"FROM {Account._meta.db_table} a WHERE a.user_id = %s ORDER BY a.id"
    )
    return [
        MoneyRow(pk, kind, currency, bool(tracks), _earlier(*map(_day, days)), bool(is_stated), bool(has_terms))
        for pk, kind, currency, tracks, *days, is_stated, has_terms in fetch_packed(sql, [user_id])
    ]


def stated_balances(user_id: int) -> dict[int, dict[date, int]]:
    """By account and day, in ten-thousandths."""
    found: defaultdict[int, dict[date, int]] = defaultdict(dict)
    for account, day, balance in Balance.objects.filter(user_id=user_id).values_list("account_id", "date", "balance"):
        found[account][day] = money_units(balance)
    return dict(found)


def transfers_across(accounts: Collection[int], others: Collection[int]) -> list[Transferred]:
    """What transfers between some accounts and others did to the first, in the currencies of `AccountYear`."""
    return [*_leaving(accounts, others), *_arriving(accounts, others)]


def exchange_losses(accounts: Collection[int], others: Collection[int]) -> list[Transferred]:
    """What transfers from some accounts to others lost on the way by the rate of a bank: what left, and less it what
    arrived, each in its currency. Where no bank said otherwise both are the same."""
    from_ours, ours = any_of("e.account_id", list(accounts))
    to_others, theirs = any_of("e.to_account_id", list(others))
    where = f"{from_ours} AND {to_others} AND (e.account_amount IS NOT NULL OR e.to_amount IS NOT NULL)"
    left, arrived = (
        _summed("e.account_id", f"a.id = e.{side}", said, sign=sign, where=where, params=[*ours, *theirs])
        for side, said, sign in (("account_id", "account_amount", 1), ("to_account_id", "to_amount", -1))
    )
    return [*left, *arrived]


def _leaving(accounts: Collection[int], others: Collection[int]) -> list[Transferred]:
    from_ours, ours = any_of("e.account_id", list(accounts))
    to_others, theirs = any_of("e.to_account_id", list(others))
    return _summed(
        "e.account_id", "a.id = e.account_id", "account_amount", sign=-1,
        where=f"{from_ours} AND {to_others}", params=[*ours, *theirs],
    )  # fmt: skip


def _arriving(accounts: Collection[int], others: Collection[int]) -> list[Transferred]:
    to_ours, ours = any_of("e.to_account_id", list(accounts))
    from_others, theirs = any_of("e.account_id", list(others))
    return _summed(
        "e.to_account_id", "a.id = e.to_account_id", "to_amount", sign=1,
        where=f"{to_ours} AND {from_others}", params=[*ours, *theirs],
    )  # fmt: skip


def _summed(account: str, join: str, said: str, *, sign: int, where: str, params: list[object]) -> list[Transferred]:
    """said: the column of what the account's bank said that it was, in the account's currency."""
    units = f"SUM(COALESCE(e.{said}, e.amount))"
    if connection.vendor == "postgresql":  # on SQLite money is kept in ten-thousandths
        units = f"({units} * 10000)::bigint"
    sql = (
        f"SELECT {account}, CASE WHEN e.{said} IS NULL THEN e.currency ELSE a.currency END, e.date, {units} "
        f"FROM {Entry._meta.db_table} e JOIN {Account._meta.db_table} a ON {join} "
        f"WHERE e.deleted_at IS NULL AND e.to_account_id IS NOT NULL AND {where} GROUP BY 1, 2, 3"
    )
    return [Transferred(pk, code, _known(day), sign * units) for pk, code, day, units in fetch_packed(sql, params)]


def _earlier(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _day(value: date | str | None) -> date | None:
    return None if value is None else _known(value)


def _known(value: date | str) -> date:
    """SQLite has no type for the result of an expression."""
    return date.fromisoformat(value) if isinstance(value, str) else value
