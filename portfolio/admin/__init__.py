"""The admin of assets, prices, corporate actions, transactions and holdings."""

from portfolio.admin import actions, assets, holdings, prices, transactions  # noqa: F401  (registers them)
