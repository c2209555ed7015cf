"""What of analytics is in an archive: the weights that a person wants, and figures to read that no import needs."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model

from analytics.history import history_read
from analytics.marks import history_mark
from analytics.models import SERIES, AllocationTarget, HistoryMark, HistoryYear
from analytics.rebuild import history_rebuild
from core.archive.exporting import Export
from core.archive.people import OWNER
from core.archive.tables import Row, Sheet, Table, leave_out, register, register_finish, register_sheet
from core.archive.taking import Taking
from core.bulk import LARGEST_ID
from core.csv_cells import safe_cell
from core.days import EARLIEST_DAY, today_for
from core.errors import FieldError, InvalidInput
from core.models import Account, User
from core.money import plain
from portfolio.archive.used import also_used, used_ids
from portfolio.holdings import HoldingAt, holdings_at
from portfolio.models import Asset

_NAMED: dict[str, type[Model]] = {AllocationTarget.By.ACCOUNT: Account, AllocationTarget.By.ASSET: Asset}
"""Whose ids are keys of targets."""
_FIGURES = tuple(one.name for one in fields(HoldingAt) if one.name not in ("account", "asset", "price", "movements"))
GONE = "gone"
"""In the log, in the place of the id of an account or asset that is no more."""
_DERIVED = "made again from everything else; csv/net_worth.csv shows it"


def declare() -> None:
    register(
        Table(
            name="allocation_targets",
            about="The shares that you want the parts of your assets to have. `key` of an account or an asset is its "
            "id in `accounts` or `assets`.",
            model=AllocationTarget,
            rows=lambda export: AllocationTarget.objects.filter(user=export.person).exclude(pk__in=_dead(export)),
            left_out={"user": OWNER},
            inside=(_key_written, _key_read),
            check=_target_check,
        )
    )
    register_sheet(
        Sheet(
            name="net_worth",
            about="Your net worth on every day, in your currency.",
            header=("date", *SERIES),
            lines=_history_lines,
            prepare=history_rebuild,
        )
    )
    register_sheet(
        Sheet(
            name="holdings",
            about="What you hold, in the currency of each asset.",
            header=("symbol", "name", "account", "currency", *_FIGURES, "price", "price_date"),
            lines=_holding_lines,
        )
    )
    register_finish(_targets_finish)
    register_finish(_mark_finish)
    also_used(_targeted)
    leave_out({HistoryMark: _DERIVED, HistoryYear: _DERIVED})


def _targeted(person: User) -> Iterator[int]:
    keys = AllocationTarget.objects.filter(user=person, by=AllocationTarget.By.ASSET).values_list("key", flat=True)
    yield from (int(key) for key in keys if key.isdecimal() and int(key) <= LARGEST_ID)


def _dead(export: Export) -> list[int]:
    """One whose account or asset is gone is no target any more."""
    accounts = Account.objects.filter(user=export.person).values_list("pk", flat=True)
    known: dict[str, set[int]] = {
        AllocationTarget.By.ACCOUNT: set(accounts),
        AllocationTarget.By.ASSET: set(export.once(used_ids)),
    }
    rows = AllocationTarget.objects.filter(user=export.person, by__in=_NAMED).values_list("pk", "by", "key")
    return [pk for pk, by, key in rows if key.isdecimal() and int(key) not in known[by]]


def _key_written(export: Export, row: Row) -> None:
    """In the log also of targets that are gone, and there beside what else changed."""
    model = _NAMED.get(row.get("by", ""))
    key = row.get("key", "")
    if model is not None and key.isdecimal() and int(key) <= LARGEST_ID:
        row["key"] = str(export.numbers(model).of(int(key)) or GONE)


def _key_read(taking: Taking, row: Row) -> None:
    by, key = row.get("by"), row.get("key")
    model = _NAMED.get(by) if isinstance(by, str) else None
    if model is not None and isinstance(key, str) and key.isdecimal() and len(key) < 19:
        row["key"] = str(taking.key(model, int(key)) or GONE)


def _target_check(taking: Taking, row: Any) -> Iterator[FieldError]:
    if row.by in _NAMED and row.key == GONE:
        yield FieldError("key", "does_not_exist", "There is no such row in this archive.")
    if not Decimal(0) <= row.weight <= 1:
        yield FieldError("weight", "invalid", "Must be from 0 to 1.")


def _targets_finish(taking: Taking) -> None:
    weights: defaultdict[str, Decimal] = defaultdict(Decimal)
    for by, weight in AllocationTarget.objects.filter(user=taking.person).values_list("by", "weight"):
        weights[by] += weight
    for by, whole in weights.items():
        if whole > 1:
            detail = f"Must not be more than 1 together, and are {plain(whole)} by {by}."
            raise InvalidInput(detail, attr="allocation_targets.weight", code="too_much")


def _mark_finish(taking: Taking) -> None:
    history_mark(user_id=taking.person.pk, since=EARLIEST_DAY)


def _history_lines(person: User) -> Iterator[Sequence[str]]:
    mark = HistoryMark.objects.filter(user=person).first()
    if mark is None or mark.first_day is None or mark.built_through is None:
        return
    history = history_read(user_id=person.pk, first=mark.first_day, last=mark.built_through)
    for number, values in enumerate(zip(*(history.series[name].tolist() for name in SERIES), strict=True)):
        day = mark.first_day + timedelta(days=number)
        yield (day.isoformat(), *("" if value != value else repr(value) for value in values))


def _holding_lines(person: User) -> Iterator[Sequence[str]]:
    for held in holdings_at(person, today_for(person)):
        names = (held.asset.symbol, held.asset.name, held.account.name)
        price = ("", "") if held.price is None else (plain(held.price.close), held.price.on.isoformat())
        figures = (getattr(held, name) for name in _FIGURES)
        yield (
            *map(safe_cell, names),
            held.asset.currency,
            *(plain(value) if isinstance(value, Decimal) else value.isoformat() for value in figures),
            *price,
        )
