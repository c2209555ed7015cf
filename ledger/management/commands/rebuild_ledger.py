"""Make the sums of entries again from the entries, and say where the stored ones were different."""

from collections.abc import Iterable

from core.management.rebuilding import RebuildCommand
from core.models import User
from ledger.services.rebuild import ledger_rebuild


class Command(RebuildCommand):
    help = "Makes the sums of all entries again from the entries and reports each difference that it finds."
    refusal = "The sums are not what the entries say"

    def differences(self, person: User, *, write: bool) -> Iterable[tuple[str, tuple[str, ...]]]:
        return [(found.row, found.fields) for found in ledger_rebuild(user_id=person.pk, write=write)]
