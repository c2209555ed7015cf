"""The admin of assets with prices, sources, actions and dividends, of transactions, plans, holdings and benchmarks."""

from portfolio.admin import (  # noqa: F401  (registers them)
    actions,
    assets,
    benchmarks,
    dividends,
    holdings,
    plans,
    prices,
    quarantine,
    sources,
    transactions,
)
