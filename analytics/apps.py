"""The app: connects its receivers and hands its work to the background engine."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        from analytics import archive, due, erasure, receivers  # noqa: F401  (connects the receivers)
        from analytics.facts import analytics_facts
        from analytics.watched import watch_all
        from core import background, metrics

        watch_all()
        archive.declare()
        background.register(due.rebuild_due_history)
        metrics.register(analytics_facts)
