"""What a person means to spend in a month."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.fields import MoneyField
from core.models import CurrencyField
from ledger.models.category import Category


class Budget(models.Model):
    """Of a category with all below it, or of the whole; of one month, or of every month from one on.

    month: its first day; null where the budget recurs from `starts_on` to `ends_on`, first days of months, too.
    Of a category and month, the budget of that month counts before one that recurs, and of these the latest.
    carries_over: what was left of the month before is added, and what was overspent taken off.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="budgets")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, null=True, blank=True, related_name="budgets")
    month = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    amount = MoneyField()
    currency = CurrencyField()
    carries_over = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount__gte=0), name="a_budget_is_not_negative"),
            models.CheckConstraint(
                condition=Q(month__isnull=False, starts_on__isnull=True, ends_on__isnull=True)
                | Q(month__isnull=True, starts_on__isnull=False),
                name="a_budget_is_of_a_month_or_recurs",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="a_budget_ends_after_it_starts"
            ),
            *(
                models.UniqueConstraint(fields=fields, condition=condition, name=name)
                for fields, condition, name in (
                    (["user", "category", "month"], Q(month__isnull=False), "one_budget_per_category_and_month"),
                    (["user", "month"], Q(category__isnull=True, month__isnull=False), "one_whole_budget_per_month"),
                    (["user", "category", "starts_on"], Q(month__isnull=True), "one_budget_per_category_and_start"),
                    (["user", "starts_on"], Q(category__isnull=True, month__isnull=True), "one_whole_budget_per_start"),
                )
            ),
        )

    def __str__(self) -> str:
        return f"{self.category or 'everything'}: {self.amount} {self.currency}"
