"""What the demo person can own or compare with: invented assets with the habits of real ones. Pure."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

EPOCH = date(2010, 1, 1)
"""The first day of the model market; every random number is counted from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """More shares for the same money: from `ex_date` on there are `ratio` for each old one."""

    kind: str
    ex_date: date
    ratio: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAsset:
    """growth and volatility: expected return and standard deviation of a year.

    loadings: correlation with each factor of the market (`IN` and `US` move a country, others a sector); the rest of
    its movement is its own. start: what one of today's shares cost on the first day, before any split.
    """

    symbol: str
    name: str
    asset_class: str
    currency: str
    start: float
    growth: float
    volatility: float
    loadings: MappingProxyType[str, float] = field(default_factory=lambda: MappingProxyType({}))
    sector: str = ""
    market_cap: str = ""
    first_day: date = EPOCH
    decimals: int = 2
    every_day: bool = False
    splits: tuple[Split, ...] = ()

    @property
    def tick(self) -> Decimal:
        return Decimal(1).scaleb(-self.decimals)


def _moves_with(**loadings: float) -> MappingProxyType[str, float]:
    return MappingProxyType(loadings)


NIFTY = DemoAsset(
    symbol="DEMO-NIFTY", name="Demo Nifty Index Fund", asset_class="mutual_fund", currency="INR", start=48.5,
    growth=0.125, volatility=0.17, loadings=_moves_with(IN=0.99), sector="Other: Index", decimals=5,
)  # fmt: skip
MIDCAP = DemoAsset(
    symbol="DEMO-MIDCAP", name="Demo Midcap Fund", asset_class="mutual_fund", currency="INR", start=22.0,
    growth=0.15, volatility=0.20, loadings=_moves_with(IN=0.88), sector="Equity: Mid Cap", decimals=5,
)  # fmt: skip
BANK = DemoAsset(
    symbol="DEMO-BANK", name="Demo Bank", asset_class="stock", currency="INR", start=165.0, growth=0.15,
    volatility=0.30, loadings=_moves_with(IN=0.72, IN_FINANCE=0.40), sector="Financial Services", market_cap="large",
    splits=(Split(kind="bonus", ex_date=date(2017, 9, 7), ratio=2),),
)  # fmt: skip
INFOTECH = DemoAsset(
    symbol="DEMO-INFOTECH", name="Demo Infotech", asset_class="stock", currency="INR", start=310.0, growth=0.14,
    volatility=0.28, loadings=_moves_with(IN=0.55, TECHNOLOGY=0.50), sector="Technology", market_cap="large",
)  # fmt: skip
FOODS = DemoAsset(
    symbol="DEMO-FOODS", name="Demo Foods", asset_class="stock", currency="INR", start=240.0, growth=0.13,
    volatility=0.25, loadings=_moves_with(IN=0.55, IN_CONSUMER=0.45), sector="Consumer Defensive", market_cap="mid",
)  # fmt: skip
GOLD = DemoAsset(
    symbol="DEMO-GOLD", name="Demo Gold ETF", asset_class="gold", currency="INR", start=16.2, growth=0.10,
    volatility=0.15, loadings=_moves_with(IN=-0.05, RUPEE=0.30),
)  # fmt: skip
REIT = DemoAsset(
    symbol="DEMO-REIT", name="Demo Office Parks REIT", asset_class="reit", currency="INR", start=300.0, growth=0.06,
    volatility=0.18, loadings=_moves_with(IN=0.45), sector="Real Estate", first_day=date(2019, 4, 1),
)  # fmt: skip
US500 = DemoAsset(
    symbol="DEMO-US500", name="Demo US 500 ETF", asset_class="etf", currency="USD", start=112.0, growth=0.12,
    volatility=0.17, loadings=_moves_with(US=0.99),
)  # fmt: skip
TECH = DemoAsset(
    symbol="DEMO-TECH", name="Demo Devices", asset_class="stock", currency="USD", start=30.0, growth=0.19,
    volatility=0.29, loadings=_moves_with(US=0.68, TECHNOLOGY=0.45), sector="Technology", market_cap="large",
    splits=(Split(kind="split", ex_date=date(2018, 8, 31), ratio=2),),
)  # fmt: skip
HEALTH = DemoAsset(
    symbol="DEMO-HEALTH", name="Demo Health Care", asset_class="stock", currency="USD", start=55.0, growth=0.08,
    volatility=0.26, loadings=_moves_with(US=0.60, US_HEALTH=0.40), sector="Healthcare", market_cap="large",
)  # fmt: skip
COIN = DemoAsset(
    symbol="DEMO-COIN", name="Demo Coin", asset_class="crypto", currency="USD", start=2400.0, growth=0.45,
    volatility=0.70, loadings=_moves_with(US=0.25), first_day=date(2017, 1, 1), every_day=True,
)  # fmt: skip
DOLLAR = DemoAsset(
    symbol="USDINR=X", name="Demo dollar in rupees", asset_class="fx", currency="INR", start=46.4, growth=0.035,
    volatility=0.05, loadings=_moves_with(IN=-0.30, RUPEE=0.60), decimals=4,
)  # fmt: skip
INDIA_INDEX = DemoAsset(
    symbol="DEMO-INDIA-50", name="Demo India 50 Index", asset_class="index", currency="INR", start=5200.0,
    growth=0.115, volatility=0.17, loadings=_moves_with(IN=1.0),
)  # fmt: skip
US_INDEX = DemoAsset(
    symbol="DEMO-US-500", name="Demo US 500 Index", asset_class="index", currency="USD", start=1130.0, growth=0.10,
    volatility=0.17, loadings=_moves_with(US=1.0),
)  # fmt: skip

ASSETS = (NIFTY, MIDCAP, BANK, INFOTECH, FOODS, GOLD, REIT, US500, TECH, HEALTH, COIN, DOLLAR, INDIA_INDEX, US_INDEX)
