"""The app of everyday money: entries, budgets, and the balances of money accounts."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"
