"""Reads of investment plans: what they have come to so far."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, F, QuerySet

from core.models import User
from portfolio.books.events import ZERO, gross_of
from portfolio.models import Instalment, InvestmentPlan, Transaction

_PURCHASE = ("plan_id", *(f"transaction__{name}" for name in ("quantity", "price", "amount", "fee", "tax")))


@dataclass(slots=True)
class PlanFigures:
    """Of the purchases that are still there, as they are now, in the asset's currency.

    invested: what bought units. paid: that with fees and taxes. units: as bought, later splits not applied.
    instalments: how many, by status.
    """

    invested: Decimal = ZERO
    paid: Decimal = ZERO
    units: Decimal = ZERO
    instalments: Counter[str] = field(default_factory=Counter)


def plans_of(user: User) -> QuerySet[InvestmentPlan]:
    return InvestmentPlan.objects.filter(user_id=user.pk).select_related("asset")


def instalments_of(user: User) -> QuerySet[Instalment]:
    return Instalment.objects.filter(plan__user_id=user.pk)


def plan_figures(plans: QuerySet[InvestmentPlan]) -> dict[int, PlanFigures]:
    """By plan, in two questions however many they are."""
    figures: defaultdict[int, PlanFigures] = defaultdict(PlanFigures)
    instalments = Instalment.objects.filter(plan__in=plans.values("pk")).order_by()
    for plan_id, status, count in instalments.values_list("plan_id", "status").annotate(count=Count("pk")):
        figures[plan_id].instalments[status] = count
    bought = instalments.filter(transaction__kind=Transaction.Kind.BUY, transaction__asset=F("plan__asset"))
    for plan_id, quantity, price, amount, fee, tax in bought.values_list(*_PURCHASE):
        gross = gross_of(quantity, price) if amount is None else amount
        figure = figures[plan_id]
        figure.invested += gross
        figure.paid += gross + fee + tax
        figure.units += quantity
    return figures
