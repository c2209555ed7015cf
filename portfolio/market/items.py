"""What the market overview shows, and how a metal's price in rupees is made. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

GRAMS_PER_TROY_OUNCE = Decimal("31.1034768")
PAISE = Decimal("0.01")
RATE = "USDINR=X"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the overview. grams: of what a metal's price is for; its symbol is in dollars for a troy ounce."""

    key: str
    name: str
    symbol: str
    currency: str
    unit: str
    grams: Decimal | None = None

    @property
    def symbols(self) -> tuple[str, ...]:
        """All whose prices it is made of."""
        return (self.symbol,) if self.grams is None else (self.symbol, RATE)


ITEMS = (
    Item(key="nifty_50", name="Nifty 50", symbol="^NSEI", currency="INR", unit="points"),
    Item(key="sensex", name="Sensex", symbol="^BSESN", currency="INR", unit="points"),
    Item(key="nasdaq_100", name="Nasdaq 100", symbol="^NDX", currency="USD", unit="points"),
    Item(key="sp_500", name="S&P 500", symbol="^GSPC", currency="USD", unit="points"),
    Item(key="gold", name="Gold", symbol="GC=F", currency="INR", unit="10 g", grams=Decimal(10)),
    Item(key="silver", name="Silver", symbol="SI=F", currency="INR", unit="1 kg", grams=Decimal(1000)),
    Item(key="bitcoin", name="Bitcoin", symbol="BTC-USD", currency="USD", unit="1 BTC"),
    Item(key="ether", name="Ether", symbol="ETH-USD", currency="USD", unit="1 ETH"),
    Item(key="usd_inr", name="US dollar in rupees", symbol=RATE, currency="INR", unit="1 USD"),
)
ASSETS: tuple[Mapping[str, str], ...] = tuple(
    MappingProxyType({"symbol": symbol, "name": name, "asset_class": asset_class, "currency": currency})
    for symbol, name, asset_class, currency in (
        ("^NSEI", "NIFTY 50", "index", "INR"),
        ("^BSESN", "S&P BSE SENSEX", "index", "INR"),
        ("^NDX", "NASDAQ 100", "index", "USD"),
        ("^GSPC", "S&P 500", "index", "USD"),
        ("GC=F", "Gold futures, per troy ounce", "index", "USD"),  # a class that nobody can hold
        ("SI=F", "Silver futures, per troy ounce", "index", "USD"),
        ("BTC-USD", "Bitcoin", "crypto", "USD"),
        ("ETH-USD", "Ethereum", "crypto", "USD"),
        (RATE, "US dollar in Indian rupees", "fx", "INR"),
    )
)
SYMBOLS = tuple(asset["symbol"] for asset in ASSETS)
FORMULA = (
    "Dollars for a troy ounce (COMEX futures) × rupees for a dollar ÷ 31.1034768 g × the weight × (1 + import duty). "
    "GST and the premium of a dealer are not included; the line has today's duty on all its days."
)


def metal_in_rupees(
    dollars_per_ounce: Decimal, rupees_per_dollar: Decimal, *, grams: Decimal, duty: Decimal
) -> Decimal:
    """duty: in per cent. To the paisa."""
    per_gram = dollars_per_ounce * rupees_per_dollar / GRAMS_PER_TROY_OUNCE
    return (per_gram * grams * (1 + duty / 100)).quantize(PAISE)
