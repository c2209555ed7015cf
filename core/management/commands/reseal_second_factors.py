"""`manage.py reseal_second_factors`: after a change of SECRET_KEY, so that the former one can be forgotten."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand
from django.db import transaction

from core.people.sealing import Unreadable, reseal

SEALED = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


class Command(BaseCommand):
    help = "Seals all second factors with the SECRET_KEY of now; afterwards none of SECRET_KEY_FALLBACKS is needed."

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = sum(not _resealed(pk) for pk in list(_rows().values_list("pk", flat=True)))
        self.stdout.write(f"Sealed {_rows().count() - unreadable} second factors with the key of now.")
        if unreadable:
            self.stderr.write(f"{unreadable} were sealed with a key that is neither this one nor a fallback.")


def _rows() -> Any:
    return Authenticator.objects.filter(type__in=SEALED).order_by("pk")


@transaction.atomic
def _resealed(pk: int) -> bool:
    """Locked, since a recovery code that is used at the same moment is noted in the same row."""
    row = _rows().select_for_update().get(pk=pk)
    name = SEALED[row.type]
    try:
        row.data = {**row.data, name: reseal(row.data[name])}
    except Unreadable:
        return False
    row.save(update_fields=["data"])
    return True
