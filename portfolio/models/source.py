"""Where the prices of an asset come from, how far its history was fetched, and what was odd about it."""

from django.db import models
from django.db.models import Q

from portfolio.models.asset import Asset


class PriceSource(models.Model):
    """The provider of one asset; assets without one have prices that somebody enters.

    symbol: as the provider names it. exchange: as the provider says, empty where that is not known yet.
    wanted_from: the first day that somebody needs, empty where nobody does. is_held: somebody has units of it now (or
    watches it, or compares with it), so new closes are fetched. fetched_from: since when the provider was asked for
    every close. due_at: when to fetch next, empty for never. vanished_at: since when the provider no longer knows the
    symbol.
    """

    class Provider(models.TextChoices):
        YAHOO = "yahoo", "Yahoo Finance"
        MFAPI = "mfapi", "MFAPI and AMFI"
        FIXED = "fixed", "Fixed prices"

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, primary_key=True, related_name="source")
    provider = models.CharField(max_length=8, choices=Provider)
    symbol = models.CharField(max_length=64)
    exchange = models.CharField(max_length=16, blank=True)
    wanted_from = models.DateField(null=True, blank=True)
    is_held = models.BooleanField(default=False)
    fetched_from = models.DateField(null=True, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    failures = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    last_error = models.TextField(blank=True)
    vanished_at = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["provider", "symbol"], name="source_by_symbol"),)

    def __str__(self) -> str:
        return f"{self.provider} {self.symbol}"


class Quarantine(models.Model):
    """Closes that a provider sent and that were not believed; what was stored stayed.

    closes: {"2024-01-02": "101.5"} as sent. An accepted one was stored; a rejected one is not reported again while
    the provider sends the same.
    """

    class Reason(models.TextChoices):
        NOT_POSITIVE = "not_positive", "zero or negative"
        NOT_A_NUMBER = "not_a_number", "no number"
        WRONG_SCALE = "wrong_scale", "ten or a hundred times off"
        WRONG_CURRENCY = "wrong_currency", "in another currency"
        CHANGED = "changed", "changed without a cause"
        WRONG_UNITS = "wrong_units", "a split was applied to half of it"

    class Status(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        REJECTED = "rejected"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="quarantined")
    reason = models.CharField(max_length=14, choices=Reason)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    closes = models.JSONField(default=dict)
    detail = models.CharField(max_length=500, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-last_seen_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["asset", "reason"], condition=Q(status="open"), name="one_open_quarantine_of_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.asset}: {self.get_reason_display()}"


class AssetAlias(models.Model):
    """A symbol under which a catalogue asset was known before: imports, searches and providers still find it."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="aliases")
    symbol = models.CharField(max_length=64, unique=True)
    until = models.DateField(null=True, blank=True, help_text="The last day on which it was traded under this symbol.")

    class Meta:
        verbose_name_plural = "asset aliases"

    def __str__(self) -> str:
        return f"{self.symbol} → {self.asset}"
