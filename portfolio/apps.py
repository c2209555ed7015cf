"""The app, and what it listens to."""

from importlib import import_module

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "portfolio"

    def ready(self) -> None:
        import_module("portfolio.receivers")
