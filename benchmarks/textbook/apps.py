"""The app of the textbook version; only the benchmark installs it."""

from django.apps import AppConfig


class TextbookConfig(AppConfig):
    name = "benchmarks.textbook"
    label = "textbook"
    default_auto_field = "django.db.models.BigAutoField"
