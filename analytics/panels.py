"""The panel of a person, made once for all measures that look at it: kept until anything that it rests on changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from analytics.engine.carry import IntArray
from analytics.engine.panel import MONEY, Border, Panel
from analytics.engine.worth import Worth
from analytics.failures import computing
from analytics.inputs import Inputs, inputs_load
from analytics.movements import Scope
from analytics.selectors import State
from core.kept import Kept
from core.models import Account, User
from portfolio.live.board import watch

MOST_BYTES = 128 * 2**20
"""Of all panels that are kept: 25 people with 15 years, 50 assets and two accounts."""


INVESTED = Account.CUSTODY | {Account.Kind.DEPOSIT.value}
"""Kinds whose money is an investment without tracked cash, too; a broker that tracks none has none."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What an account is, as far as it says what its money is."""

    kind: str
    tracks_cash: bool

    @property
    def keeps_money(self) -> bool:
        return Account(kind=self.kind, tracks_cash=self.tracks_cash).keeps_money

    @property
    def is_invested(self) -> bool:
        """Whether its money is there to be invested, or to earn."""
        return self.tracks_cash or self.kind in INVESTED


@dataclass(frozen=True)
class Portrait:
    """A panel, and what its rows stand for.

    asset_ids: by row of the market. currencies: by row of the rates, the panel's own first. kinds: what each account
    is, by its id. border: what counts as outside of it. reasons: why some figures are not known.
    """

    panel: Panel
    asset_ids: tuple[int, ...]
    currencies: tuple[str, ...]
    kinds: Mapping[int, Keeping]
    reasons: list[dict[str, str]]
    border: Border = "whole"

    @cached_property
    def total(self) -> Worth:
        """All of it as one thing."""
        return self.panel.total(self.border)

    @cached_property
    def investments(self) -> "Portrait":
        """What returns and risk are measured of: without everyday money, property and debts, from its own first day.

        Of a part that was asked for, that part; the same where all is invested.
        """
        everyday = [pk for pk, account in self.kinds.items() if not account.is_invested]
        chosen = (self.panel.asset != MONEY) | ~np.isin(self.panel.account, everyday)
        if self.border != "whole" or chosen.all():
            return self
        panel = self.panel.of(chosen).begun()
        panel.freeze()
        return replace(self, panel=panel, border="accounts")

    @property
    def nbytes(self) -> int:
        """With its investments, where these are not all."""
        return self.panel.nbytes + (0 if self.investments is self else self.investments.panel.nbytes)

    def within(self, scope: Scope) -> "Portrait":
        """The part of it that was asked for; the same where that is all."""
        if scope.is_whole:
            return self
        rows = None if scope.asset_ids is None else _rows(self.asset_ids, scope.asset_ids)
        border: Border = "accounts" if rows is None else "assets"
        return replace(self, panel=self.panel.within(accounts=scope.account_ids, assets=rows), border=border)

    def until(self, last: date) -> "Portrait":
        """The days up to `last`; the same, with its sums, where these are all."""
        return self if last >= self.panel.last else replace(self, panel=self.panel.until(last))


@dataclass(frozen=True)
class Window:
    """The days of a portrait that were asked for: after `start`, at whose end the period begins, up to `last`.

    Where the period begins with the first day of all, that day is among them.
    """

    portrait: Portrait
    start: date
    last: date

    @property
    def investments(self) -> "Window":
        """The same days of `Portrait.investments`; the same where these are all."""
        invested = self.portrait.investments
        if invested is self.portrait:
            return self
        return Window(invested, max(self.start, invested.panel.first), self.last)

    @cached_property
    def worth(self) -> Worth:
        """All of it as one thing, on these days."""
        return self.portrait.total.period(self.start, self.last)

    def grouped(self, group: IntArray, count: int, *, border: Border) -> Worth:
        """(count, days): its lines summed by `group` (lines,), on these days."""
        return self.portrait.panel.grouped(group, count, border=border).period(self.start, self.last)


_kept: Kept[int, Portrait] = Kept(MOST_BYTES)


def portrait_of(user: User, state: State, *, scope: Scope, currency: str, last: date) -> Portrait | None:
    """What the person has, or the part of it in `scope`, up to `last`; None where nothing was held by then."""
    if state.first is None or last < state.first:
        return None
    whole = _kept_or_made(user, state) if currency == user.base_currency else _made(user, state, currency)
    return None if whole is None else whole.until(last).within(scope)


def _kept_or_made(user: User, state: State) -> Portrait | None:
    """In the person's own currency: there the ETag of the history names all that the panel rests on."""
    version = state.etag_of(state.as_of)
    portrait = _kept.get(user.pk, version)
    if portrait is None:
        portrait = _made(user, state, user.base_currency)
        if portrait is not None:
            _kept.put(user.pk, version, portrait, size=portrait.nbytes)
    return portrait


def _made(user: User, state: State, currency: str) -> Portrait | None:
    with computing(user):
        inputs = inputs_load(user_id=user.pk, currency=currency, last=state.now.today, now=state.now)
        if inputs is None:  # all was deleted just now
            return None
        watch(inputs.held)
        return _portrait(inputs)


def _portrait(inputs: Inputs) -> Portrait:
    panel = inputs.panel()
    panel.freeze()
    accounts = Account.objects.filter(pk__in=np.unique(panel.account).tolist())
    kinds = {pk: Keeping(kind, tracks) for pk, kind, tracks in accounts.values_list("pk", "kind", "tracks_cash")}
    return Portrait(panel, inputs.asset_ids, inputs.currencies, kinds, inputs.reasons)


def _rows(asset_ids: tuple[int, ...], wanted: Collection[int]) -> list[int]:
    return [row for row, pk in enumerate(asset_ids) if pk in set(wanted)]
