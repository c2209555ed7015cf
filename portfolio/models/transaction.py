"""What a person entered: the only truth about what they own. Everything else is made from it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from core.fields import ExactDecimalField
from core.models import Account, CurrencyField
from portfolio.models.asset import Asset


class Transaction(models.Model):
    """One dated event in one account. Amounts are in `currency`; quantities in units of that day.

    `fx_rate` is what the broker applied: units of the account's currency for one unit of `currency`; without it the
    rate of the day is used, for cost and gain in other currencies as for the cash of the account.
    """

    class Kind(models.TextChoices):
        BUY = "buy"
        SELL = "sell"
        DIVIDEND = "dividend"
        INTEREST = "interest"
        FEE = "fee"
        TAX = "tax"
        DEPOSIT = "deposit"
        WITHDRAWAL = "withdrawal"
        TRANSFER_IN = "transfer_in"
        TRANSFER_OUT = "transfer_out"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="transactions")
    account = models.ForeignKey(Account, on_delete=models.RESTRICT, related_name="transactions")
    asset = models.ForeignKey(Asset, on_delete=models.RESTRICT, null=True, blank=True, related_name="transactions")
    kind = models.CharField(max_length=12, choices=Kind)
    date = models.DateField()
    time = models.TimeField(null=True, blank=True, help_text="Orders the transactions of a day; else as entered.")
    quantity = ExactDecimalField(null=True, blank=True)
    price = ExactDecimalField(null=True, blank=True)
    fee = ExactDecimalField(default=0)
    tax = ExactDecimalField(default=0)
    amount = ExactDecimalField(null=True, blank=True)
    currency = CurrencyField()
    fx_rate = ExactDecimalField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    external_id = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001  (unique where it is given)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    TRADES: ClassVar[frozenset[str]] = frozenset({"buy", "sell", "transfer_in", "transfer_out"})

    class Meta:
        ordering = ("date", "id")
        indexes = (
            models.Index(fields=["user", "date", "id"], name="transaction_by_day"),
            models.Index(fields=["user", "asset", "date"], name="transaction_by_asset"),
        )
        constraints = (
            models.UniqueConstraint(fields=["user", "external_id"], name="external_id_is_unique_for_the_person"),
            *(
                models.CheckConstraint(condition=Q(**{f"{field}__gte": 0}), name=f"transaction_{field}_is_not_negative")
                for field in ("quantity", "price", "fee", "tax", "amount")
            ),
        )

    def __str__(self) -> str:
        return f"{self.date} {self.kind} {self.asset or self.currency}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """In one database transaction with the books, which `post_save` brings up to date or refuses."""
        with transaction.atomic():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            return super().delete(*args, **kwargs)
