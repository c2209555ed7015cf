"""The stored history of a person's net worth, packed by year, and the mark that says from where it is untrue."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import ExactDecimalField, FloatArrayField
from core.models import CurrencyField


class HistoryMark(models.Model):
    """Per person: the earliest day from which the stored history is no longer true, and who is mending it.

    Every edit raises `generation`, in its own database transaction. A rebuild notes it and `builds` before it reads;
    it stores nothing if another one has stored meanwhile, and clears `dirty_from` only if no newer edit came in. So
    marks coalesce, and neither a lost message nor a killed process leaves a history that is silently stale.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="history_mark"
    )
    dirty_from = models.DateField(null=True)
    dirty_since = models.DateTimeField(null=True)
    generation = models.BigIntegerField(default=0)
    builds = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0, help_text="Another number whenever the history was stored.")
    built_at = models.DateTimeField(null=True)
    first_day = models.DateField(null=True)
    built_through = models.DateField(null=True)
    currency = CurrencyField(blank=True)
    reasons = models.JSONField(default=list)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["lease_until"], condition=Q(dirty_from__isnull=False), name="histories_to_rebuild"),
        )

    def __str__(self) -> str:
        return f"{self.user}: " + (f"untrue from {self.dirty_from}" if self.dirty_from else "true")

    def is_fresh(self, *, today: date, currency: str) -> bool:
        """Whether the stored history is true, reaches today, and is in the person's present currency."""
        return (
            self.dirty_from is None
            and self.built_through is not None
            and self.built_through >= today
            and self.currency == currency
        )


class HistoryYear(models.Model):
    """One year of a person's days in their own currency: element 0 of each series is 1 January, 366 long.

    NaN stands where a figure is not known, and on days outside the history. The view `analytics_history_day` shows
    the same as one row per person and day.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="history_years")
    year = models.SmallIntegerField()
    net_worth = FloatArrayField()
    holdings = FloatArrayField()
    cash = FloatArrayField()
    other_assets = FloatArrayField()
    liabilities = FloatArrayField()
    cost_basis = FloatArrayField()
    invested = FloatArrayField()
    net_contributions = FloatArrayField()
    income = FloatArrayField()
    realized_gain = FloatArrayField()
    costs = FloatArrayField()
    priced = FloatArrayField()
    stale = FloatArrayField()
    estimated = FloatArrayField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "year"], name="one_history_row_per_person_and_year"),)

    def __str__(self) -> str:
        return f"{self.user} {self.year}"


SERIES: tuple[str, ...] = tuple(
    field.name for field in HistoryYear._meta.local_fields if isinstance(field, FloatArrayField)
)


class AllocationTarget(models.Model):
    """The share of all they own that a person wants a part to have; the weights of one `by` are at most 1 together.

    key: as the allocation names the part: a class, a sector, a currency, a size, or the id of an account or an asset.
    Trades are planned of the investments alone, which are to have the same proportions.
    """

    class By(models.TextChoices):
        ASSET_CLASS = "asset_class"
        SECTOR = "sector"
        CURRENCY = "currency"
        ACCOUNT = "account"
        MARKET_CAP = "market_cap"
        ASSET = "asset"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="allocation_targets")
    by = models.CharField(max_length=11, choices=By)
    key = models.CharField(max_length=100)
    weight = ExactDecimalField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "by", "key"], name="one_target_per_person_and_part"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.by} {self.key} {self.weight}"
