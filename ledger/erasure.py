"""What goes of everyday money when a person is erased; connected by the app."""

from typing import Any

from django.dispatch import receiver

from core.erasure import rows_erase
from core.signals import person_erasing
from ledger import models

TABLES = (
    (models.MatchedRow, "bank_import__user"),
    (models.MatchedRow, "account__user"),
    (models.Entry, "user"),
    (models.RecurringEntry, "user"),
    (models.Balance, "user"),
    (models.BankImport, "user"),
    (models.ColumnMapping, "user"),
    (models.Budget, "user"),
    (models.Rule, "user"),
    (models.TermsRate, "terms__user"),
    (models.Terms, "user"),
    (models.AccountYear, "user"),
    (models.CategoryYear, "user"),
    (models.Category, "user"),
)


@receiver(person_erasing)
def ledger_erase(user_id: int, **_: Any) -> None:
    rows_erase(TABLES, user_id=user_id)
