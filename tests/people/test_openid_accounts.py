"""The account behind a log-in at the provider: whose it is, how it is left, and what is gone with it."""

import json
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.core import mail
from django.db.models.signals import pre_save
from django.test import Client

from core import background
from core.models import User
from tests.conftest import PASSWORD
from tests.people.app import logged_in, totp_enrol
from tests.people.openid import LOGIN, ME, come_back, leave, log_in, who
from tests.people.totp import next_totp

SIGN_UP = "/accounts/3rdparty/signup/"
CONNECTIONS = "/accounts/3rdparty/"


def mailed(address, pattern):
    """From the last mail to that address that has such."""
    background.run_due("mail")
    texts = [str(sent.body) for sent in mail.outbox if sent.to == [address]]
    found = [match.group() for match in map(re.compile(pattern).search, texts) if match is not None]
    assert found, texts
    return found[-1]


@pytest.fixture
def mallorys_browser(mails):
    """She signed up with Asha's address and a password of her own, and waits for Asha to come."""
    browser = Client()
    browser.post("/accounts/signup/", {"email": "asha@example.com", "password1": PASSWORD})
    assert who(browser) == ""
    return browser


def tries_of(browser):
    """Every way in that who signed up has: the session of then, and the password."""
    for path in ("/accounts/login/", "/accounts/confirm-email/", "/accounts/inactive/", "/", CONNECTIONS):
        browser.get(path)
    browser.get("/_allauth/browser/v1/auth/session")
    yield who(browser)
    for window in (browser, Client()):
        window.post("/accounts/login/", {"login": "asha@example.com", "password": PASSWORD})
        yield who(window)


def test_who_signed_up_with_anothers_address_stays_out_after_its_owner_came(provider, client, mallorys_browser):
    """Asha is told by mail that there is an account, sets a password by the mailed link, and has it to herself."""
    assert log_in(client)["Location"] == "/accounts/confirm-email/"
    assert who(client) == ""
    assert not SocialAccount.objects.exists()
    assert set(tries_of(mallorys_browser)) == {""}

    client.post("/accounts/password/reset/", {"email": "asha@example.com"})
    form = client.get(mailed("asha@example.com", r"/accounts/password/reset/key/\S+"), follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "hers alone and new", "password2": "hers alone and new"})
    client.post("/accounts/login/", {"login": "asha@example.com", "password": "hers alone and new"})
    if not who(client):
        client.post(mailed("asha@example.com", r"/accounts/confirm-email/[^/\s]+/"))
        client.post("/accounts/login/", {"login": "asha@example.com", "password": "hers alone and new"})
    assert who(client) == "asha@example.com"
    assert set(tries_of(mallorys_browser)) == {""}

    log_in(browser := Client())
    assert who(browser) == "asha@example.com"
    assert set(tries_of(mallorys_browser)) == {""}
    assert User.objects.count() == 1


def test_a_provider_does_not_open_what_waits_for_its_address_to_be_verified(provider, mallorys_browser):
    """Mallory comes by the provider, which knows her as Asha without having verified it."""
    provider.behaviour.person = {"sub": "666", "email": "asha@example.com", "email_verified": False}
    log_in(mallorys_browser)
    assert who(mallorys_browser) == ""
    assert not SocialAccount.objects.exists()


def test_an_address_in_other_letters_is_the_same(provider, client, asha):
    provider.behaviour.person["email"] = "Asha@Example.COM"
    log_in(client)
    assert who(client) == asha.email
    assert User.objects.count() == 1


def test_an_address_that_nobody_verified_is_verified_by_mail(provider, client):
    provider.behaviour.person["email_verified"] = False
    log_in(client)
    assert who(client) == ""
    client.post(mailed("asha@example.com", r"/accounts/confirm-email/[^/\s]+/"))
    log_in(client)
    assert who(client) == "asha@example.com"


def test_who_has_no_address_there_gives_one_and_proves_it(provider, client):
    del provider.behaviour.person["email"]
    assert log_in(client)["Location"] == SIGN_UP
    assert b"Family" in client.get(SIGN_UP).content
    client.post(SIGN_UP, {"email": "new@example.com"})
    assert who(client) == ""
    client.post(mailed("new@example.com", r"/accounts/confirm-email/[^/\s]+/"))
    log_in(client)
    assert who(client) == "new@example.com"


def test_who_gives_the_address_of_another_gets_nothing_of_theirs(provider, client, asha):
    del provider.behaviour.person["email"]
    log_in(client)
    answer = client.post(SIGN_UP, {"email": asha.email})
    assert who(client) == ""
    assert not SocialAccount.objects.exists()
    stranger = Client()
    provider.behaviour.person["sub"] = "4712"
    log_in(stranger)
    other = stranger.post(SIGN_UP, {"email": "nobody@example.com"})
    assert (answer.status_code, answer["Location"]) == (other.status_code, other["Location"])


