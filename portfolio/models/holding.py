"""What is held now: a projection of the transactions that can be thrown away and made again."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import ExactDecimalField
from core.models import Account, CurrencyField
from portfolio.models.asset import Asset


class Holding(models.Model):
    """One position, of an asset in an account; without an asset, the money that moved in one currency.

    The figures are totals up to the last transaction, in `currency`. A position sold to zero stays. `movements` is
    the same position day by day, packed for the time machine (`portfolio/books/movements.py` says how).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="holdings")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="holdings")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, null=True, related_name="holdings")
    currency = CurrencyField()
    quantity = ExactDecimalField(default=0)
    cost_basis = ExactDecimalField(default=0)
    invested = ExactDecimalField(default=0)
    realized_gain = ExactDecimalField(default=0)
    income = ExactDecimalField(default=0)
    fees = ExactDecimalField(default=0)
    costs = ExactDecimalField(default=0)
    first_on = models.DateField()
    last_on = models.DateField()
    movements = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["account", "asset"], condition=Q(asset__isnull=False), name="one_holding_per_account_and_asset"
            ),
            models.UniqueConstraint(
                fields=["account", "currency"], condition=Q(asset=None), name="one_cash_book_per_account_and_currency"
            ),
        )
        indexes = (models.Index(fields=["user", "asset"], name="holding_by_asset"),)

    def __str__(self) -> str:
        return f"{self.asset or self.currency} in {self.account}"
