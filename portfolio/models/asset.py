"""The catalogue of assets, shared by all, and the private assets of a person."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from core.models import CurrencyField, validate_currency
from portfolio.prices.rates import pair_of


class AssetQuerySet(models.QuerySet["Asset"]):
    def visible_to(self, user: Any) -> "AssetQuerySet":
        """The catalogue and what is the person's own."""
        return self.filter(Q(owner=None) | Q(owner=user))


class Asset(models.Model):
    """Something that has a price: in the catalogue where `owner` is empty, else private to its owner."""

    class Class(models.TextChoices):
        STOCK = "stock"
        ETF = "etf"
        MUTUAL_FUND = "mutual_fund"
        CRYPTO = "crypto"
        GOLD = "gold"
        REIT = "reit"
        BOND = "bond"
        CASH = "cash"
        INDEX = "index"
        FX = "fx"
        OTHER = "other"

    class MarketCap(models.TextChoices):
        LARGE = "large"
        MID = "mid"
        SMALL = "small"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="private_assets"
    )
    symbol = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    asset_class = models.CharField(max_length=12, choices=Class)
    currency = CurrencyField()
    sector = models.CharField(max_length=100, blank=True)
    market_cap = models.CharField(max_length=5, choices=MarketCap, blank=True)
    isin = models.CharField(max_length=12, blank=True, db_index=True)
    amfi_code = models.CharField(max_length=10, blank=True, db_index=True)
    prices_from = models.DateField(null=True, editable=False)
    prices_to = models.DateField(null=True, editable=False)
    prices_version = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["symbol"], condition=Q(owner=None), name="symbol_is_unique_in_the_catalogue"
            ),
            models.UniqueConstraint(fields=["owner", "symbol"], name="symbol_is_unique_for_its_owner"),
        )
        indexes = (models.Index(fields=["asset_class", "symbol"], name="asset_by_class"),)

    def __str__(self) -> str:
        return self.symbol

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.symbol = self.symbol.strip().upper()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """A currency pair is named by what it says: `USDINR=X` is rupees for one dollar, so its currency is INR."""
        if self.asset_class != self.Class.FX:
            return
        symbol = self.symbol.strip().upper()
        if len(symbol) != 8 or not symbol.endswith("=X"):
            raise ValidationError({"symbol": "A currency pair is named like USDINR=X."})
        one, other = pair_of(symbol)
        for code in (one, other):
            try:
                validate_currency(code)
            except ValidationError as error:
                raise ValidationError({"symbol": error.messages}) from error
        if other != self.currency:
            raise ValidationError({"currency": f"The currency of {symbol} is {other}."})
