"""What the analytics endpoints read: a history that is true where it can be, stored or computed on the spot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from analytics.failures import computing, rebuild_tried, refuse_unstored
from analytics.history import History, history_from, history_read
from analytics.inputs import inputs_load
from analytics.live import Overlay, history_live, overlay_of, reach_of
from analytics.models import SERIES, HistoryMark
from analytics.movements import Scope
from core.days import today_for
from core.kept import Kept
from core.models import User
from core.packed import fetch_packed
from portfolio.live.board import VERSION, board_load, watch
from portfolio.prices.live_closes import Now

MOST_BYTES = 64 * 2**20
"""Of all histories that are kept: 100 people with 15 years."""
_kept: Kept[int, History] = Kept(MOST_BYTES)

_MARK = ("dirty_from", "built_through", "first_day", "currency", "generation", "version", "reasons")

ATTEMPTS = 3
"""Rebuilds that a reader tries before it shows what is stored: only edits that never pause use them up."""


@dataclass(frozen=True, slots=True)
class State:
    """What stored history a person has, and which prices of now move it. `first` is None where they have nothing."""

    fresh: bool
    as_of: date
    first: date | None
    version: int
    etag: str
    reasons: list[dict[str, str]]
    now: Now
    overlay: Overlay | None

    def etag_of(self, last: date) -> str:
        """The name of what is known of the days up to `last`."""
        if self.overlay is None or last < self.overlay.since:
            return self.etag
        return f"{self.etag}-{self.overlay.name}"


def history_state(user: User) -> State:
    """Bring the history up to date, as a reader does: it takes milliseconds, so nobody sees a stale graph."""
    mark, version = _mark(user)
    now = Now(today_for(user), board_load(version))
    for _ in range(ATTEMPTS):
        if mark.is_fresh(today=now.today, currency=user.base_currency):
            break
        if not rebuild_tried(user, mark):
            refuse_unstored(user, mark)
            break
        mark, _ = _mark(user)
    fresh = mark.is_fresh(today=now.today, currency=user.base_currency)
    return State(
        fresh=fresh,
        as_of=min(now.today, mark.built_through or now.today),
        first=mark.first_day,
        version=mark.version,
        etag=f"{user.pk}-{mark.version}-{now.today}-{mark.generation}",
        reasons=mark.reasons,
        now=now,
        overlay=_overlay(user, mark, now) if fresh and mark.first_day else None,
    )


def _overlay(user: User, mark: HistoryMark, now: Now) -> Overlay | None:
    """Whoever looks wants to know what it costs now."""
    watch(reach_of(user, mark).held)
    return overlay_of(user, mark, now)


def _mark(user: User) -> tuple[HistoryMark, int | None]:
    """What a reader needs of the mark, in half the time of the model's query: it is read before every answer.

    With the version of the prices of now, where there is a mark.
    """
    sql = f"SELECT {VERSION}, {', '.join(_MARK)} FROM {HistoryMark._meta.db_table} WHERE user_id = %s"
    rows = fetch_packed(sql, [user.pk])
    if not rows:
        return HistoryMark(user_id=user.pk), None
    version, *values = rows[0]
    mark = HistoryMark(user_id=user.pk, **dict(zip(_MARK, values, strict=True)))
    if isinstance(mark.reasons, str):  # SQLite has no type for JSON
        mark.reasons = orjson.loads(mark.reasons)
    return mark, version


def history_between(user: User, state: State, *, first: date, last: date, series: Sequence[str] = SERIES) -> History:
    """The stored days, in the person's own currency, the last of them at the prices of now."""
    stored = _stored(user, state, first=first, last=last, series=series)
    return stored if state.overlay is None else history_live(user, stored, state.overlay, state.now)


def _stored(user: User, state: State, *, first: date, last: date, series: Sequence[str]) -> History:
    """Who looks at the whole looks again: that is kept decoded."""
    kept = _kept.get(user.pk, state.version)
    if kept is None or not kept.has(first, last, series):
        read = history_read(user_id=user.pk, first=first, last=last, series=series)
        if (first, last) == (state.first, state.as_of):
            _kept.put(user.pk, state.version, read, size=sum(values.nbytes for values in read.series.values()))
        return read
    days = slice((first - kept.first).days, (last - kept.first).days + 1)
    return History(first, last, {name: kept.series[name][days] for name in series})


def history_of(
    user: User, *, scope: Scope, currency: str, first: date | None, last: date, now: Now | None = None
) -> tuple[History, list[dict[str, str]]] | None:
    """Days of some accounts or assets, or in another currency, computed now; with why figures are missing.

    None where nothing of it was ever held up to `last`.
    """
    with computing(user):
        inputs = inputs_load(user_id=user.pk, currency=currency, last=last, scope=scope, now=now)
        if inputs is None:
            return None
        if now is not None and last == now.today:
            watch(inputs.held)
        return history_from(inputs.timeline(first), price_at=inputs.price_at), inputs.reasons
