"""The app of everyday money: entries, budgets, and the balances of money accounts."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"

    def ready(self) -> None:
        from core import currencies
        from ledger import receivers  # noqa: F401  (connects the receivers)
        from ledger.currencies import ledger_currencies

        currencies.register(ledger_currencies)
