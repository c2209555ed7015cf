"""The app of everyday money: entries, budgets, and the balances of money accounts."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"

    def ready(self) -> None:
        from core import background, currencies
        from ledger import erasure, receivers  # noqa: F401  (connects the receivers)
        from ledger.archive import declared
        from ledger.currencies import ledger_currencies
        from ledger.demo import build  # noqa: F401  (connects its receiver)
        from ledger.services.purge import PurgeWork
        from ledger.services.recurring import recurring_make_due
        from ledger.watched import watch_all

        watch_all()
        declared.declare()
        currencies.register(ledger_currencies)
        background.register(PurgeWork())
        background.register(recurring_make_due)
