"""Make the holdings again from the transactions, and say where the stored ones were different."""

from collections.abc import Iterable

from core.management.rebuilding import RebuildCommand
from core.models import User
from portfolio.services.rebuild import holdings_rebuild


class Command(RebuildCommand):
    help = "Makes all holdings again from the transactions and reports each difference that it finds."
    refusal = "The holdings are not what the transactions say"

    def differences(self, person: User, *, write: bool) -> Iterable[tuple[str, tuple[str, ...]]]:
        return [(found.holding, found.fields) for found in holdings_rebuild(user_id=person.pk, write=write)]
