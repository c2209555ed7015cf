"""Sums of entries, day by day, packed by year: a projection, written in the same database transaction as the entries.

Each array has 366 elements, of 1 January first: int64 ten-thousandths of the currency (`core.fields.money_of`), or
int32 counts. `ledger.services.sums` writes them, `ledger.daily` reads them, `manage.py rebuild_ledger` makes them anew
and reports any difference.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Account, CurrencyField
from ledger.models.category import Category


class AccountYear(models.Model):
    """What entries did to the money of an account, in one currency.

    That is the account's own, or, where an entry does not say what the account was charged, the entry's.
    outside: incomes less expenses and fees. moved: what transfers brought less what they took.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    year = models.SmallIntegerField()
    currency = CurrencyField()
    outside = models.BinaryField()
    moved = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "year", "currency"], name="one_row_per_account_year_currency"),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.year} {self.currency}"


class CategoryYear(models.Model):
    """What was spent on a category, or earned; null: what has no category. Fees of transfers are expenses.

    In the currency of the account where it is known what that was charged, else in that of the entry.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    year = models.SmallIntegerField()
    kind = models.CharField(max_length=7, choices=Category.Kind)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, null=True, related_name="+")
    currency = CurrencyField()
    amount = models.BinaryField()
    count = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "year", "kind", "category", "currency"],
                condition=Q(category__isnull=False),
                name="one_row_per_category_year_currency",
            ),
            models.UniqueConstraint(
                fields=["user", "year", "kind", "currency"],
                condition=Q(category__isnull=True),
                name="one_row_without_category_per_year_currency",
            ),
        )

    def __str__(self) -> str:
        return f"{self.category or 'without category'} {self.year} {self.currency}"
