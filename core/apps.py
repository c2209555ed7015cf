"""The app of people, accounts and whatever all other apps stand on."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core.archive import people
        from core.checks import register_checks  # reads models, so not before they are loaded
        from core.housekeeping import register_work
        from core.operations import watch_site
        from core.people import receivers  # noqa: F401  (importing connects them)
        from core.people.overrides import override
        from core.watched import watch_all

        register_checks()
        watch_site()
        register_work()
        override()
        watch_all()
        people.declare()
