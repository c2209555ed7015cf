"""What somebody else said an account was worth: a statement of a bank, a valuation of a house, a letter of a lender."""

from django.conf import settings
from django.db import models

from core.fields import MoneyField
from core.models import Account
from ledger.models.atomic import SavedWhole
from ledger.models.bank_import import BankImport


class Balance(SavedWhole):
    """At the end of a day, in the account's currency; what is owed is negative."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="balances")
    account = models.ForeignKey(Account, on_delete=models.RESTRICT, related_name="balances")
    date = models.DateField()
    balance = MoneyField()
    note = models.CharField(max_length=500, blank=True)
    bank_import = models.ForeignKey(
        BankImport, on_delete=models.SET_NULL, null=True, editable=False, related_name="balances"
    )

    class Meta:
        ordering = ("-date", "-id")
        constraints = (models.UniqueConstraint(fields=["account", "date"], name="one_balance_per_account_and_day"),)

    def __str__(self) -> str:
        return f"{self.account} {self.balance} on {self.date}"
