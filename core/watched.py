"""Which rows of people and accounts have their edits and deletes recorded; connected by the app."""

from core.activity_signals import watch
from core.models import Account, User


def watch_all() -> None:
    watch(User, kind="person", fields=("base_currency", "timezone", "risk_appetite"), label=(), owner="id")
    watch(
        Account,
        kind="account",
        fields=("name", "kind", "currency", "cost_method", "tracks_cash", "opened_on", "closed_on"),
        label=("name",),
    )
