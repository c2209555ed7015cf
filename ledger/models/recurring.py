"""Entries that make themselves: rent, salary, a standing order."""

from django.conf import settings
from django.db import models

from core.fields import MoneyField
from core.models import Account, CurrencyField
from core.recurrence import Recurrence
from ledger.models.category import Category


class RecurringEntry(Recurrence):
    """What is entered on each of its days, once, however many processes look; the fields are those of an entry."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recurring_entries")
    name = models.CharField(max_length=100)
    kind = models.CharField(
        max_length=8, choices=[("expense", "Expense"), ("income", "Income"), ("transfer", "Transfer")]
    )
    account = models.ForeignKey(Account, on_delete=models.RESTRICT, related_name="recurring_entries")
    to_account = models.ForeignKey(Account, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    amount = MoneyField()
    currency = CurrencyField()
    account_amount = MoneyField(null=True, blank=True)
    to_amount = MoneyField(null=True, blank=True)
    fee = MoneyField(default=0)
    category = models.ForeignKey(Category, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    payee = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=500, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    tags = models.JSONField(default=list, blank=True)

    class Meta(Recurrence.Meta):
        verbose_name_plural = "recurring entries"
        indexes = (models.Index(fields=["next_on"], name="recurring_entries_due"),)

    def __str__(self) -> str:
        return self.name
