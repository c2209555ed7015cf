"""What is wrong with the prices and facts of assets that people depend on, and what to do about it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from core.batches import batches
from core.models import User
from core.money import plain
from portfolio.live import hours
from portfolio.models import Asset, CorporateAction, PriceSource, Quarantine
from portfolio.sync.events import JUMP
from portfolio.tracked import Tracked, pairs_between, tracked_by

ENTERED_IS_STALE_AFTER = timedelta(days=7)
"""Of closes that somebody enters; of others the hours of their market say when the next is due."""
ASKED_WITHIN = timedelta(minutes=15)
"""After a close can be had: all are not asked for at once, see `portfolio.sync.schedule`."""
SHOWN_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong. asset: None where no asset is there that it could be said of. since: where known."""

    asset: Asset | None
    code: str
    detail: str
    todo: str
    since: date | None = None


def problems_of(people: Iterable[User]) -> list[Problem]:
    """Of what these people hold now, and of the exchange rates that they need; by symbol."""
    tracked = tracked_by(people)
    assets = _assets(tracked.assets | tracked.pairs)
    found = [problem for asset in assets for problem in _problems(asset, timezone.now())]
    found += [*_quarantined(assets), *_unconfirmed(assets)]
    found.sort(key=lambda problem: (str(problem.asset), problem.asset.pk if problem.asset else 0))
    return [*_unconverted(tracked), *found]


def _assets(ids: Collection[int]) -> list[Asset]:
    rows = Asset.objects.select_related("source", "quote", "owner")
    return [asset for batch in batches(ids) for asset in rows.filter(pk__in=batch)]


def _unconverted(tracked: Tracked) -> Iterator[Problem]:
    for code, target in sorted(tracked.unconverted):
        yield Problem(
            asset=None,
            code="no_rate",
            detail=f"No exchange rate from {code} to {target} is known.",
            todo=_asked_for("It is fetched by itself.", else_enter=f"closes of {_pairs(code, target)}"),
        )


def _pairs(code: str, target: str) -> str:
    return " and ".join(pairs_between(code, target))


def source_of(asset: Asset) -> PriceSource | None:
    return getattr(asset, "source", None)


def _problems(asset: Asset, now: datetime) -> Iterator[Problem]:
    source = source_of(asset)
    is_gone = source is not None and source.vanished_at is not None
    if source is not None and is_gone:
        yield _vanished(asset, source)
    elif source is not None and source.failures:
        yield _failing(asset, source)
    if asset.prices_to is None:
        yield _missing(asset, source)
    elif not is_gone and is_stale(asset, now):  # of what is gone no newer close is to be had
        yield _stale(asset, source)
    if refusal := getattr(getattr(asset, "quote", None), "problem", ""):
        yield _refused(asset, refusal)


def is_stale(asset: Asset, now: datetime) -> bool:
    """Whether a close is missing that should be there by now.

    Calendars take a second to load, so they are asked only where the close of the last weekday is not there.
    """
    if asset.prices_to is None:
        return True
    source = source_of(asset)
    if source is None or source.provider == PriceSource.Provider.FIXED:
        return now.date() - asset.prices_to > ENTERED_IS_STALE_AFTER
    if asset.prices_to >= _weekday_before(now.date()):
        return False
    return asset.prices_to < hours.last_session_day(source, now - ASKED_WITHIN)


def _weekday_before(day: date) -> date:
    return day - timedelta(days={0: 3, 6: 2}.get(day.weekday(), 1))


def _asked_for(todo: str, *, else_enter: str = "its closes") -> str:
    """What to do where a provider has it: not what nobody does while nobody is asked."""
    return todo if settings.LIVE_PRICES else f"LIVE_PRICES is off: enter or import {else_enter}, or turn it on."


def _missing(asset: Asset, source: PriceSource | None) -> Problem:
    todo = _asked_for("It is being fetched; `manage.py sync_history` fetches it now.")
    if source is None:
        todo = f"Enter its closes: PUT /api/v1/assets/{asset.pk}/prices/, or import a file of prices."
    return Problem(asset=asset, code="missing", detail="No price of it is stored.", todo=todo)


def _stale(asset: Asset, source: PriceSource | None) -> Problem:
    todo = _asked_for("It is asked for again by itself; `manage.py sync_history` asks now.")
    if source is None:
        todo = f"Enter newer closes: PUT /api/v1/assets/{asset.pk}/prices/, or import a file of prices."
    elif source.provider == PriceSource.Provider.FIXED:
        todo = "`manage.py demo` brings the demo up to date."
    detail = f"The last close is of {asset.prices_to}; a newer one should be there."
    return Problem(asset=asset, code="stale", detail=detail, todo=todo, since=asset.prices_to)


def _vanished(asset: Asset, source: PriceSource) -> Problem:
    return Problem(
        asset=asset,
        code="vanished",
        detail=f"{source.get_provider_display()} no longer knows {source.symbol}; its prices are kept.",
        todo="If it was renamed or merged, enter that as a corporate action, or give it its new symbol in the admin.",
        since=source.vanished_at.date() if source.vanished_at else None,
    )


def _failing(asset: Asset, source: PriceSource) -> Problem:
    again = f"It is tried again at {source.due_at:%Y-%m-%d %H:%M} UTC." if source.due_at else "Ask by hand."
    return Problem(
        asset=asset,
        code="failing",
        detail=f"{source.get_provider_display()} gave no new closes ({source.error_code}): {source.last_error}",
        todo=_asked_for(again),
        since=source.synced_at.date() if source.synced_at else None,
    )


def _refused(asset: Asset, refusal: str) -> Problem:
    return Problem(
        asset=asset,
        code="quote_refused",
        detail=f"A newer price of now was not taken: {refusal}",
        todo="The one before it is shown until a plausible one comes. If it is right, its close can be accepted later.",
    )


def _quarantined(assets: Iterable[Asset]) -> Iterator[Problem]:
    by_id = {asset.pk: asset for asset in assets}
    for batch in batches(by_id):
        for row in Quarantine.objects.filter(asset__in=batch, status=Quarantine.Status.OPEN):
            address = f"/api/v1/quarantine/{row.pk}/"
            yield Problem(
                asset=by_id[row.asset_id],
                code="quarantined",
                detail=f"{_counted(row)} not believed ({row.get_reason_display()}): {_days(row)}. {row.detail}".strip(),
                todo=f"An administrator compares with another source, then POSTs {address}accept/ or {address}reject/.",
                since=row.first_seen_at.date(),
            )


def _counted(row: Quarantine) -> str:
    return "1 close is" if len(row.closes) == 1 else f"{len(row.closes)} closes are"


def _days(row: Quarantine) -> str:
    days = sorted(row.closes)
    return ", ".join(days[:SHOWN_DAYS]) + (f" … {days[-1]}" if len(days) > SHOWN_DAYS else "")


def _unconfirmed(assets: Iterable[Asset]) -> Iterator[Problem]:
    by_id = {asset.pk: asset for asset in assets}
    for batch in batches(by_id):
        rows = CorporateAction.objects.filter(asset__in=batch, status=CorporateAction.Status.PROPOSED)
        for row in rows:
            is_guess = row.source == JUMP
            what = "The prices look like" if is_guess else "There is a proposal of"
            yield Problem(
                asset=by_id[row.asset_id],
                code="suspected_split" if is_guess else "unconfirmed",
                detail=f"{what} a {row.kind} on {row.ex_date}, ratio {plain(row.ratio)}. {row.note}".strip(),
                todo=f"Confirm or reject it: the `status` at /api/v1/corporate-actions/{row.pk}/, or in the admin.",
                since=row.ex_date,
            )
