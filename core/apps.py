"""The app of people, accounts and whatever all other apps stand on."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core.checks import register_checks  # reads models, so not before they are loaded
        from core.watched import watch_all

        register_checks()
        watch_all()
