"""The admin of assets, their prices, sources, actions and dividends, of transactions, holdings and benchmarks."""

from portfolio.admin import (  # noqa: F401  (registers them)
    actions,
    assets,
    benchmarks,
    dividends,
    holdings,
    prices,
    quarantine,
    sources,
    transactions,
)
