"""Turns instalments of investment plans into purchases, as soon as the closes of their days are stored."""

import logging
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Context, Decimal

from django.db import OperationalError, transaction
from django.db.models import F, QuerySet

from core.days import today_for
from core.errors import ApplicationError, Conflict, NotFound
from core.locks import person_lock
from core.money import plain
from core.recurrence import MOST_AT_ONCE
from portfolio.books.events import PRECISION, gross_of
from portfolio.models import Asset, Instalment, InvestmentPlan, PriceSource, Transaction
from portfolio.selectors import asset_closes
from portfolio.services.transaction_rules import DECIMAL_PLACES, TransactionInput
from portfolio.services.transactions import transaction_record, transactions_record

LONGEST_CLOSED = timedelta(days=10)
"""No market is closed for longer: where stored closes begin later than this after a day, older ones are missing."""
WAITS = "Waits for the first close on that day or later."
FAILED = "Something went wrong that has nothing to do with your books; try it again."
_DOWN = Context(prec=2 * PRECISION, rounding=ROUND_DOWN)
_NOTED = ("status", "reason", "transaction")
_BATCH = 200
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What an amount is made of: `net` buys units."""

    net: Decimal
    fee: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Draft:
    """What an instalment buys, at the first close of its day or later; no units where it is too little for any."""

    instalment: Instalment
    day: date
    price: Decimal
    quantity: Decimal
    parts: Parts

    @property
    def rest(self) -> Decimal:
        """What buys no unit, since units are rounded down: it is not paid."""
        return self.parts.net - gross_of(self.quantity, self.price)


def parts_of(plan: InvestmentPlan, amount: Decimal) -> Parts:
    tax = _rounded_down(_DOWN.multiply(amount, plan.tax_rate), DECIMAL_PLACES)
    return Parts(net=amount - plan.fee - tax, fee=plan.fee, tax=tax)


def instalments_make_due() -> bool:
    """The work of the background: buy what waits and whose closes are stored; False where nothing could be bought."""
    could = [_plan_buy(plan_id, user_id) for plan_id, user_id in _ready_plans().items()]
    return any(could)


@transaction.atomic
def instalment_retry(*, instalment: Instalment) -> Instalment:
    """Of one that was refused: buy it as the plan says now, or let it wait for its close."""
    user_id = instalment.plan.user_id
    person_lock(user_id)
    row = _rows().filter(pk=instalment.pk, plan__user_id=user_id).first()
    if row is None:
        raise NotFound
    if row.status == Instalment.Status.MADE:
        raise Conflict("This one was made; it is bought once.", code="made")
    _note(row, Instalment.Status.WAITING, WAITS)
    instalments_buy(row.plan)
    row.refresh_from_db()
    return row


def instalments_buy(plan: InvestmentPlan) -> bool:
    """Buy what waits and has its close, or note why the books refuse it; whether there was any.

    Call it with the person of the plan locked, and the plan read since.
    """
    drafts = list(_drafts(plan))
    enough = [draft for draft in drafts if draft.quantity]
    for draft in drafts:
        if not draft.quantity:
            _note(draft.instalment, Instalment.Status.REFUSED, _too_little(plan, draft))
    if len(enough) < 2 or not _bought_together(plan, enough):
        for draft in enough:
            _buy(plan, draft)
    return bool(drafts)


def _rows() -> QuerySet[Instalment]:
    return Instalment.objects.select_related("plan__user", "plan__account", "plan__asset__source")


def _waiting() -> QuerySet[Instalment]:
    """Those that may have a close; of some it may be one of much later."""
    return Instalment.objects.filter(status=Instalment.Status.WAITING, due_on__lte=F("plan__asset__prices_to"))


def _ready_plans() -> dict[int, int]:
    """Plans of which an instalment has its close, with their people, those that wait longest first."""
    columns = ("plan_id", "plan__user_id", "plan__asset_id", "due_on")
    rows = list(_waiting().order_by("due_on", "pk").values_list(*columns))
    assets = Asset.objects.select_related("source").in_bulk({asset_id for _, _, asset_id, _ in rows})
    since = {pk: closes_known_from(asset) for pk, asset in assets.items()}
    return {plan_id: user_id for plan_id, user_id, asset_id, day in rows if day >= since.get(asset_id, date.max)}


def closes_known_from(asset: Asset) -> date:
    """The first day of which the first close on it or later is known: of one before that, closes are still missing."""
    if asset.prices_from is None:
        return date.max
    reached = asset.prices_from - LONGEST_CLOSED
    source: PriceSource | None = getattr(asset, "source", None)
    if source is not None:
        reached = max(reached, source.fetched_from or asset.prices_from)
    return min(reached, asset.prices_from)


def _plan_buy(plan_id: int, user_id: int) -> bool:
    plans = InvestmentPlan.objects.select_related("user", "account", "asset__source").filter(
        pk=plan_id, user_id=user_id
    )
    try:
        with transaction.atomic():
            person_lock(user_id)
            plan = plans.first()  # as it is now: another process may have been here
            return plan is not None and instalments_buy(plan)
    except OperationalError:  # of the database, and of no single plan: all of it is tried again at the next sweep
        raise
    except Exception:
        logger.exception("The instalments of plan %s could not be bought", plan_id)
        return bool(_waiting().filter(plan=plan_id).update(status=Instalment.Status.REFUSED, reason=FAILED))


def _drafts(plan: InvestmentPlan) -> Iterator[Draft]:
    """Of closes up to the person's today: another's day may have ended already."""
    waiting = _waiting().filter(plan=plan, due_on__gte=closes_known_from(plan.asset)).order_by("due_on")
    rows = list(waiting[:MOST_AT_ONCE])
    if not rows:
        return
    closes = asset_closes(plan.asset, first=rows[0].due_on, last=today_for(plan.user))
    days = list(closes)
    for row in rows:
        index = bisect_left(days, row.due_on)
        if index < len(days):
            yield _draft(plan, row, days[index], closes[days[index]])


def _draft(plan: InvestmentPlan, instalment: Instalment, day: date, price: Decimal) -> Draft:
    parts = parts_of(plan, instalment.amount)
    quantity = _rounded_down(_DOWN.divide(max(parts.net, Decimal(0)), price), plan.quantity_decimals)
    return Draft(instalment, day, price, quantity, parts)


def _rounded_down(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), context=_DOWN)


def _bought_together(plan: InvestmentPlan, drafts: list[Draft]) -> bool:
    """All with one look at the books; False, with nothing written, where these refuse any."""
    try:
        created = transactions_record(user=plan.user, rows=[_input(plan, draft) for draft in drafts])
    except ApplicationError:
        return False
    made = [_bought(plan, draft, purchase) for draft, purchase in zip(drafts, created, strict=True)]
    Instalment.objects.bulk_update(made, _NOTED, batch_size=_BATCH)
    return True


def _buy(plan: InvestmentPlan, draft: Draft) -> None:
    try:
        purchase = transaction_record(user=plan.user, data=_input(plan, draft))
    except ApplicationError as error:
        _note(draft.instalment, Instalment.Status.REFUSED, error.detail)
    else:
        _bought(plan, draft, purchase).save(update_fields=_NOTED)


def _input(plan: InvestmentPlan, draft: Draft) -> TransactionInput:
    return TransactionInput(
        account=plan.account,
        asset=plan.asset,
        kind=Transaction.Kind.BUY,
        date=draft.day,
        quantity=draft.quantity,
        price=draft.price,
        fee=draft.parts.fee,
        tax=draft.parts.tax,
        note=plan.note,
        external_id=f"plan:{plan.pk}:{draft.instalment.due_on}",
    )


def _bought(plan: InvestmentPlan, draft: Draft, purchase: Transaction) -> Instalment:
    """Not saved."""
    made = draft.instalment
    made.status, made.transaction, made.reason = Instalment.Status.MADE, purchase, ""
    if draft.rest:
        made.reason = f"{plain(draft.rest)} {plan.asset.currency} bought no further unit and stayed with you."
    return made


def _note(instalment: Instalment, status: Instalment.Status, reason: str) -> None:
    instalment.status, instalment.reason = status, reason
    instalment.save(update_fields=_NOTED)


def _too_little(plan: InvestmentPlan, draft: Draft) -> str:
    unit = plain(Decimal(1).scaleb(-plan.quantity_decimals))
    net = f"{plain(draft.parts.net)} {plan.asset.currency}"
    return f"{net} is less than {unit} of {plan.asset.symbol} costs at {plain(draft.price)} on {draft.day}."
