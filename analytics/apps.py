"""The app: connects its receivers and hands its work to the background engine."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        from analytics import due, receivers  # noqa: F401  (connects the receivers)
        from core import background

        background.register(due.rebuild_due_history)
