"""People from before addresses were rows of their own: who runs the site vouches for those whom they made."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection

from core.models import User

pytestmark = pytest.mark.django_db
vouch = import_module("core.migrations.0004_addresses_of_people_before").vouch


def before(email: str) -> User:
    return User.objects.create(email=email)  # as a row of the version before: without an address


def test_who_did_not_sign_up_counts_as_verified_after_the_upgrade() -> None:
    made, signed_up, taken = (before(f"{name}@example.com") for name in ("made", "signed-up", "taken"))
    EmailAddress.objects.create(user=signed_up, email=signed_up.email, primary=True, verified=False)
    EmailAddress.objects.create(user=signed_up, email=taken.email, primary=False, verified=True)
    vouch(apps, SimpleNamespace(connection=connection))
    assert EmailAddress.objects.filter(user=made, email=made.email, verified=True, primary=True).count() == 1
    assert not EmailAddress.objects.get(user=signed_up, email=signed_up.email).verified
    assert not EmailAddress.objects.filter(user=taken).exists()
