"""The app, and what it listens to."""

from importlib import import_module

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "portfolio"

    def ready(self) -> None:
        from portfolio.checks import register_checks  # reads models, so not before they are loaded

        import_module("portfolio.erasure")
        import_module("portfolio.receivers")
        import_module("portfolio.watched").watch_all()
        import_module("portfolio.archive.declared").declare()
        register_checks()
        self.register_facts()
        self.register_lanes()

    def register_facts(self) -> None:
        from core import health, metrics
        from portfolio.facts import portfolio_facts, prices_are_new

        health.register("prices", prices_are_new)
        metrics.register(portfolio_facts)

    def register_lanes(self) -> None:
        from core import background
        from portfolio.lanes import QUOTES
        from portfolio.live.quotes import refresh_due_quotes
        from portfolio.market.watching import market_refresh
        from portfolio.services.instalments import instalments_make_due
        from portfolio.services.plans import plans_make_due
        from portfolio.sync.due import register_lane as register_sync

        background.register(refresh_due_quotes, lane_name=QUOTES)
        background.register(market_refresh, lane_name=QUOTES)
        background.register(plans_make_due)
        background.register(instalments_make_due)
        register_sync()
