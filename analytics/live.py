"""Prices of now in the last days of a history: laid over what is stored whenever somebody looks, and never stored."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from analytics.history import History, history_from
from analytics.inputs import inputs_load
from analytics.models import HistoryMark
from analytics.money_inputs import ledger_load
from analytics.movements import Scope
from analytics.rates import crossing_of
from core.days import today_for
from core.kept import Kept
from core.models import Account, User
from core.packed import fetch_packed
from portfolio.live.board import board_load
from portfolio.models import Holding
from portfolio.prices.live_closes import Now, Quoted, quotes_counting

MOST_BYTES = 16 * 2**20
ENTRY_BYTES, ID_BYTES, QUOTED_BYTES = 400, 100, 400


@dataclass(frozen=True, slots=True)
class Reach:
    """The assets and pairs whose prices move a person's last days.

    until: the last day on which each matters; `date.max` for what is held. stated_from: the latest day of which an
    account has its first statement; what a rate changes up to then changes all days before.
    """

    until: Mapping[int, date]
    stated_from: date = date.min

    @property
    def held(self) -> list[int]:
        return [pk for pk, day in self.until.items() if day == date.max]


@dataclass(frozen=True, slots=True)
class Overlay:
    """The days that live prices move, from `since` on. name: of just these prices over just this stored history.

    held: those of what is still held.
    """

    name: str
    since: date
    held: tuple[Quoted, ...]

    def price_at(self, last: date) -> datetime | None:
        """The instant of the newest of them in the figures of that day."""
        return max((quoted.at for quoted in self.held if quoted.day <= last), default=None)


_reaches: Kept[int, Reach] = Kept(MOST_BYTES)
_overlays: Kept[int, tuple[Overlay | None]] = Kept(MOST_BYTES)
_days: Kept[int, History] = Kept(MOST_BYTES)


def now_of(user: User) -> Now:
    return Now(today_for(user), board_load())


def reach_of(user: User, mark: HistoryMark) -> Reach:
    """Kept until the history is stored again, which every edit leads to."""
    version = mark.version, mark.generation
    reach = _reaches.get(user.pk, version)
    if reach is None:
        reach = _reach(user)
        _reaches.put(user.pk, version, reach, size=ENTRY_BYTES + ID_BYTES * len(reach.until))
    return reach


def _reach(user: User) -> Reach:
    sql = (
        "SELECT h.asset_id, h.currency, h.quantity <> '0', h.last_on, a.currency, a.tracks_cash "
        f"FROM {Holding._meta.db_table} h JOIN {Account._meta.db_table} a ON a.id = h.account_id WHERE h.user_id = %s"
    )
    assets: dict[int, date] = {}
    currencies: dict[str, date] = {}
    for asset, currency, is_open, last_on, account_currency, tracks_cash in fetch_packed(sql, [user.pk]):
        until = date.max if is_open else last_on
        if asset is not None:
            assets[asset] = max(until, assets.get(asset, until))
        # a broker's rate leads to the account's currency, on the day of a movement
        kept_until = date.max if tracks_cash else last_on
        for code, day in ((currency, until), (account_currency, kept_until)):
            currencies[code] = max(day, currencies.get(code, day))
    ledger = ledger_load(user.pk, Scope())
    for code, day in (*ledger.entered_until.items(), *((code, date.max) for code in ledger.kept_currencies)):
        currencies[code] = max(day, currencies.get(code, day))
    return Reach(assets | _pairs_until(user, currencies), ledger.stated_from)


def _pairs_until(user: User, currencies: Mapping[str, date]) -> dict[int, date]:
    crossing = crossing_of(user.pk, currencies, user.base_currency)
    until: dict[int, date] = {}
    for code, day in currencies.items():
        for pair in crossing.pairs_of([code]):
            until[pair] = max(day, until.get(pair, day))
    return until


def overlay_of(user: User, mark: HistoryMark, now: Now) -> Overlay | None:
    """What live prices move in a true history; None where none of them counts for this person."""
    reach = reach_of(user, mark)
    if not any(pk in now.board.prices for pk in reach.until):
        return None
    version = mark.version, mark.generation, now.today, now.board.version
    kept = _overlays.get(user.pk, version)
    if kept is None:
        kept = (_overlay(reach, mark, now),)
        _overlays.put(user.pk, version, kept, size=ENTRY_BYTES + QUOTED_BYTES * (len(kept[0].held) if kept[0] else 0))
    return kept[0]


def _overlay(reach: Reach, mark: HistoryMark, now: Now) -> Overlay | None:
    counting = quotes_counting(reach.until, now, last=now.today)
    quotes = {pk: quoted for pk, quoted in counting.items() if quoted.since <= reach.until[pk]}
    if not quotes:
        return None
    named = sorted((pk, quoted.day, quoted.price, quoted.before) for pk, quoted in quotes.items())
    text = repr((mark.version, mark.generation, now.today, named))
    since = min(quoted.since for quoted in quotes.values())
    if mark.first_day is not None and since <= reach.stated_from:
        since = min(since, mark.first_day)
    return Overlay(
        name=hashlib.blake2b(text.encode(), digest_size=12).hexdigest(),
        since=since,
        held=tuple(quoted for pk, quoted in quotes.items() if reach.until[pk] == date.max),
    )


def history_live(user: User, stored: History, overlay: Overlay, now: Now) -> History:
    """Stored days with the last of them as they are at the prices of now."""
    if stored.last < overlay.since:
        return stored
    days = _days.get(user.pk, overlay.name) or _computed(user, overlay, now)
    if days is None:
        return stored
    first = max(stored.first, days.first)
    kept, recent = (first - stored.first).days, slice((first - days.first).days, (stored.last - days.first).days + 1)
    series = {
        name: np.concatenate((values[:kept], days.series[name][recent])) for name, values in stored.series.items()
    }
    return replace(stored, series=series, price_at=overlay.price_at(stored.last))


def _computed(user: User, overlay: Overlay, now: Now) -> History | None:
    inputs = inputs_load(user_id=user.pk, currency=user.base_currency, last=now.today, now=now)
    if inputs is None:  # all was deleted just now
        return None
    days = history_from(inputs.timeline(overlay.since))
    _days.put(user.pk, overlay.name, days, size=ENTRY_BYTES + sum(values.nbytes for values in days.series.values()))
    return days
