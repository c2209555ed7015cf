"""What the answer of a provider brings to an asset, beside all that is known of it: decided before any write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from core.days import EARLIEST_DAY
from portfolio.models import Asset
from portfolio.prices.quality import Reason, Verdict, judge, refusal
from portfolio.prices.splits import NEIGHBOURS, suspected_splits
from portfolio.prices.unlisted import undone
from portfolio.providers.base import Payout, PriceHistory
from portfolio.selectors import asset_closes
from portfolio.services.prices import close_error, latest_close_day
from portfolio.sync.events import Events, Proposal, events_of

REVISED = timedelta(days=7)
"""Before the last stored close: so many days may still be overwritten."""


@dataclass(slots=True)
class Plan:
    """withdrawn: ids of proposals that the closes no longer suggest, or that the provider now makes itself."""

    verdict: Verdict
    proposals: list[Proposal] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    payouts: Sequence[Payout] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing was sent, which says nothing of what is known."""
        return self.verdict.is_whole and not self.verdict.refused

    @property
    def has_actions(self) -> bool:
        return bool(self.proposals or self.withdrawn)


def plan_of(asset: Asset, *, provider: str, answer: PriceHistory, since: date) -> Plan:
    """asset: as it is in the database now. since: the first day that the provider was asked for."""
    closes = _in_time(answer.closes)
    if not closes:
        return Plan(Verdict(is_whole=True))
    if answer.currency != asset.currency:
        return Plan(refusal(closes, Reason.WRONG_CURRENCY))
    events = events_of(asset, provider=provider, listed=answer.splits)
    stored = asset_closes(asset, first=since - NEIGHBOURS)
    closes = undone(closes, stored=stored, unlisted=events.unlisted, listed=answer.splits)
    revisable = asset.prices_to - REVISED if asset.prices_to else EARLIEST_DAY
    sent, unusable = _storable(closes)
    verdict = judge(sent, stored=stored, splits=events.price_changes, revisable_from=revisable)
    verdict.refuse(Reason.NOT_A_NUMBER, unusable)
    if verdict.is_whole:
        return Plan(verdict)
    return _with_events(Plan(verdict), events, asset=asset, stored=stored, answer=answer)


def _with_events(
    plan: Plan, events: Events, *, asset: Asset, stored: Mapping[date, Decimal], answer: PriceHistory
) -> Plan:
    series = {**stored, **plan.verdict.refused.get(Reason.WRONG_SCALE, {}), **plan.verdict.accepted}
    floats = {day: float(close) for day, close in series.items()}
    suspected = suspected_splits(floats, events.price_changes, asset.asset_class)
    plan.proposals = [*events.new, *events.suspicions(suspected)]
    plan.withdrawn = events.obsolete(suspected, first=min(floats, default=None))
    plan.payouts = [payout for payout in answer.payouts if _is_possible(payout, series)]
    return plan


def _is_possible(payout: Payout, closes: Mapping[date, Decimal]) -> bool:
    """No dividend is worth more than the share."""
    before = [day for day in closes if payout.ex_date - NEIGHBOURS <= day < payout.ex_date]
    return not before or payout.amount < closes[max(before)]


def _in_time(closes: Mapping[date, Decimal]) -> dict[date, Decimal]:
    latest = latest_close_day()
    return {day: close for day, close in closes.items() if EARLIEST_DAY <= day <= latest}


def _storable(closes: Mapping[date, Decimal]) -> tuple[dict[date, Decimal], dict[date, Decimal]]:
    """What can be kept at all, or is zero or negative; and the rest."""
    latest = latest_close_day()
    unusable = {day: close for day, close in closes.items() if _is_unusable(day, close, latest)}
    return {day: close for day, close in closes.items() if day not in unusable}, unusable


def _is_unusable(day: date, close: Decimal, latest: date) -> bool:
    return close.is_finite() and close > 0 and close_error(day, close, latest=latest) is not None
