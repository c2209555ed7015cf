"""Whole ways of an app through the headless API, from sign-up to log-out."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from core.models import User
from tests.conftest import PASSWORD
from tests.people.app import App, flows_of, logged_in, mailed, totp_enrol
from tests.people.totp import totp

VERIFY = r"/accounts/confirm-email/([^/\s]+)/"
RESET = r"/accounts/password/reset/key/([^/\s]+)/"
NEW_PASSWORD = "an even longer pass phrase"
BROWSER_LOGIN = "/_allauth/browser/v1/auth/login"


def test_the_codes_are_those_of_the_rfc():
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [totp(secret, at) for at in (59, 1111111109, 1234567890, 20000000000)] == [
        "287082",
        "081804",
        "005924",
        "353130",
    ]


def test_sign_up_and_verification(mails):
    app = App()
    signed_up = app.post("auth/signup", email="New@Example.com", password=PASSWORD)
    assert signed_up.status_code == 401
    assert flows_of(signed_up) == {"verify_email"}
    assert app.me() == 401
    assert flows_of(app.log_in("new@example.com")) == {"verify_email"}

    verified = App().post("auth/email/verify", key=mailed(VERIFY))
    assert verified.status_code in (200, 401), verified.content
    assert EmailAddress.objects.get(email="new@example.com").verified

    app = App()
    assert app.log_in("new@example.com").status_code == 200
    assert app.me() == 200
    assert app.delete("auth/session").status_code == 401
    assert app.me() == 401


def test_a_site_without_mail_lets_people_in_at_once(clean_cache):
    app = App()
    assert app.post("auth/signup", email="new@example.com", password=PASSWORD).status_code == 200
    assert app.me() == 200


@pytest.mark.django_db
def test_a_closed_site_takes_nobody(settings, clean_cache, client):
    settings.SIGNUP_IS_OPEN = False
    assert App().post("auth/signup", email="new@example.com", password=PASSWORD).status_code == 403
    assert b"currently closed" in client.get("/accounts/signup/").content
    assert b"Sign up" not in client.get("/accounts/login/").content
    client.post("/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD})
    assert not User.objects.exists()


def test_a_second_factor_is_asked_for(mails, asha):
    app = logged_in(asha.email)
    offered = app.get("account/authenticators/totp")
    if offered.status_code == 404:  # none yet: its secret
        offered = app.post("account/authenticators/totp", code=totp(offered.json()["meta"]["secret"]))
    assert (offered.status_code, flows_of(offered)) == (401, {"reauthenticate"})  # the password once more, first
    with time_machine.travel(timezone.now(), tick=False) as clock:
        secret = totp_enrol(app)

        other = App()
        assert flows_of(other.log_in(asha.email)) == {"mfa_authenticate"}
        assert other.token
        assert other.me() == 401  # the password alone opens nothing
        assert other.post("auth/2fa/authenticate", code="000000").status_code == 400

        clock.shift(timedelta(seconds=60))
        code = totp(secret)
        assert other.post("auth/2fa/authenticate", code=code).status_code == 200
        assert other.me() == 200
        again = App()
        again.log_in(asha.email)
        clock.shift(timedelta(seconds=40))
        assert again.post("auth/2fa/authenticate", code=code).status_code == 400  # each code is good once


def test_the_code_that_an_app_was_made_known_with_is_used(mails, asha):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        secret = totp_enrol(logged_in(asha.email))
        other = App()
        other.log_in(asha.email)

        assert other.post("auth/2fa/authenticate", code=totp(secret)).status_code == 400
        clock.shift(timedelta(seconds=30))
        assert other.post("auth/2fa/authenticate", code=totp(secret)).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_new_second_factor_is_told_by_mail(mails, asha):
    secret = totp_enrol(logged_in(asha.email))
    (sent,) = [sent for sent in mail.outbox if "Authenticator App Activated" in sent.subject]
    assert sent.to == [asha.email]
    assert secret not in str(sent.message())


def test_recovery_codes_work_once_each(mails, asha):
    app = logged_in(asha.email)
    totp_enrol(app)
    codes = app.get("account/authenticators/recovery-codes").json()["data"]["unused_codes"]
    assert len(codes) == 10

    def log_in(code):
        other = App()
        other.log_in(asha.email)
        return other.post("auth/2fa/authenticate", code=code).status_code, other.me()

    assert log_in(codes[0]) == (200, 200)
    assert log_in(codes[0]) == (400, 401)
    assert log_in(codes[1]) == (200, 200)
    left = app.get("account/authenticators/recovery-codes").json()["data"]["unused_codes"]
    assert left == codes[2:]


def test_a_second_factor_needs_a_verified_address(mails, asha):
    app = logged_in(asha.email)
    app.reauthenticate()
    EmailAddress.objects.update(verified=False)
    assert app.get("account/authenticators/totp").status_code == 409


def test_another_password_ends_all_other_sessions(mails, asha):
    own, other, browser = logged_in(asha.email), logged_in(asha.email), App().client
    browser.post(BROWSER_LOGIN, {"email": asha.email, "password": PASSWORD}, content_type="application/json")
    assert browser.get("/api/v1/me/").status_code == 200

    changed = own.post("account/password/change", current_password=PASSWORD, new_password=NEW_PASSWORD)
    assert changed.status_code == 200, changed.content
    assert (own.me(), other.me(), browser.get("/api/v1/me/").status_code) == (200, 401, 401)
    assert "Password Changed" in mail.outbox[-1].subject
    assert mail.outbox[-1].to == [asha.email]
    assert NEW_PASSWORD not in str(mail.outbox[-1].body)
    assert App().log_in(asha.email).status_code == 400
    assert App().log_in(asha.email, NEW_PASSWORD).status_code == 200


def test_a_wrong_old_password_changes_nothing(mails, asha):
    app = logged_in(asha.email)
    answer = app.post("account/password/change", current_password="wrong", new_password=NEW_PASSWORD)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["param"] == "current_password"
    assert logged_in(asha.email).me() == 200


def test_reset_by_the_mailed_key(mails, asha):
    before = logged_in(asha.email)
    app = App()
    assert app.post("auth/password/request", email=asha.email).status_code == 200
    key = mailed(RESET)
    assert app.post("auth/password/reset", key=key, password="short").status_code == 400
    assert app.post("auth/password/reset", key=key, password=NEW_PASSWORD).status_code in (200, 401)
    assert before.me() == 401
    assert app.me() == 401  # whoever has the link still has to log in
    assert App().post("auth/password/reset", key=key, password="yet another phrase").status_code == 400
    assert "Password Reset" in mail.outbox[-1].subject
    assert App().log_in(asha.email, NEW_PASSWORD).status_code == 200


def test_a_reset_does_not_get_around_the_second_factor(mails, asha):
    totp_enrol(logged_in(asha.email))
    app = App()
    app.post("auth/password/request", email=asha.email)
    app.post("auth/password/reset", key=mailed(RESET), password=NEW_PASSWORD)
    assert flows_of(app.log_in(asha.email, NEW_PASSWORD)) == {"mfa_authenticate"}
    assert app.me() == 401


def test_who_is_inactive_gets_in_nowhere(mails, asha, client):
    app = logged_in(asha.email)
    asha.is_active = False
    asha.save()
    assert app.me() == 401
    assert App().log_in(asha.email).status_code in (400, 401)
    client.post("/accounts/login/", {"login": asha.email, "password": PASSWORD})
    assert client.get("/api/v1/me/").status_code == 401
    mail.outbox.clear()
    App().post("auth/password/request", email=asha.email)
    assert all("key" not in str(sent.body) for sent in mail.outbox)


def test_an_address_is_added_verified_and_made_the_one(mails, asha):
    app = logged_in(asha.email)
    assert app.post("account/email", email="asha@work.example").status_code == 401  # the password first
    app.reauthenticate()
    assert app.post("account/email", email="asha@work.example").status_code == 200
    key = mailed(VERIFY)
    assert app.post("auth/email/verify", key=key).status_code == 200
    moved = app._ask("patch", "account/email", {"email": "asha@work.example", "primary": True})
    assert moved.status_code == 200
    asha.refresh_from_db()
    assert asha.email == "asha@work.example"
    assert any(sent.to == ["asha@example.com"] for sent in mail.outbox)  # the old one hears of it


def test_the_description_is_served(client, db):
    spec = client.get("/_allauth/openapi.json")
    assert spec.status_code == 200
    paths = spec.json()["paths"]
    assert any(path.endswith("/auth/2fa/authenticate") for path in paths)
    assert any(path.endswith("/account/authenticators/totp") for path in paths)
