"""The price store: closes as traded, packed as one row per asset and year."""

from django.db import models

from core.fields import FloatArrayField
from portfolio.models.asset import Asset


class PriceYear(models.Model):
    """The closes of one asset in one year: element 0 is 1 January, NaN where there is none, always 366 long.

    A close is as traded on its day in the asset's currency, adjusted for nothing. The view `portfolio_price_day`
    shows the same as one row per asset and day.
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="price_years")
    year = models.SmallIntegerField()
    closes = FloatArrayField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["asset", "year"], name="one_price_row_per_asset_and_year"),)

    def __str__(self) -> str:
        return f"{self.asset} {self.year}"