@pytest.fixture
def a_rival():
    """Another request that makes a person with the same address after this one has looked for them."""

    def make(sender, instance, **_):
        pre_save.disconnect(make, sender=User)
        User.objects.create_user(instance.email)

    pre_save.connect(make, sender=User, weak=False)
    yield
    pre_save.disconnect(make, sender=User)


def test_of_two_requests_at_the_same_moment_one_is_asked_to_come_again(provider, client, a_rival):
    answer = log_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert b"log in once more" in client.get("/accounts/login/").content
    assert not SocialAccount.objects.exists()
    log_in(client)
    assert who(client) == "asha@example.com"


def test_so_is_a_form(provider, client, a_rival):
    del provider.behaviour.person["email"]
    log_in(client)
    answer = client.post(
        "/_allauth/browser/v1/auth/provider/signup", {"email": "new@example.com"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "conflict")
    assert not User.objects.exists()


def test_a_closed_site_takes_no_form_of_somebody_without_an_address(provider, client, settings):
    del provider.behaviour.person["email"]
    log_in(client)
    settings.SIGNUP_IS_OPEN = False
    assert b"currently closed" in client.post(SIGN_UP, {"email": "new@example.com"}).content
    assert not User.objects.exists()


def test_no_session_keeps_the_providers_token(provider, client):
    """It would open the person's account there to whoever reads the database."""
    del provider.behaviour.person["email"]
    log_in(client)
    kept = json.dumps([row.get_decoded() for row in Session.objects.all()])
    assert "socialaccount_sociallogin" in kept
    assert '"token"' not in kept


def test_the_second_factor_lets_in_who_comes_by_the_provider(provider, client, asha):
    """The provider speaks for the first factor alone."""
    secret = totp_enrol(logged_in(asha.email))
    for code, is_in in (("000000", False), (next_totp(secret), True)):
        log_in(client)
        assert who(client) == ""
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert bool(who(client)) is is_in, code


def test_who_is_made_inactive_is_out_at_the_next_log_in(provider, client):
    log_in(client)
    User.objects.update(is_active=False)
    assert client.get(ME).status_code == 401
    again = Client()
    assert log_in(again)["Location"] == "/accounts/inactive/"
    assert again.get(ME).status_code == 401


def test_the_site_alone_is_where_the_way_back_leads(provider, client, asha):
    assert log_in(client, f"{LOGIN}?next=https://evil.example/")["Location"] == "/"
    assert log_in(Client(), f"{LOGIN}?next=/accounts/email/")["Location"] == "/accounts/email/"


def disconnect(client):
    return client.post(CONNECTIONS, {"account": SocialAccount.objects.get().pk}, follow=True)


def test_who_has_no_password_keeps_the_provider(provider, client):
    log_in(client)
    assert b"no password" in disconnect(client).content
    assert SocialAccount.objects.exists()


def test_who_has_a_password_leaves_the_provider_after_giving_it(provider, client, asha):
    log_in(client)
    again = Client()
    again.force_login(asha)
    disconnect(again)
    assert SocialAccount.objects.exists()
    again.post("/accounts/reauthenticate/", {"password": PASSWORD})
    disconnect(again)
    assert not SocialAccount.objects.exists()


def test_a_new_password_frees_from_the_provider(provider, client):
    log_in(client)
    client.post("/accounts/password/set/", {"password1": "hers alone and new", "password2": "hers alone and new"})
    assert User.objects.get().has_usable_password()
    client.post("/accounts/reauthenticate/", {"password": "hers alone and new"})
    disconnect(client)
    assert not SocialAccount.objects.exists()


def test_erasure_takes_the_log_in_with_it(provider, client, asha):
    log_in(client)
    waiting = Client()
    back = come_back(leave(waiting))
    client.delete(ME, {"password": PASSWORD}, content_type="application/json")
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()
    assert not EmailAddress.objects.exists()
    assert who(client) == ""
    waiting.get(back)
    assert who(waiting) == "asha@example.com"
    assert User.objects.get().pk != asha.pk


def test_who_has_no_password_can_be_erased(provider, client):
    """After setting one: erasure asks for it."""
    log_in(client)
    assert client.delete(ME, {"password": ""}, content_type="application/json").status_code == 400
    client.post("/accounts/password/set/", {"password1": "hers alone and new", "password2": "hers alone and new"})
    client.delete(ME, {"password": "hers alone and new"}, content_type="application/json")
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()
