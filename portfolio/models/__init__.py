"""What a person owns: assets, their prices and corporate actions, transactions, and holdings made from them."""

from portfolio.models.action import CorporateAction
from portfolio.models.asset import Asset
from portfolio.models.benchmark import Benchmark
from portfolio.models.dividend import Dividend, DividendAnswer
from portfolio.models.holding import Holding
from portfolio.models.plan import Instalment, InvestmentPlan
from portfolio.models.price import PriceYear
from portfolio.models.quote import ProviderState, Quote
from portfolio.models.source import AssetAlias, PriceSource, Quarantine
from portfolio.models.transaction import Transaction

__all__ = [
    "Asset",
    "AssetAlias",
    "Benchmark",
    "CorporateAction",
    "Dividend",
    "DividendAnswer",
    "Holding",
    "Instalment",
    "InvestmentPlan",
    "PriceSource",
    "PriceYear",
    "ProviderState",
    "Quarantine",
    "Quote",
    "Transaction",
]
