"""The running balance of a CSV file: whether it agrees with the amounts, and what it says of the ends of days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.bank_files.items import Item, Refused, Row, StatedBalance, Warned

MOST_WARNINGS = 100
_RISING, _FALLING = 1, -1


@dataclass(frozen=True, slots=True)
class Sense:
    """How the balances go with the amounts.

    falls: the newest row comes first. sign: -1 where the bank tells what is owed, and the person inverts.
    is_followed: the balances of most rows are those of the rows before, plus their amounts.
    """

    falls: bool
    sign: int
    is_followed: bool


@dataclass(slots=True)
class _Fits:
    """Of one way to read the balances: how many pairs of neighbours fit, and the first line that does not."""

    direction: int
    sign: int
    fits: int = 0
    first_misfit: int | None = None

    def note(self, before: Row, after: Row) -> None:
        if step_fits(before, after, self.direction, self.sign):
            self.fits += 1
        elif self.first_misfit is None:
            self.first_misfit = after.line


@dataclass(slots=True)
class _Days:
    rising: int = 0
    falling: int = 0
    pairs: int = 0
    ways: list[_Fits] = field(
        default_factory=lambda: [_Fits(direction, sign) for sign in (1, -1) for direction in (_RISING, _FALLING)]
    )


def sense_of(rows: Iterable[Row], *, inverted: bool) -> Sense:
    """After a look at all rows; refuses a file whose balances say that every amount has the wrong sign."""
    days = _Days()
    for before, after in _neighbours(rows):
        days.rising += after.date > before.date
        days.falling += after.date < before.date
        if before.balance is not None and after.balance is not None:
            days.pairs += 1
            for way in days.ways:
                way.note(before, after)
    best = max(days.ways, key=lambda way: way.fits)  # of equals the first: as written, the oldest row first
    right = max((way for way in days.ways if way.sign == 1), key=lambda way: way.fits)
    chosen = best if inverted else right
    is_followed = chosen.fits * 2 >= days.pairs
    if not is_followed and best.fits * 2 >= days.pairs:
        raise _wrong_sign(right)
    falls = chosen.direction == _FALLING if chosen.fits else days.falling > days.rising
    return Sense(falls, chosen.sign, is_followed)


def step_fits(before: Row, after: Row, direction: int, sign: int) -> bool:
    if before.balance is None or after.balance is None:
        return True
    if direction == _RISING:
        return (after.balance - before.balance) * sign == after.amount
    return (before.balance - after.balance) * sign == before.amount


def balances_checked(items: Iterable[Item], sense: Sense) -> Iterator[Item]:
    """The items, with a warning where a balance does not follow from the one before, and the balances of the days."""
    ends: dict[date, Row] = {}
    before: Row | None = None
    warned = 0
    for item in items:
        if not isinstance(item, Row):
            yield item
            continue
        if before and not step_fits(before, item, _FALLING if sense.falls else _RISING, sense.sign):
            warned += 1
            if sense.is_followed and warned <= MOST_WARNINGS:
                yield _misfit(item.line)
        if not (sense.falls and item.date in ends):
            ends[item.date] = item
        before = item
        yield replace(item, balance=None if item.balance is None else item.balance * sense.sign)
    if sense.is_followed:
        yield from _stated(ends.values(), sense)
    elif before is not None:
        yield Warned(
            before.line,
            "balance",
            "The balances do not follow from the amounts, so none of them is taken.",
            "balances_unclear",
        )


def _stated(ends: Iterable[Row], sense: Sense) -> Iterator[StatedBalance]:
    """The last row of a day states its end; where the newest comes first, that is the first one. Where it has no
    balance, as what is pending has none, nothing is stated: the balance of a row before it lacks its amount."""
    for row in ends:
        if row.balance is not None:
            yield StatedBalance(row.line, row.date, row.balance * sense.sign)


def _neighbours(rows: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
    before: Row | None = None
    for row in rows:
        if before is not None:
            yield before, row
        before = row


def _misfit(line: int) -> Warned:
    detail = "The balance is not that of the row before and this amount: were rows cut out or changed?"
    return Warned(line, "balance", detail, "balance_gap")


def _wrong_sign(way: _Fits) -> Refused:
    return Refused(
        "The balances fall with what this file would bring in, and rise with what it would take: the amounts have the "
        "wrong sign. Say invert.",
        line=way.first_misfit,
        column="amount",
        code="wrong_sign",
    )
