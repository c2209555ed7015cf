"""Investments that repeat: so much money into an asset on each day of a schedule, at the price of that day."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import ExactDecimalField
from core.models import Account
from core.recurrence import Recurrence
from portfolio.models.asset import Asset
from portfolio.models.transaction import Transaction


class InvestmentPlan(Recurrence):
    """A SIP: on each of its days an instalment falls due, which becomes a purchase once the price of that day is known.

    amount: what is paid, fee and tax included, in the asset's currency. tax_rate: of the amount, as a fraction (the
    stamp duty on Indian funds is 0.00005). quantity_decimals: units are rounded down to so many.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="investment_plans")
    name = models.CharField(max_length=100)
    account = models.ForeignKey(Account, on_delete=models.RESTRICT, related_name="investment_plans")
    asset = models.ForeignKey(Asset, on_delete=models.RESTRICT, related_name="investment_plans")
    amount = ExactDecimalField()
    fee = ExactDecimalField(default=0)
    tax_rate = ExactDecimalField(default=0)
    quantity_decimals = models.PositiveSmallIntegerField(default=3)
    note = models.CharField(max_length=500, blank=True)

    class Meta(Recurrence.Meta):
        indexes = (models.Index(fields=["next_on"], name="investment_plans_due"),)

    def __str__(self) -> str:
        return self.name


class Instalment(models.Model):
    """One day of a plan; `transaction` once it is made. Deleting that makes no new one."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        MADE = "made"
        REFUSED = "refused"

    plan = models.ForeignKey(InvestmentPlan, on_delete=models.CASCADE, related_name="instalments")
    due_on = models.DateField()
    amount = ExactDecimalField()
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    transaction = models.ForeignKey(
        Transaction, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    reason = models.TextField(blank=True, editable=False, help_text="Why it waits or was refused.")

    class Meta:
        ordering = ("due_on", "id")
        indexes = (
            models.Index(fields=["status", "due_on"], condition=Q(status="waiting"), name="instalments_waiting"),
        )
        constraints = (models.UniqueConstraint(fields=["plan", "due_on"], name="one_instalment_per_plan_and_day"),)

    def __str__(self) -> str:
        return f"{self.plan} on {self.due_on}"
