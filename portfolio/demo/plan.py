"""What the demo person has decided: what to buy and sell, what pays dividends, and what to compare with. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.demo import assets
from portfolio.demo.assets import DemoAsset

INDIA, US = "Demo demat (India)", "Demo broker (US)"
US_SINCE = date(2013, 4, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyBuy:
    """`amount` is that of the first year; it grows with the salary. places: digits of a quantity after the point."""

    asset: DemoAsset
    account: str
    day: int
    amount: int
    since: date
    until: date = date.max
    places: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """A dividend in these months, as a fraction of the price; `withheld` of it is kept back as tax."""

    asset: DemoAsset
    account: str
    months: tuple[int, ...]
    day: int
    fraction: Decimal
    withheld: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """Of `fraction` of what is held, on one day or each year from it on; `withdrawn` of the proceeds leaves too."""

    asset: DemoAsset
    account: str
    since: date
    fraction: Decimal
    note: str
    every_year: bool = False
    places: int = 0
    withdrawn: Decimal = Decimal(0)


BUYS = (
    MonthlyBuy(asset=assets.NIFTY, account=INDIA, day=5, amount=10_000, since=date(2010, 2, 1), places=3),
    MonthlyBuy(asset=assets.BANK, account=INDIA, day=7, amount=6_000, since=date(2010, 3, 1)),
    MonthlyBuy(asset=assets.INFOTECH, account=INDIA, day=8, amount=6_000, since=date(2010, 6, 1)),
    MonthlyBuy(asset=assets.GOLD, account=INDIA, day=12, amount=2_000, since=date(2011, 1, 1)),
    MonthlyBuy(asset=assets.MIDCAP, account=INDIA, day=10, amount=5_000, since=date(2012, 4, 1), places=3),
    MonthlyBuy(asset=assets.FOODS, account=INDIA, day=15, amount=5_000, since=date(2014, 7, 1)),
    MonthlyBuy(asset=assets.REIT, account=INDIA, day=18, amount=4_000, since=date(2019, 5, 1)),
    MonthlyBuy(asset=assets.US500, account=US, day=6, amount=200, since=date(2013, 5, 1), places=4),
    MonthlyBuy(asset=assets.TECH, account=US, day=11, amount=150, since=date(2014, 1, 1), places=4),
    MonthlyBuy(
        asset=assets.HEALTH, account=US, day=13, amount=100, since=date(2015, 1, 1), until=date(2019, 12, 1), places=4
    ),
    MonthlyBuy(asset=assets.COIN, account=US, day=21, amount=50, since=date(2017, 6, 1), places=8),
)

PAYOUTS = (
    Payout(
        asset=assets.BANK, account=INDIA, months=(7,), day=14, fraction=Decimal("0.012"), withheld=Decimal("0.10")
    ),
    Payout(
        asset=assets.INFOTECH, account=INDIA, months=(2, 8), day=20, fraction=Decimal("0.009"), withheld=Decimal("0.10")
    ),
    Payout(
        asset=assets.FOODS, account=INDIA, months=(9,), day=9, fraction=Decimal("0.010"), withheld=Decimal("0.10")
    ),
    Payout(
        asset=assets.REIT, account=INDIA, months=(2, 5, 8, 11), day=25, fraction=Decimal("0.015"), withheld=Decimal(0)
    ),
    Payout(
        asset=assets.US500, account=US, months=(3, 6, 9, 12), day=28, fraction=Decimal("0.004"),
        withheld=Decimal("0.25"),
    ),
    Payout(
        asset=assets.TECH, account=US, months=(2, 5, 8, 11), day=16, fraction=Decimal("0.002"),
        withheld=Decimal("0.25"),
    ),
)  # fmt: skip

SALES = (
    Sale(asset=assets.MIDCAP, account=INDIA, since=date(2016, 11, 10), fraction=Decimal("0.25"), note="Car", places=3),
    Sale(asset=assets.BANK, account=INDIA, since=date(2018, 3, 15), fraction=Decimal("0.20"), note="Wedding"),
    Sale(asset=assets.HEALTH, account=US, since=date(2020, 1, 15), fraction=Decimal(1), note="All of it", places=4),
    Sale(
        asset=assets.COIN, account=US, since=date(2021, 2, 10), fraction=Decimal("0.5"), note="Back to the plan",
        places=8, withdrawn=Decimal("0.6"),
    ),
    Sale(asset=assets.NIFTY, account=INDIA, since=date(2022, 6, 15), fraction=Decimal("0.3"), note="House", places=3),
    Sale(
        asset=assets.NIFTY, account=INDIA, since=date(2019, 3, 20), fraction=Decimal("0.02"),
        note="Within the tax-free limit", every_year=True, places=3,
    ),
    Sale(asset=assets.TECH, account=US, since=date(2024, 9, 12), fraction=Decimal("0.15"), note="Too large", places=4),
)  # fmt: skip

COMPARED = (assets.INDIA_INDEX, assets.US_INDEX)
"""The first one where nothing else is asked for."""
