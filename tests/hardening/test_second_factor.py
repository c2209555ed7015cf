"""Administrators come into the admin only after a second factor, where that is set."""

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client

from core.models import User
from tests.conftest import PASSWORD, make_person

SECRET = generate_totp_secret()
PAGES = ("/admin/", "/admin/core/user/", "/admin/core/user/add/", "/admin/jsi18n/", "/admin/password_change/")


@pytest.fixture
def boss(db: None, settings: Any, clean_cache: None) -> User:
    settings.ADMIN_SECOND_FACTOR = True
    person = make_person("boss@example.com", currency="INR", zone="Asia/Kolkata")
    person.is_staff = person.is_superuser = True
    person.save()
    return person


def logged_in(person: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def code() -> str:
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30)))


@pytest.mark.parametrize("page", PAGES)
def test_who_has_none_is_sent_to_make_one(boss: User, page: str) -> None:
    for response in (logged_in(boss).get(page), logged_in(boss).post(page, {"email": "x"})):
        assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/")


def test_it_says_why_another_page_opens(boss: User) -> None:
    page = logged_in(boss).get("/admin/", follow=True)
    assert "The admin opens after a second factor" in page.content.decode()


def test_who_gave_it_at_log_in_comes_in(boss: User) -> None:
    TOTP.activate(boss, SECRET)
    client = logged_in(boss)
    assert client.get("/admin/").status_code == 302  # not in at all yet
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    for page in PAGES:
        assert client.get(page).status_code == 200


def test_a_session_from_before_does_not_slip_through(boss: User) -> None:
    client = logged_in(boss)
    TOTP.activate(boss, SECRET)
    response = client.get("/admin/core/user/?q=asha")
    assert response["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2Fcore%2Fuser%2F%3Fq%3Dasha"
    wrong = client.post(response["Location"], {"code": "000000" if code() != "000000" else "000001"})
    assert wrong.status_code == 200
    assert client.get("/admin/").status_code == 302
    right = client.post(response["Location"], {"code": code()})
    assert right["Location"] == "/admin/core/user/?q=asha"
    assert client.get("/admin/core/user/").status_code == 200


def test_a_session_made_without_any_log_in_does_not_either(boss: User) -> None:
    """As `force_login`, or a row that somebody put into the table."""
    client = Client()
    client.force_login(boss)
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"


def test_who_has_a_passkey_alone_is_asked_for_it(boss: User) -> None:
    Authenticator.objects.create(user=boss, type=Authenticator.Type.WEBAUTHN, data={"name": "key", "credential": {}})
    client = Client()
    client.force_login(boss)
    assert client.get("/admin/")["Location"].startswith("/accounts/2fa/webauthn/reauthenticate/?next=")


def test_others_are_told_what_they_always_are(boss: User, asha: User) -> None:
    assert logged_in(asha).get("/admin/login/").status_code == 403
    assert Client().get("/admin/")["Location"].startswith("/admin/login/")


def test_unless_it_is_set_a_password_is_enough(boss: User, settings: Any) -> None:
    settings.ADMIN_SECOND_FACTOR = False
    assert logged_in(boss).get("/admin/").status_code == 200


def test_the_admin_takes_second_factors_away_but_never_shows_them(boss: User, asha: User, settings: Any) -> None:
    settings.ADMIN_SECOND_FACTOR = False
    TOTP.activate(asha, SECRET)
    [kept] = Authenticator.objects.filter(user=asha)
    client = logged_in(boss)
    for page in ("", f"{kept.pk}/change/", f"{kept.pk}/delete/"):
        response = client.get(f"/admin/mfa/authenticator/{page}")
        assert response.status_code == 200
        assert SECRET not in response.content.decode()
        assert str(kept.data["secret"]) not in response.content.decode()
    client.post(f"/admin/mfa/authenticator/{kept.pk}/delete/", {"post": "yes"})
    assert not Authenticator.objects.filter(user=asha).exists()
    for hidden in ("socialapp", "socialtoken"):
        assert client.get(f"/admin/socialaccount/{hidden}/").status_code == 404


def test_the_admin_ends_sessions(boss: User, asha: User, settings: Any) -> None:
    """By their person or address; what is taken off the list opens nothing any more."""
    settings.ADMIN_SECOND_FACTOR = False
    browser = logged_in(asha)
    assert browser.get("/api/v1/me/").status_code == 200
    [session] = UserSession.objects.filter(user=asha)
    client = logged_in(boss)
    found = client.get("/admin/usersessions/usersession/?q=asha@example.com").content.decode()
    assert "asha@example.com" in found
    assert (
        session.session_key not in client.get(f"/admin/usersessions/usersession/{session.pk}/change/").content.decode()
    )
    client.post(f"/admin/usersessions/usersession/{session.pk}/delete/", {"post": "yes"})
    assert browser.get("/api/v1/me/").status_code == 401
