"""Prices of now, and the state of the providers that give them."""

from django.db import models

from core.fields import ExactDecimalField
from portfolio.models.asset import Asset


class Quote(models.Model):
    """The last known price of an asset, in its currency, beside the stored closes.

    It stands for the day `day` for as long as no close of that day or a later one is stored. watched_at: when somebody
    last looked at it. stale_at: from when on it is worth asking again, by the hours of its market. problem: why a newer
    price that the provider sent is not believed.
    """

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, primary_key=True, related_name="quote")
    price = ExactDecimalField(null=True, blank=True)
    previous_close = ExactDecimalField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    stale_at = models.DateTimeField(null=True, blank=True)
    watched_at = models.DateTimeField(null=True, blank=True, db_index=True)
    problem = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.asset} {self.price}"


class ProviderState(models.Model):
    """One provider as all processes and hosts see it: its budget, whether it rests, and who asks it just now.

    allowance: requests that may be sent at `counted_at`; it grows with time. open_until: it is left alone until then.
    lease: of the one refresh of quotes that is under way. quotes_version: another random number after each refresh.
    """

    provider = models.CharField(max_length=8, primary_key=True)
    allowance = models.FloatField(default=0)
    counted_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    last_error = models.TextField(blank=True)
    open_until = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_failed_at = models.DateTimeField(null=True, blank=True)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    quotes_version = models.BigIntegerField(default=0)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.provider
