"""Dividends that were declared: facts of an asset, from which each holder is proposed a transaction."""

from django.conf import settings
from django.db import models

from core.fields import ExactDecimalField
from core.models import Account, CurrencyField
from portfolio.models.asset import Asset
from portfolio.models.transaction import Transaction


class Dividend(models.Model):
    """So much for each share as it was held before `ex_date`."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="dividends")
    ex_date = models.DateField()
    amount = ExactDecimalField(help_text="For one share, before tax.")
    currency = CurrencyField()

    class Meta:
        ordering = ("ex_date", "id")
        constraints = (models.UniqueConstraint(fields=["asset", "ex_date"], name="one_dividend_per_asset_and_day"),)

    def __str__(self) -> str:
        return f"{self.asset} {self.amount} on {self.ex_date}"


class DividendAnswer(models.Model):
    """What a person said to a proposed dividend: they recorded it, or it was none of theirs."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    dividend = models.ForeignKey(Dividend, on_delete=models.CASCADE, related_name="answers")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    transaction = models.ForeignKey(Transaction, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "dividend", "account"], name="one_answer_per_person_dividend_and_account"
            ),
        )

    def __str__(self) -> str:
        return f"{self.dividend}: {'recorded' if self.transaction_id else 'dismissed'}"
