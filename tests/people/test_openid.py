"""Log-in by OpenID Connect at a provider over HTTP: whose account it opens, and what it does not fall for."""

import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client

from core.models import User
from tests.conftest import PASSWORD
from tests.people.app import logged_in, totp_enrol
from tests.people.oidc_provider import CLIENT, OTHER_KEY, SECRET, provider_on_loopback
from tests.people.openid import LOGIN, ME, come_back, leave, log_in, who


def test_the_button_is_there_when_it_is_set(provider, client):
    page = client.get("/accounts/login/").content.decode()
    assert f'href="{LOGIN}?process=login"' in page
    assert "Family" in page


def test_without_a_provider_there_is_none(client, clean_cache):
    assert "oidc" not in client.get("/accounts/login/").content.decode()
    assert client.post(LOGIN).status_code == 404
    assert client.get(f"{LOGIN}callback/?state=a&code=b").status_code == 404


def test_what_the_provider_is_asked(provider, client):
    asked = {name: values[0] for name, values in parse_qs(urlsplit(leave(client)).query).items()}
    assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
    assert asked["code_challenge_method"] == "S256"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert asked["redirect_uri"] == f"http://testserver{LOGIN}callback/"
    assert len(asked["nonce"]) >= 32
    assert len(asked["state"]) >= 16


def test_a_link_does_not_decide_what_the_provider_is_asked(provider, client):
    asked = leave(client, f"{LOGIN}?auth_params=nonce%3Dknown%26redirect_uri%3Dhttp://evil.example&scope=all")
    assert "evil" not in asked
    assert "known" not in asked
    assert "all" not in parse_qs(urlsplit(asked).query)["scope"][0].split()


def test_a_log_in_needs_a_press_of_a_button(provider, client):
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert b"refresh" not in page.content


def test_who_comes_first_is_made(provider, client):
    log_in(client)
    person = User.objects.get(email="asha@example.com")
    assert who(client) == person.email
    assert (person.name, person.has_usable_password()) == ("Asha Rao", False)
    assert EmailAddress.objects.get(user=person).verified
    assert person.accounts.count() == 1
    again = Client()
    log_in(again)
    assert User.objects.count() == 1
    assert who(again) == person.email


def test_a_closed_site_makes_nobody_and_lets_its_own_in(provider, client, settings, asha):
    settings.SIGNUP_IS_OPEN = False
    log_in(client)
    assert who(client) == asha.email
    provider.behaviour.person = {"sub": "1", "email": "new@example.com", "email_verified": True}
    stranger = Client()
    assert b"currently closed" in log_in(stranger).content
    assert User.objects.count() == 1


def test_a_verified_address_joins_the_person_who_has_it(provider, client, asha):
    log_in(client)
    assert who(client) == asha.email
    assert User.objects.count() == 1
    assert asha.socialaccount_set.count() == 1
    asha.refresh_from_db()
    assert asha.check_password(PASSWORD)
    assert any("Connected" in sent.subject and sent.to == [asha.email] for sent in mail.outbox)


def test_it_stays_theirs_when_the_address_changes_there(provider, client, asha):
    log_in(client)
    provider.behaviour.person["email"] = "asha@elsewhere.example"
    other = Client()
    log_in(other)
    assert who(other) == asha.email


@pytest.mark.parametrize("verified", [False, None, "false", "no", 0, 1, [], "True "])
def test_an_address_that_the_provider_has_not_verified_joins_nobody(provider, client, asha, verified):
    provider.behaviour.person["email_verified"] = verified
    log_in(client)
    assert who(client) == ""
    assert not SocialAccount.objects.exists()


def test_the_word_of_one_source_does_not_verify_the_address_of_the_other(provider, client, asha):
    """The ID token has an address that is verified, and userinfo another one that is not."""
    provider.behaviour.claims = {"email": "mine@evil.example", "email_verified": True}
    provider.behaviour.person["email_verified"] = None
    log_in(client)
    assert who(client) == ""


