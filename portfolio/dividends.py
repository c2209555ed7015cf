"""Declared dividends that a person was entitled to, and has neither recorded nor dismissed."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, chain

import numpy as np
from django.db.models import QuerySet

from core.days import today_for
from core.models import Account, User
from portfolio.books.events import ZERO, gross_of
from portfolio.books.movements import Movement, unpack
from portfolio.models import Asset, Dividend, DividendAnswer, Holding, Transaction
from portfolio.services.books import books_replay

PAID_FROM, PAID_UNTIL = -5, 60
"""Days after the ex-date on which a dividend that was entered by hand may be dated."""
NOISE = 1e-9
"""What is left of a float sum where nothing is held; the books decide what is above it."""

Candidate = tuple[Dividend, Holding]
Place = tuple[int, int]
"""(asset, account)"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A dividend on `quantity` units, which were held in the account just before its ex-date."""

    dividend: Dividend
    asset: Asset
    account: Account
    quantity: Decimal

    @property
    def amount(self) -> Decimal:
        return gross_of(self.quantity, self.dividend.amount)


def dividends_of(user: User) -> QuerySet[Dividend]:
    """Of all assets of which the person has, or had, something."""
    held = Holding.objects.filter(user_id=user.pk, asset__isnull=False)
    return Dividend.objects.filter(asset__in=held.values("asset")).select_related("asset")


def dividends_proposed(
    user: User, *, assets: Collection[int] | None = None, accounts: Collection[int] | None = None
) -> list[Proposal]:
    """What is still to be answered, the newest first; of these assets and accounts, where they are given (ids)."""
    candidates = _unrecorded(user, _unanswered(user, _entitled(user, assets=assets, accounts=accounts)))
    quantities = _quantities(user, candidates)
    proposals = [
        Proposal(dividend, holding.asset, holding.account, quantity)
        for dividend, holding in candidates
        if holding.asset and (quantity := quantities[dividend.pk, holding.account_id])
    ]
    return sorted(proposals, key=_newest_first)


def _newest_first(proposal: Proposal) -> tuple[int, str, int, str]:
    asset = proposal.asset
    return -proposal.dividend.ex_date.toordinal(), asset.symbol, asset.pk, proposal.account.name


def _entitled(user: User, *, assets: Collection[int] | None, accounts: Collection[int] | None) -> Iterator[Candidate]:
    """Dividends before whose ex-date something was held, by the stored movements: exact enough to tell it from none."""
    holdings = Holding.objects.filter(user_id=user.pk, asset__isnull=False).select_related("asset", "account")
    dividends = dividends_of(user).select_related(None).filter(ex_date__lte=today_for(user))
    if assets is not None:
        holdings, dividends = holdings.filter(asset__in=assets), dividends.filter(asset__in=assets)
    if accounts is not None:
        holdings = holdings.filter(account__in=accounts)
    by_asset: defaultdict[int | None, list[Dividend]] = defaultdict(list)
    for dividend in dividends:
        by_asset[dividend.asset_id].append(dividend)
    for holding in holdings if by_asset else ():
        declared = by_asset[holding.asset_id]
        yield from ((declared[index], holding) for index in _held_before(holding, declared))


def _held_before(holding: Holding, declared: Sequence[Dividend]) -> list[int]:
    movements = unpack(holding.movements)
    held = np.concatenate(([0.0], np.cumsum(movements["quantity"])))
    ex_days = [dividend.ex_date.toordinal() for dividend in declared]
    before = np.searchsorted(movements["day"], ex_days, side="left")
    return [int(index) for index in np.flatnonzero(held[before] > NOISE)]


def _unanswered(user: User, candidates: Iterable[Candidate]) -> list[Candidate]:
    answered = set(DividendAnswer.objects.filter(user_id=user.pk).values_list("dividend_id", "account_id"))
    return [(dividend, held) for dividend, held in candidates if (dividend.pk, held.account_id) not in answered]


def _unrecorded(user: User, candidates: list[Candidate]) -> list[Candidate]:
    """Without those for which a dividend was entered by hand: each such transaction stands for the nearest one."""
    if not candidates:
        return []
    ex_days: defaultdict[Place, list[date]] = defaultdict(list)
    for dividend, held in candidates:
        ex_days[dividend.asset_id, held.account_id].append(dividend.ex_date)
    entered = _entered(user, {asset for asset, _ in ex_days})
    recorded = {
        (*place, day) for place, days in ex_days.items() if place in entered for day in paired(days, entered[place])
    }
    return [
        (dividend, held)
        for dividend, held in candidates
        if (dividend.asset_id, held.account_id, dividend.ex_date) not in recorded
    ]


def _entered(user: User, assets: Collection[int]) -> dict[Place, list[date]]:
    """The days of the dividends that a person entered, without those that answer a proposal."""
    answers = DividendAnswer.objects.filter(user_id=user.pk, transaction__isnull=False)
    rows = Transaction.objects.filter(user_id=user.pk, kind=Transaction.Kind.DIVIDEND, asset__in=assets)
    entered: defaultdict[Place, list[date]] = defaultdict(list)
    columns = rows.exclude(pk__in=answers.values("transaction")).values_list("asset_id", "account_id", "date")
    for asset, account, day in columns:
        if asset is not None:
            entered[asset, account].append(day)
    return entered


def paired(ex_days: Sequence[date], paid: Sequence[date]) -> set[date]:
    """The ex-days for which one of the payments may stand; each payment for one, and the nearest pair first."""
    window = range(PAID_FROM, PAID_UNTIL + 1)
    near = sorted(
        (abs(days), ex_day, index)
        for ex_day in ex_days
        for index, day in enumerate(paid)
        if (days := (day - ex_day) // timedelta(days=1)) in window
    )
    taken: set[int] = set()
    found: set[date] = set()
    for _, ex_day, index in near:
        if ex_day not in found and index not in taken:
            found.add(ex_day)
            taken.add(index)
    return found


def _quantities(user: User, candidates: list[Candidate]) -> dict[tuple[int, int], Decimal]:
    """By dividend and account, the exact quantity at the end of the day before: one replay for all of them."""
    if not candidates:
        return {}
    assets = {dividend.asset_id for dividend, _ in candidates}
    movements: defaultdict[Place, list[Movement]] = defaultdict(list)
    for (account, asset, _), position in books_replay(user_id=user.pk, asset_ids=assets).items():
        if asset is not None:
            movements[asset, account].extend(position.movements)
    held = {place: _Held(rows) for place, rows in movements.items()}
    return {
        (dividend.pk, holding.account_id): held[dividend.asset_id, holding.account_id].before(dividend.ex_date)
        for dividend, holding in candidates
    }


class _Held:
    """What one position held on any day."""

    def __init__(self, movements: list[Movement]) -> None:
        ordered = sorted(movements, key=lambda movement: movement.day)
        self._days = [movement.day for movement in ordered]
        self._quantities = list(accumulate(chain([ZERO], (movement.quantity for movement in ordered))))

    def before(self, day: date) -> Decimal:
        return self._quantities[bisect_left(self._days, day)]
