"""Corporate actions: dated facts of an asset that change quantities and cost, never prices or transactions."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from core.fields import ExactDecimalField
from portfolio.models.asset import Asset


class CorporateAction(models.Model):
    """A split, bonus, spin-off, merger or rename of an asset; the books apply it at the start of `ex_date`."""

    class Kind(models.TextChoices):
        SPLIT = "split"
        BONUS = "bonus"
        SPINOFF = "spinoff"
        MERGER = "merger"
        RENAME = "rename"

    class Status(models.TextChoices):
        PROPOSED = "proposed"
        CONFIRMED = "confirmed"
        REJECTED = "rejected"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="actions")
    kind = models.CharField(max_length=8, choices=Kind)
    ex_date = models.DateField()
    ratio = ExactDecimalField(
        default=Decimal(1), help_text="New shares for each old one in all: 2 for a 2:1 split or a 1:1 bonus."
    )
    new_asset = models.ForeignKey(Asset, on_delete=models.RESTRICT, null=True, blank=True, related_name="origins")
    cost_fraction = ExactDecimalField(
        null=True, blank=True, help_text="Share of the cost that moves to the new asset, between 0 and 1."
    )
    cash_per_share = ExactDecimalField(
        default=Decimal(0), help_text="Cash for each old share, in the asset's currency."
    )
    status = models.CharField(max_length=9, choices=Status, default=Status.CONFIRMED)
    source = models.CharField(
        max_length=8, blank=True, editable=False, help_text="Which provider said so, or `jump`: the prices suggest it."
    )
    note = models.CharField(max_length=500, blank=True, help_text="What it was made from, or what to look at.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("ex_date", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["asset", "kind", "ex_date"],
                condition=~Q(status="rejected"),
                name="one_action_of_a_kind_per_asset_and_day",
            ),
            models.CheckConstraint(condition=Q(ratio__gte=0), name="action_ratio_is_not_negative"),
            models.CheckConstraint(condition=Q(cash_per_share__gte=0), name="action_cash_is_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.asset} {self.kind} on {self.ex_date}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """In one database transaction with everyone's books, which `post_save` brings up to date or refuses."""
        with transaction.atomic():
            super().save(*args, **kwargs)