def test_an_account_made_with_somebodys_address_is_not_joined(provider, client, settings):
    """Mallory signed up with it before and cannot verify it; she must not get what Asha would put there."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    mallory = Client()
    mallory.post("/accounts/signup/", {"email": "asha@example.com", "password1": PASSWORD})
    assert who(mallory) == "asha@example.com"
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    log_in(client)
    assert who(client) == ""
    assert not SocialAccount.objects.exists()


def test_an_address_that_somebody_only_claims_opens_nothing(provider, client, mallory):
    EmailAddress.objects.create(user=mallory, email="asha@example.com", verified=False, primary=False)
    log_in(client)
    assert who(client) != mallory.email
    assert not SocialAccount.objects.filter(user=mallory).exists()


def test_who_is_inactive_stays_out(provider, client, asha):
    asha.is_active = False
    asha.save()
    log_in(client)
    assert client.get(ME).status_code == 401


def test_the_second_factor_is_asked_for_here_too(provider, client, asha):
    totp_enrol(logged_in(asha.email))
    assert log_in(client)["Location"] == "/accounts/2fa/authenticate/"
    assert who(client) == ""


def test_nobody_takes_the_log_in_of_another(provider, client, asha, mallory):
    """It belongs to Asha already when Mallory, logged in as herself, comes back with it."""
    log_in(client)
    browser = Client()
    browser.force_login(mallory)
    browser.get("/accounts/reauthenticate/")
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    log_in(browser, f"{LOGIN}?process=connect")
    assert SocialAccount.objects.get().user == asha
    assert who(browser) == mallory.email


WRONG_CLAIMS = {
    "another nonce": {"nonce": "n" * 32},
    "no nonce": {"nonce": None},
    "for another client": {"aud": "somebody else"},
    "for several, made for another": {"aud": [CLIENT, "other"], "azp": "other"},
    "of another issuer": {"iss": "https://evil.example"},
    "over": {"exp": 1},
    "never over": {"exp": None},
    "of the future": {"iat": 4_000_000_000},
    "of nobody": {"sub": None},
    "of another person than userinfo": {"sub": "4712"},
}


@pytest.mark.parametrize("claims", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
def test_a_wrong_id_token_opens_nothing(provider, client, asha, claims):
    provider.behaviour.claims = claims
    assert b"Login Failure" in log_in(client).content
    assert who(client) == ""


def test_an_id_token_signed_by_somebody_else_opens_nothing(provider, client, asha):
    provider.behaviour.key = OTHER_KEY
    assert b"Login Failure" in log_in(client).content


def test_an_id_token_signed_with_the_clients_secret_opens_nothing(provider, client, asha):
    provider.behaviour.key, provider.behaviour.algorithm = SECRET * 2, "HS256"
    assert b"Login Failure" in log_in(client).content


def test_an_id_token_that_is_not_signed_opens_nothing(provider, client, asha, monkeypatch):
    now = int(time.time())
    claims = {"iss": provider.issuer, "aud": CLIENT, "sub": "4711", "iat": now, "exp": now + 60}
    monkeypatch.setattr(provider, "id_token", lambda asked: jwt.encode({**claims, "nonce": asked["nonce"]}, "", "none"))
    assert b"Login Failure" in log_in(client).content
    assert who(client) == ""


def test_no_id_token_opens_nothing(provider, client, asha, monkeypatch):
    monkeypatch.setattr(provider, "id_token", lambda asked: "")
    assert b"Login Failure" in log_in(client).content


def test_another_state_opens_nothing(provider, client, asha):
    back = come_back(leave(client))
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert b"Login Failure" in client.get(f"{LOGIN}callback/?code={code}&state=guessed").content
    assert who(client) == ""


def test_the_way_back_works_in_the_same_browser_alone_and_once(provider, client, asha):
    """Else somebody could be logged in, unawares, to an account in which another one reads along."""
    back = come_back(leave(client))
    victim = Client()
    assert b"Login Failure" in victim.get(back).content
    assert who(victim) == ""
    client.get(back)
    assert who(client) == asha.email
    assert b"Login Failure" in client.get(back).content


def test_a_stolen_code_is_of_no_use_in_another_login(provider, client, asha):
    """Its challenge (PKCE) is of another browser."""
    stolen = parse_qs(urlsplit(come_back(leave(Client()))).query)["code"][0]
    own = parse_qs(urlsplit(leave(client)).query)["state"][0]
    assert b"Login Failure" in client.get(f"{LOGIN}callback/?code={stolen}&state={own}").content
    assert who(client) == ""


def test_somebody_who_says_no_is_told_so(provider, client):
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    answer = client.get(f"{LOGIN}callback/?error=access_denied&state={state}", follow=True)
    assert b"Login Cancelled" in answer.content


@pytest.mark.parametrize(
    "configuration",
    [{"issuer": "https://evil.example"}, {"token_endpoint": None}, {"jwks_uri": 5}, {"issuer": None}],
)
def test_a_provider_that_is_not_who_it_was_set_to_be_is_not_asked(provider, client, configuration):
    provider.behaviour.configuration = configuration
    assert b"Login Failure" in client.post(LOGIN).content


def test_a_provider_that_is_down_is_told_on_the_page(provider, client):
    address = leave(client)
    provider.behaviour.is_down = True
    assert b"Login Failure" in client.post(LOGIN).content
    assert b"Login Failure" in client.get(come_back(address)).content


def test_another_provider_with_the_same_number_is_another_person(provider, client, asha, settings):
    log_in(client)
    with provider_on_loopback() as other:
        other.behaviour.person = {"sub": "4711", "email": "evil@example.com", "email_verified": True}
        app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
        app["settings"]["server_url"] = other.issuer
        stranger = Client()
        log_in(stranger)
    assert who(stranger) == "evil@example.com"


def test_what_is_kept_of_it(provider, client):
    log_in(client)
    row = SocialAccount.objects.get()
    assert row.extra_data == {"email": "asha@example.com", "name": "Asha Rao"}
    assert "4711" not in row.uid


def test_an_app_cannot_show_a_token_that_was_made_for_another_log_in(provider, client, asha):
    token = provider.id_token({"nonce": "any"})
    body = {"provider": "sso", "process": "login", "token": {"client_id": CLIENT, "id_token": token}}
    answer = client.post("/_allauth/app/v1/auth/provider/token", body, content_type="application/json")
    assert answer.status_code == 400
