"""Everyday money: what was spent, earned and moved. The only truth about it; all sums are made from these rows."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from core.fields import MoneyField
from core.models import Account, CurrencyField
from ledger.models.bank_import import BankImport
from ledger.models.category import Category
from ledger.models.recurring import RecurringEntry

KEPT = Q(deleted_at__isnull=True)
_TEXTS = frozenset({"payee", "description", "note", "tags"})
"""What `words` is made of."""


class Entry(models.Model):
    """An expense, an income or a transfer on a day.

    amount: in `currency`; of an expense or income it may be negative, which takes one back (a refund).
    account_amount: what the account was charged or paid in its own currency, where that is another one; without it
        the rate of the day is used. to_amount: the same of the account that a transfer arrives in.
    fee: of a transfer, beside the amount and in the same currency; it is an expense.
    likeness, likeness_no: what a row of a bank file looked like, and the how manieth of that look it was: of the
        account, these are unique, so no row is taken twice, and two equal coffees are two.
    words: all that a search finds it by, normalised by `ledger.search`.
    deleted_at: kept for 30 days so that a delete can be undone; nothing counts a deleted entry.
    """

    class Kind(models.TextChoices):
        EXPENSE = "expense"
        INCOME = "income"
        TRANSFER = "transfer"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="entries", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.RESTRICT, related_name="entries")
    to_account = models.ForeignKey(
        Account, on_delete=models.RESTRICT, null=True, blank=True, related_name="incoming_entries"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    date = models.DateField()
    amount = MoneyField()
    currency = CurrencyField()
    account_amount = MoneyField(null=True, blank=True)
    to_amount = MoneyField(null=True, blank=True)
    fee = MoneyField(default=0)
    category = models.ForeignKey(
        Category, on_delete=models.RESTRICT, null=True, blank=True, related_name="entries", db_index=False
    )
    payee = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=500, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    tags = models.JSONField(default=list, blank=True)
    words = models.TextField(editable=False, default="")
    external_id = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001  (unique where it is given)
    likeness = models.CharField(max_length=32, null=True, editable=False)  # noqa: DJ001  (of bank files alone)
    likeness_no = models.PositiveIntegerField(null=True, editable=False)
    bank_import = models.ForeignKey(
        BankImport, on_delete=models.SET_NULL, null=True, editable=False, related_name="entries", db_index=False
    )
    recurring = models.ForeignKey(
        RecurringEntry, on_delete=models.SET_NULL, null=True, editable=False, related_name="entries", db_index=False
    )
    recurring_on = models.DateField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    SIGN: ClassVar[dict[str, int]] = {"expense": -1, "income": 1, "transfer": -1}
    """What an amount does to its account."""

    class Meta:
        verbose_name_plural = "entries"
        ordering = ("-date", "-id")
        indexes = (
            models.Index(fields=["user", "-date", "-id"], condition=KEPT, name="entry_by_day"),
            models.Index(fields=["account", "-date", "-id"], condition=KEPT, name="entry_by_account"),
            models.Index(
                fields=["to_account", "-date", "-id"],
                condition=KEPT & Q(to_account__isnull=False),
                name="entry_by_to_account",
            ),
            models.Index(
                fields=["account", "date"],
                condition=KEPT
                & Q(to_account__isnull=False)
                & (Q(account_amount__isnull=False) | Q(to_amount__isnull=False)),
                name="entry_by_exchange",
            ),
            # of deleted ones too: who deletes a category looks whether any entry still has it
            models.Index(fields=["category", "-date", "-id"], name="entry_by_category"),
            models.Index(fields=["user", "payee", "-date"], condition=KEPT, name="entry_by_payee"),
            models.Index(fields=["bank_import"], condition=Q(bank_import__isnull=False), name="entry_by_bank_import"),
            models.Index(fields=["user", "deleted_at"], condition=~KEPT, name="entry_by_deletion"),
        )
        constraints = (
            models.UniqueConstraint(fields=["user", "external_id"], name="entry_external_id_is_unique_for_the_person"),
            models.UniqueConstraint(
                fields=["account", "likeness", "likeness_no"],
                condition=Q(likeness__isnull=False),
                name="row_of_a_bank_file_is_taken_once",
            ),
            models.UniqueConstraint(
                fields=["recurring", "recurring_on"],
                condition=Q(recurring__isnull=False),
                name="recurring_entry_is_made_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(kind="transfer", to_account__isnull=False, amount__gt=0)
                | (~Q(kind="transfer") & Q(to_account__isnull=True, to_amount__isnull=True, fee=0)),
                name="a_transfer_alone_has_two_accounts_and_a_fee",
            ),
            models.CheckConstraint(
                condition=Q(to_account__isnull=True) | ~Q(to_account=F("account")), name="a_transfer_goes_elsewhere"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="an_entry_has_an_amount"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="an_entry_fee_is_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.date} {self.kind} {self.amount} {self.currency} {self.payee or self.description}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """In one database transaction with the sums, which `post_save` brings up to date."""
        fields = kwargs.get("update_fields")
        if fields is not None and _TEXTS.intersection(fields):
            kwargs["update_fields"] = {*fields, "words"}
        with transaction.atomic():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """For good, in one database transaction with the sums; `ledger.services.entries` deletes to be restored."""
        with transaction.atomic():
            return super().delete(*args, **kwargs)
