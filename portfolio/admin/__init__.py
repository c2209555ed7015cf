"""The admin of assets, prices and their sources, corporate actions, dividends, transactions and holdings."""

from portfolio.admin import (  # noqa: F401  (registers them)
    actions,
    assets,
    dividends,
    holdings,
    prices,
    quarantine,
    sources,
    transactions,
)
