"""What kind of asset it is, out of what Yahoo calls it."""

import re
from decimal import Decimal

KINDS = {
    "EQUITY": "stock",
    "ETF": "etf",
    "MUTUALFUND": "mutual_fund",
    "INDEX": "index",
    "CURRENCY": "fx",
    "CRYPTOCURRENCY": "crypto",
    "FUTURE": "other",
}
"""By quoteType. What is not here cannot be held as so many units of something: options."""

GOLD = re.compile(r"\bgold(bees)?\b", re.IGNORECASE)
GOLD_COMPANIES = re.compile(r"\b(miners?|mining|producers|royalt\w+|equit\w+)\b", re.IGNORECASE)
BONDS = re.compile(
    r"\b(bonds?|treasur\w+|t-?bills?|gilts?|g-?sec|sdl|fixed income|aggregate|debt|debenture|liquid(bees)?)\b",
    re.IGNORECASE,
)
REITS = re.compile(r"\b(reits?|real estate)\b", re.IGNORECASE)
FUND_NAMES = re.compile(r"\b(etf|\w*bees)\b", re.IGNORECASE)

BOUNDS = {"USD": (Decimal(10) ** 10, Decimal(2) * 10**9), "INR": (Decimal(10) ** 12, Decimal(33) * 10**10)}
"""Market capitalisation from which a company is large, and mid, by currency.

USD: 10 and 2 billion, as brokers use. INR: about where the 100th and the 250th company stand in the list that AMFI
makes of the average of each half-year, in 2025 and 2026; the list is by rank, so these are approximate.
"""


def asset_class(kind: str, *, name: str, industry: str = "") -> str:
    """kind: Yahoo's quoteType. industry: of a company, or the category of a fund. Empty for what cannot be held."""
    found = KINDS.get(kind.upper(), "")
    if found == "stock" and FUND_NAMES.search(name):  # some Indian ETFs are listed as equities
        found = "etf"
    if found == "stock":
        return "reit" if industry.upper().startswith("REIT") or re.search(r"\breit\b", name, re.IGNORECASE) else found
    return _class_of_etf(f"{name} {industry}") if found == "etf" else found


def _class_of_etf(words: str) -> str:
    if GOLD.search(words) and not GOLD_COMPANIES.search(words):
        return "gold"
    if BONDS.search(words):
        return "bond"
    return "reit" if REITS.search(words) else "etf"


def market_cap_class(value: float | None, currency: str) -> str:
    if not value or currency not in BOUNDS:
        return ""
    large, mid = BOUNDS[currency]
    if value >= large:
        return "large"
    return "mid" if value >= mid else "small"
