"""Writes of investment plans; on each of their days an instalment falls due, once."""

from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, QuerySet

from core import background
from core.days import today_for
from core.errors import Conflict, InvalidInput, NotFound
from core.locks import person_lock
from core.models import Account, User
from core.recurrence import next_after_change
from core.recurrence_work import Hindrance, check_missed, check_schedule, due_make, row_make, row_skip
from portfolio.models import Asset, Instalment, InvestmentPlan
from portfolio.services.instalments import WAITS, instalments_buy, parts_of
from portfolio.services.transaction_rules import NOT_HELD
from portfolio.signals import investment_planned

QUANTITY_DECIMALS = {Asset.Class.MUTUAL_FUND: 3, Asset.Class.CRYPTO: 8}
OTHER_DECIMALS = 6
_FIELDS = (
    "name", "frequency", "interval", "starts_on", "ends_on", "is_paused", "amount", "fee", "tax_rate", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInput:
    """See `InvestmentPlan`. quantity_decimals: None for what is usual of the asset's class."""

    name: str
    account: Account
    asset: Asset
    amount: Decimal
    starts_on: date
    fee: Decimal = Decimal(0)
    tax_rate: Decimal = Decimal(0)
    quantity_decimals: int | None = None
    frequency: str = InvestmentPlan.Frequency.MONTHLY
    interval: int = 1
    ends_on: date | None = None
    is_paused: bool = False
    note: str = ""


@transaction.atomic
def plan_create(*, user: User, data: PlanInput) -> InvestmentPlan:
    """Its days up to today fall due at once."""
    person_lock(user.pk)
    row = _filled(InvestmentPlan(user=user), data)
    check_missed(row)
    row.next_on = row.schedule.first()
    row.save(force_insert=True)
    return _made(row)


@transaction.atomic
def plan_change(*, plan: InvestmentPlan, data: PlanInput) -> InvestmentPlan:
    """Of the days to come; what is due already stays. An instalment that waits is bought as the plan then says."""
    person_lock(plan.user_id)
    row = _made(_present(plan))
    before = copy(row)
    if data.asset.pk != row.asset_id and row.instalments.exists():
        detail = "It has instalments; end it, and make another plan for another asset."
        raise Conflict(detail, attr="asset", code="in_use")
    _filled(row, data)
    last_made = row.instalments.aggregate(last=Max("due_on"))["last"]
    row.go_on_from(next_after_change(before, row, last_made=last_made, today=today_for(row.user)))
    row.save(force_update=True)
    return _made(row)


@transaction.atomic
def plan_skip(*, plan: InvestmentPlan, on: date | None = None) -> InvestmentPlan:
    """Leave its next day out; see `row_skip`."""
    person_lock(plan.user_id)
    row = _present(plan)
    row_skip(row, on=on)
    return row


@transaction.atomic
def plan_delete(*, plan: InvestmentPlan) -> None:
    """With its instalments; what was bought stays."""
    person_lock(plan.user_id)
    _present(plan).delete()


def plans_make_due() -> bool:
    """The work of the background: a round of the days that have come; False where none has."""
    return due_make(_rows(), _make)


def _rows() -> QuerySet[InvestmentPlan]:
    return InvestmentPlan.objects.select_related("user", "account", "asset__source")


def _present(plan: InvestmentPlan) -> InvestmentPlan:
    """As it is now: another request may have changed or deleted it meanwhile."""
    row = _rows().filter(pk=plan.pk, user_id=plan.user_id).first()
    if row is None:
        raise NotFound
    return row


def _filled(row: InvestmentPlan, data: PlanInput) -> InvestmentPlan:
    row.account, row.asset = _owned(row.user, data)
    for name in _FIELDS:
        setattr(row, name, getattr(data, name))
    row.quantity_decimals = (
        QUANTITY_DECIMALS.get(Asset.Class(row.asset.asset_class), OTHER_DECIMALS)
        if data.quantity_decimals is None
        else data.quantity_decimals
    )
    check_schedule(row)
    if parts_of(row, row.amount).net <= 0:
        raise InvalidInput("Fee and tax leave nothing of the amount to invest.", attr="amount", code="min_value")
    return row


def _owned(user: User, data: PlanInput) -> tuple[Account, Asset]:
    """The account and the asset as they are now."""
    account = Account.objects.filter(user_id=user.pk, pk=data.account.pk).first()
    asset = Asset.objects.visible_to(user.pk).filter(pk=data.asset.pk).first()
    if account is None or asset is None:
        name = "account" if account is None else "asset"
        raise InvalidInput(f"There is no such {name}.", attr=name, code="does_not_exist")
    if asset.asset_class in NOT_HELD:
        detail = f"{asset.symbol} is a rate or an index, which nobody can hold."
        raise InvalidInput(detail, attr="asset", code="not_held")
    return account, asset


def _made(row: InvestmentPlan) -> InvestmentPlan:
    """With what is due and can be bought; the background goes on with the rest, and as closes come."""
    row_make(row, _make)
    instalments_buy(row)
    transaction.on_commit(background.wake)
    transaction.on_commit(_tell)
    return row


def _make(row: InvestmentPlan, days: list[date]) -> Hindrance | None:
    """An instalment that is there already stays."""
    Instalment.objects.bulk_create(
        [Instalment(plan=row, due_on=day, amount=row.amount, reason=WAITS) for day in days], ignore_conflicts=True
    )
    return None


def _tell() -> None:
    """Whoever fetches prices need not wait for their next look."""
    investment_planned.send(sender=InvestmentPlan)
