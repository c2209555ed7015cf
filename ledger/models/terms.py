"""What a deposit earns and a loan costs: rates since when, and how interest is counted and credited."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import ExactDecimalField, MoneyField
from core.models import Account
from ledger.models.atomic import SavedWhole


class Terms(SavedWhole):
    """Of one account; `analytics.engine.interest` says what each choice means, day by day.

    Between two creditings, interest accrues and is part of what the account is worth, and not of its balance.
    """

    class Product(models.TextChoices):
        FIXED_DEPOSIT = "fixed_deposit"
        RECURRING_DEPOSIT = "recurring_deposit"
        PPF = "ppf", "PPF"
        EPF = "epf", "EPF"
        NPS = "nps", "NPS"
        SAVINGS = "savings"
        LOAN = "loan"
        OTHER = "other"

    class Credited(models.TextChoices):
        """When interest becomes part of the balance."""

        DAILY = "daily"
        MONTHLY = "monthly"
        QUARTERLY = "quarterly"
        HALF_YEARLY = "half_yearly"
        YEARLY = "yearly"
        FINANCIAL_YEAR = "financial_year", "At the end of March"
        AT_MATURITY = "at_maturity"

    class Basis(models.TextChoices):
        """What balance earns."""

        DAILY = "daily", "The balance of each day"
        LOWEST_AFTER_FIFTH = "lowest_after_fifth", "Of each month the lowest after the 5th"
        MONTH_OPENING = "month_opening", "That at the beginning of each month"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="terms")
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="terms")
    product = models.CharField(max_length=17, choices=Product)
    credited = models.CharField(max_length=14, choices=Credited)
    basis = models.CharField(max_length=18, choices=Basis, default=Basis.DAILY)
    starts_on = models.DateField(help_text="From the end of this day on; months and quarters are counted from it.")
    matures_on = models.DateField(null=True, blank=True, help_text="No interest after it.")
    installment = MoneyField(null=True, blank=True, help_text="What is paid each month, for the schedule ahead.")

    class Meta:
        verbose_name_plural = "terms"
        constraints = (
            models.CheckConstraint(
                condition=Q(matures_on__isnull=True) | Q(matures_on__gt=models.F("starts_on")),
                name="terms_end_after_they_start",
            ),
        )

    def __str__(self) -> str:
        return f"{self.account}: {self.get_product_display()}"


class TermsRate(SavedWhole):
    """The yearly rate as a fraction (0.071 is 7.1 %), from a day on."""

    terms = models.ForeignKey(Terms, on_delete=models.CASCADE, related_name="rates")
    since = models.DateField()
    rate = ExactDecimalField()

    class Meta:
        ordering = ("since",)
        constraints = (models.UniqueConstraint(fields=["terms", "since"], name="one_rate_per_day"),)

    def __str__(self) -> str:
        return f"{self.rate} since {self.since}"
