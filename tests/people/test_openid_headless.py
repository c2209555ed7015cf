"""The log-in at the provider as a front end of its own begins it and asks about it afterwards."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from core.models import User
from tests.conftest import PASSWORD
from tests.people.openid import come_back, leave, log_in, who

BROWSER = "/_allauth/browser/v1"
REDIRECT = f"{BROWSER}/auth/provider/redirect"
FORM = {"provider": "sso", "callback_url": "/done", "process": "login"}
PROVIDERS = f"{BROWSER}/account/providers"


def error_of(answer):
    """What the front end reads in the address to which the browser comes back."""
    assert answer.status_code == 302, answer.content
    back = urlsplit(answer["Location"])
    assert back.path == "/done"
    return {name: values[0] for name, values in parse_qs(back.query).items()}.get("error", "")


def test_the_front_end_knows_of_the_provider(provider, client):
    (told,) = client.get(f"{BROWSER}/config").json()["data"]["socialaccount"]["providers"]
    assert (told["id"], told["name"]) == ("sso", "Family")
    assert "token" not in " ".join(told["flows"])


def test_without_a_provider_it_is_told_of_none(client, clean_cache):
    assert not client.get(f"{BROWSER}/config").json()["data"].get("socialaccount", {}).get("providers")
    assert b"refresh" not in client.post(REDIRECT, FORM).content
    assert who(client) == ""


def test_a_person_is_made_and_comes_again(provider, client):
    assert error_of(log_in(client, REDIRECT, FORM)) == ""
    assert client.get(f"{BROWSER}/auth/session").json()["data"]["user"]["email"] == "asha@example.com"
    assert who(client) == "asha@example.com"
    again = Client()
    log_in(again, REDIRECT, FORM)
    assert who(again) == "asha@example.com"
    assert User.objects.count() == 1


def test_a_closed_site_says_so(provider, client, settings):
    settings.SIGNUP_IS_OPEN = False
    assert error_of(log_in(client, REDIRECT, FORM)) == "signup_closed"
    assert not User.objects.exists()


def test_the_provider_that_fails_is_told(provider, client):
    address = leave(client, REDIRECT, FORM)
    provider.behaviour.claims = {"nonce": "another"}
    assert error_of(client.get(come_back(address))) == "unknown"
    provider.behaviour.is_down = True
    assert error_of(client.post(REDIRECT, FORM)) == "unknown"
    assert who(client) == ""


def test_somebody_who_says_no_is_told_so(provider, client):
    state = parse_qs(urlsplit(leave(client, REDIRECT, FORM)).query)["state"][0]
    answer = client.get(f"/accounts/oidc/sso/login/callback/?error=access_denied&state={state}")
    assert error_of(answer) == "cancelled"


@pytest.mark.parametrize(
    "change",
    [
        {"callback_url": "https://evil.example/"},
        {"callback_url": "//evil.example/"},
        {"callback_url": "javascript:alert(1)"},
        {"callback_url": ""},
        {"provider": "nobody"},
        {"process": "redirect"},
    ],
    ids=str,
)
def test_a_wrong_form_leads_nowhere(provider, client, change):
    answer = client.post(REDIRECT, {**FORM, **change})
    assert answer.status_code in (400, 401)
    assert b"refresh" not in answer.content


def test_another_site_cannot_begin_it(provider):
    """It would log a person in unawares."""
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(REDIRECT, FORM).status_code == 403


def test_who_has_no_address_there_gives_one(provider, client):
    del provider.behaviour.person["email"]
    log_in(client, REDIRECT, FORM)
    pending = client.get(f"{BROWSER}/auth/provider/signup")
    assert pending.status_code == 200
    answer = client.post(
        f"{BROWSER}/auth/provider/signup", {"email": "new@example.com"}, content_type="application/json"
    )
    assert answer.status_code == 401
    assert who(client) == ""
    assert SocialAccount.objects.get().user.email == "new@example.com"


def test_the_provider_is_connected_after_the_password_and_left_again(provider, client, asha):
    provider.behaviour.person["email"] = "asha@elsewhere.example"
    client.force_login(asha)
    connect = {**FORM, "process": "connect"}
    assert error_of(log_in(client, REDIRECT, connect)) == "reauthentication_required"
    client.post(f"{BROWSER}/auth/reauthenticate", {"password": PASSWORD}, content_type="application/json")
    assert error_of(log_in(client, REDIRECT, connect)) == ""
    (told,) = client.get(PROVIDERS).json()["data"]
    assert told["provider"]["id"] == "sso"

    own = {"provider": "sso", "account": told["uid"]}
    assert client.delete(PROVIDERS, own, content_type="application/json").json()["data"] == []
    assert not SocialAccount.objects.exists()
    assert client.delete(PROVIDERS, own, content_type="application/json").status_code == 400


def test_who_has_no_password_keeps_the_provider(provider, client):
    log_in(client, REDIRECT, FORM)
    (told,) = client.get(PROVIDERS).json()["data"]
    answer = client.delete(PROVIDERS, {"provider": "sso", "account": told["uid"]}, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "no_password")
    assert SocialAccount.objects.exists()


def test_nobody_disconnects_the_log_in_of_another(provider, client, mallory):
    log_in(client, REDIRECT, FORM)
    (told,) = client.get(PROVIDERS).json()["data"]
    thief = Client()
    thief.force_login(mallory)
    thief.post(f"{BROWSER}/auth/reauthenticate", {"password": PASSWORD}, content_type="application/json")
    answer = thief.delete(PROVIDERS, {"provider": "sso", "account": told["uid"]}, content_type="application/json")
    assert answer.status_code == 400
    assert SocialAccount.objects.exists()
