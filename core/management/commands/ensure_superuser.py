"""`manage.py ensure_superuser`: the first superuser, from ADMIN_EMAIL and ADMIN_PASSWORD."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand
from django.db import transaction

from core.models import User
from core.people.addresses import address_vouch_once


class Command(BaseCommand):
    help = "Makes the superuser named by ADMIN_EMAIL unless a person with that address exists; changes nobody."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ADMIN_EMAIL:
            return
        person, is_new = superuser_ensure(email=settings.ADMIN_EMAIL, password=settings.ADMIN_PASSWORD)
        if is_new:
            self.stdout.write(f"Made the superuser {person.email}.")
        elif not person.is_superuser:
            self.stderr.write(f"ADMIN_EMAIL: {person.email} exists and is not a superuser; left as it is.")


def superuser_ensure(*, email: str, password: str) -> tuple[User, bool]:
    """Of several processes that start at once, one makes the person and the others find them."""
    with transaction.atomic():
        person, is_new = User.objects.get_or_create(
            email=email.lower(),
            defaults={"password": make_password(password), "is_staff": True, "is_superuser": True},
        )
        if person.is_superuser:
            address_vouch_once(person)
    return person, is_new
