"""Store what a provider answered: closes, actions, dividends, refusals and the state of the source, or nothing."""

import logging
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from core.errors import Conflict, InvalidInput
from portfolio.locks import assets_lock, effects_lock
from portfolio.models import Asset, CorporateAction, PriceSource
from portfolio.prices.quality import Reason
from portfolio.providers.base import PriceHistory
from portfolio.services.actions import action_delete, action_record
from portfolio.services.dividends import dividends_record
from portfolio.services.prices import prices_record
from portfolio.services.quarantine import quarantine_record
from portfolio.sync.events import Proposal
from portfolio.sync.plan import Plan, plan_of
from portfolio.sync.schedule import due_after_refusal, due_after_success

logger = logging.getLogger(__name__)
EMPTY = "empty"
"""The problem of an answer without a single close: it does not count as one, or what is missing would stay so."""
CONTRADICTED = "Somebody's transactions contradict it: are they in units of before or after it?"


@dataclass(slots=True)
class Outcome:
    """What came of one fetch. refused: closes that are not believed and were not known. problem: why nothing came."""

    stored: int = 0
    refused: int = 0
    actions: list[CorporateAction] = field(default_factory=list)
    dividends: int = 0
    problem: str = ""


def history_store(source: PriceSource, answer: PriceHistory, *, since: date) -> Outcome | None:
    """since: the first day that was asked for. None where the lease of `source` is no longer ours.

    Actions concern everybody's books, and that lock comes before the asset's; so it is found out without locks
    whether there will be any, and decided under them.
    """
    plan = plan_of(source.asset, provider=source.provider, answer=answer, since=since)
    try:
        return _stored(source, answer, since=since, with_actions=plan.has_actions)
    except _ActionsCame:
        return _stored(source, answer, since=since, with_actions=True)


class _ActionsCame(Exception):
    """Actions are to be recorded, and the lock for it was not taken."""


@transaction.atomic
def _stored(source: PriceSource, answer: PriceHistory, *, since: date, with_actions: bool) -> Outcome | None:
    if with_actions:
        effects_lock([source.asset])
    else:
        assets_lock([source.asset_id])
    row = PriceSource.objects.select_for_update(of=("self",)).select_related("asset").filter(pk=source.pk).first()
    if row is None or row.lease_owner != source.lease_owner or row.lease_until != source.lease_until:
        return None
    plan = plan_of(row.asset, provider=row.provider, answer=answer, since=since)
    if plan.has_actions and not with_actions:
        raise _ActionsCame
    outcome = _write(row, plan, answer)
    _note(row, plan, outcome, answer=answer, since=since)
    return outcome


def _write(row: PriceSource, plan: Plan, answer: PriceHistory) -> Outcome:
    asset, verdict = row.asset, plan.verdict
    for withdrawn in CorporateAction.objects.filter(pk__in=plan.withdrawn):
        action_delete(action=withdrawn)
    actions = [action for proposal in plan.proposals if (action := _recorded(asset, proposal))]
    if verdict.accepted:
        prices_record(closes={asset.pk: verdict.accepted})
    refused = 0
    if not plan.is_empty:
        refused = quarantine_record(
            asset=asset,
            refused=verdict.refused,
            first=min(answer.closes),
            last=max(answer.closes),
            details=_details(asset, answer.currency),
        )
    return Outcome(
        stored=len(verdict.accepted),
        refused=refused,
        actions=actions,
        dividends=dividends_record(asset=asset, payouts=plan.payouts),
        problem=_problem(plan),
    )


def _recorded(asset: Asset, proposal: Proposal) -> CorporateAction | None:
    """Confirmed only where nobody's books contradict it."""
    fields = {"asset": asset, **asdict(proposal)}
    try:
        with transaction.atomic():
            return action_record(user=None, fields=fields)
    except Conflict:
        note = f"{proposal.note} {CONTRADICTED}".strip()
        return _recorded(asset, replace(proposal, status=CorporateAction.Status.PROPOSED, note=note))
    except InvalidInput as error:
        logger.warning(
            "%s: the provider names an impossible %s on %s: %s", asset, proposal.kind, proposal.ex_date, error
        )
        return None


def _details(asset: Asset, currency: str) -> dict[str, str]:
    return {Reason.WRONG_CURRENCY: f"They were sent in {currency}, and {asset} is in {asset.currency}."}


def _problem(plan: Plan) -> str:
    return str(next(iter(plan.verdict.refused), EMPTY)) if plan.verdict.is_whole else ""


def _why(plan: Plan) -> str:
    if plan.is_empty:
        return "The answer has no close at all."
    return f"The answer is not believed: {sum(map(len, plan.verdict.refused.values()))} closes of it differ."


def _note(row: PriceSource, plan: Plan, outcome: Outcome, *, answer: PriceHistory, since: date) -> None:
    """What is known of the source now."""
    now = timezone.now()
    row.lease_owner, row.lease_until = "", None
    row.vanished_at = None
    if outcome.problem:
        row.failures += 1
        row.error_code = outcome.problem
        row.last_error = _why(plan)
        row.due_at = due_after_refusal(row.failures, now)
    else:
        row.failures, row.error_code, row.last_error = 0, "", ""
        row.fetched_from = min(filter(None, (row.fetched_from, since)))
        row.synced_at, row.exchange = now, answer.exchange[:16] or row.exchange
        row.asset.refresh_from_db(fields=["prices_from", "prices_to"])
        row.due_at = due_after_success(row, row.asset, now)
    row.save()
