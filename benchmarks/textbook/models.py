"""One row for each trade, for each day of a price, and for each day of a person's history."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from portfolio.models import Asset


class Trade(models.Model):
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    account_id = models.BigIntegerField()
    asset_id: int
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)
    date = models.DateField()
    quantity = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    price = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    amount = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    fee = models.DecimalField(max_digits=20, decimal_places=6, default=0)

    class Meta:
        indexes = (models.Index(fields=["user", "date"], name="textbook_trade_by_day"),)

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"


class Price(models.Model):
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    date = models.DateField()
    close = models.DecimalField(max_digits=20, decimal_places=6)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["asset", "date"], name="textbook_one_price_per_day"),)

    def __str__(self) -> str:
        return f"{self.date} {self.close}"


class HistoryDay(models.Model):
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    date = models.DateField()
    net_worth = models.DecimalField(max_digits=20, decimal_places=2)
    holdings = models.DecimalField(max_digits=20, decimal_places=2)
    cash = models.DecimalField(max_digits=20, decimal_places=2)
    liabilities = models.DecimalField(max_digits=20, decimal_places=2)
    invested = models.DecimalField(max_digits=20, decimal_places=2)
    net_contributions = models.DecimalField(max_digits=20, decimal_places=2)
    income = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "date"], name="textbook_one_row_per_day"),)

    def __str__(self) -> str:
        return f"{self.date} {self.net_worth}"
