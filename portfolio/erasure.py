"""What goes of investments when a person is erased, their own assets too; connected by the app."""

from typing import Any

from django.dispatch import receiver

from core.erasure import rows_erase
from core.signals import person_erasing, person_locking
from portfolio import models
from portfolio.locks import assets_lock
from portfolio.upstream import questions_forget

TABLES = (
    (models.DividendAnswer, "user"),
    (models.Instalment, "plan__user"),
    (models.InvestmentPlan, "user"),
    (models.Benchmark, "user"),
    (models.Holding, "user"),
    (models.Transaction, "user"),
    (models.CorporateAction, "asset__owner"),
    (models.Dividend, "asset__owner"),
    (models.AssetAlias, "asset__owner"),
    (models.Quarantine, "asset__owner"),
    (models.Quote, "asset__owner"),
    (models.PriceSource, "asset__owner"),
    (models.PriceYear, "asset__owner"),
    (models.Asset, "owner"),
)


@receiver(person_locking)
def private_assets_lock(user_id: int, **_: Any) -> None:
    assets_lock(models.Asset.objects.filter(owner=user_id).values_list("pk", flat=True))


@receiver(person_erasing)
def portfolio_erase(user_id: int, **_: Any) -> None:
    rows_erase(TABLES, user_id=user_id)
    models.CorporateAction.objects.filter(created_by=user_id).update(created_by=None)
    questions_forget(user_id, models.PriceSource.Provider.values)
