"""Whose address nobody needs to verify: people whom an administrator, a command or the environment made."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command

from core.management.commands.ensure_superuser import superuser_ensure
from core.models import User
from core.people.addresses import address_vouch_once
from tests.conftest import PASSWORD
from tests.people.app import App, flows_of

ADD = "/admin/core/user/add/"


def addresses(user: User) -> list[tuple[str, bool, bool]]:
    return list(EmailAddress.objects.filter(user=user).order_by("email").values_list("email", "verified", "primary"))


@pytest.fixture
def boss(mails: None) -> User:
    return superuser_ensure(email="Boss@Example.com", password=PASSWORD)[0]


@pytest.fixture
def admin(client: Any, boss: User) -> Any:
    client.force_login(boss)
    return client


def add(admin: Any, email: str) -> Any:
    fields = {"base_currency": "INR", "timezone": "Asia/Kolkata", "password1": PASSWORD, "password2": PASSWORD}
    return admin.post(ADD, {"email": email, "usable_password": "true", **fields})


def test_the_superuser_of_the_environment_gets_in_where_addresses_must_be_verified(boss):
    assert addresses(boss) == [("boss@example.com", True, True)]
    assert App().log_in("boss@example.com").status_code == 200


def test_a_superuser_from_before_addresses_were_kept_gets_in_after_the_next_start(boss):
    EmailAddress.objects.all().delete()
    superuser_ensure(email="boss@example.com", password="another")
    assert App().log_in("boss@example.com").status_code == 200


def test_the_start_vouches_for_nobody_who_is_no_superuser(mails):
    App().post("auth/signup", email="boss@example.com", password=PASSWORD)
    person, _ = superuser_ensure(email="boss@example.com", password="another")
    assert addresses(person) == [("boss@example.com", False, True)]
    assert flows_of(App().log_in("boss@example.com")) == {"verify_email"}


def test_people_made_by_commands(mails, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email="root@example.com", verbosity=0)
    assert App().log_in("root@example.com").status_code == 200


def test_people_made_in_the_admin(admin):
    assert add(admin, "New@Example.com").status_code == 302
    assert addresses(User.objects.get(email="new@example.com")) == [("new@example.com", True, True)]
    assert App().log_in("new@example.com").status_code == 200


def change(admin: Any, user: User, email: str) -> Any:
    fields = {"base_currency": "INR", "timezone": "Asia/Kolkata", "risk_appetite": "mid", "preferences": "{}"}
    return admin.post(f"/admin/core/user/{user.pk}/change/", {"email": email, "is_active": "on", **fields})


def test_an_administrator_changes_an_address(admin, asha):
    assert change(admin, asha, "Asha@New.example").status_code == 302
    assert addresses(asha) == [("asha@new.example", True, True)]
    assert App().log_in("asha@new.example").status_code == 200
    assert App().log_in("asha@example.com").status_code == 400


def test_an_administrator_who_changes_something_else_verifies_nothing(admin, asha):
    EmailAddress.objects.update(verified=False)
    assert change(admin, asha, asha.email).status_code == 302
    assert addresses(asha) == [(asha.email, False, True)]


def test_an_address_that_somebody_else_has_verified_is_refused(admin, asha, bob):
    EmailAddress.objects.create(user=bob, email="both@example.com", verified=True)
    page = change(admin, asha, "both@example.com")
    assert page.status_code == 200
    assert b"Another person has this e-mail address." in page.content
    assert b"Another person has this e-mail address." in add(admin, "both@example.com").content
    asha.refresh_from_db()
    assert asha.email == "asha@example.com"
    assert not User.objects.filter(email="both@example.com").exists()


def test_who_has_addresses_keeps_them(asha):
    EmailAddress.objects.update(verified=False)
    address_vouch_once(asha)
    assert addresses(asha) == [(asha.email, False, True)]


def test_who_signs_up_proves_it_themselves(mails):
    App().post("auth/signup", email="new@example.com", password=PASSWORD)
    assert addresses(User.objects.get()) == [("new@example.com", False, True)]
