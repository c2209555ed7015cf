"""The accounts in which people hold things."""

from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models.functions import Lower

from core.models.currency import CurrencyField, default_currency
from core.models.person import User
from core.signals import account_changing


class Account(models.Model):
    """Where something is held: a broker, a demat, a bank, a wallet …"""

    class Kind(models.TextChoices):
        BROKER = "broker"
        DEMAT = "demat"
        WALLET = "wallet"
        BANK = "bank"
        CASH = "cash"
        CARD = "card"
        LOAN = "loan"
        DEPOSIT = "deposit"
        PROPERTY = "property"
        OTHER = "other"

    class CostMethod(models.TextChoices):
        FIFO = "fifo"
        AVERAGE = "average"

    CUSTODY: ClassVar[frozenset[str]] = frozenset({"broker", "demat"})
    """Kinds that hold securities, and keep money only where they track cash."""
    VALUED: ClassVar[frozenset[str]] = frozenset({"deposit", "property", "other"})
    """Kinds that are worth what is stated of them: another value is a gain or loss, and no money that came or went."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="accounts")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BROKER)
    currency = CurrencyField(default=default_currency)
    cost_method = models.CharField(max_length=10, choices=CostMethod, default=CostMethod.FIFO)
    tracks_cash = models.BooleanField(default=False)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    is_default = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint("user", Lower("name"), name="account_name_is_unique_for_the_person"),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_default=True), name="one_default_account_for_a_person"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_on__isnull=True)
                | models.Q(opened_on__isnull=True)
                | models.Q(closed_on__gte=models.F("opened_on")),
                name="account_closes_after_it_opened",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """In one database transaction with what follows from it, whoever saves: `core.signals.account_changing`."""
        with transaction.atomic():
            before = self._stored()
            super().save(*args, **kwargs)
            if before:
                after = self._stored()
                changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
                account_changing.send(sender=Account, account=self, changes=changes)

    @property
    def keeps_money(self) -> bool:
        """Whether it has a balance. A broker or demat account has one only if it tracks cash: else what it pays for
        comes from outside, and what is moved there has left the money that is counted."""
        return self.tracks_cash or self.kind not in self.CUSTODY

    def _stored(self) -> dict[str, Any]:
        """What the database has of it; nothing of a new one."""
        rows = Account.objects.filter(pk=self.pk).values() if self.pk else ()
        return {name: value for row in rows for name, value in row.items()}
