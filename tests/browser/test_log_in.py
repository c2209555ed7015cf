"""Log-in with a second factor, with a passkey, and by a mailed link: as a person does it."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from selenium.webdriver.common.by import By
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions

from core import background
from core.models import User
from tests.browser.person import Person
from tests.people.oidc_provider import CLIENT, SECRET, provider_on_loopback
from tests.people.totp import next_totp, totp
from tests.safety.smtp import MailServer

NEW_PASSWORD = "an even longer pass phrase"


def enrol_totp(person: Person) -> str:
    """The secret that the person reads from the page."""
    person.open("/accounts/2fa/totp/activate/")
    person.confirm()
    secret = str(person.chrome.find_element(By.ID, "authenticator_secret").get_attribute("value"))
    assert person.chrome.find_element(By.CSS_SELECTOR, "img.code").size["width"] > 100
    person.fill(code=totp(secret))
    person.press("Activate")
    return secret


def answer_with(person: Person, code: str) -> None:
    assert person.path == "/accounts/2fa/authenticate/"
    person.fill(code=code)
    person.press("Sign In")


def recovery_codes(person: Person) -> list[str]:
    person.open("/accounts/2fa/recovery-codes/")
    person.confirm()
    return str(person.chrome.find_element(By.ID, "recovery_codes").get_attribute("value")).split()


def test_with_a_code_of_an_app_and_with_a_recovery_code(person: Person, clean_cache: None) -> None:
    person.log_in()
    secret = enrol_totp(person)
    codes = recovery_codes(person)
    assert len(codes) == 10

    person.log_out()
    assert not person.is_in()
    person.log_in()
    assert not person.is_in()
    answer_with(person, next_totp(secret))
    assert person.is_in()

    person.log_out()
    person.log_in()
    answer_with(person, "000000" if next_totp(secret) != "000000" else "111111")
    assert "Incorrect code" in person.text
    answer_with(person, codes[3])
    assert person.is_in()
    assert codes[3] not in recovery_codes(person)


@pytest.fixture
def authenticator(person: Person) -> None:
    """A key of the device that knows its owner by finger or face."""
    options = VirtualAuthenticatorOptions(
        protocol=VirtualAuthenticatorOptions.Protocol.CTAP2,
        transport=VirtualAuthenticatorOptions.Transport.INTERNAL,
        has_resident_key=True,
        has_user_verification=True,
        is_user_verified=True,
    )
    person.chrome.add_virtual_authenticator(options)


def add_passkey(person: Person) -> None:
    person.open("/accounts/2fa/webauthn/add/")
    person.confirm()
    person.fill(name="Telephone")
    assert person.field("passwordless").is_selected()
    person.press("Add")


def test_with_a_passkey_alone(person: Person, authenticator: None, clean_cache: None) -> None:
    person.log_in()
    add_passkey(person)
    person.open("/accounts/2fa/webauthn/")
    assert "Telephone passkey" in person.text
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1

    person.log_out()
    person.open("/accounts/login/")
    person.press("Sign in with a passkey")
    assert person.is_in()


def test_a_passkey_that_is_refused_is_told_on_the_page(person: Person, authenticator: None, clean_cache: None) -> None:
    """The device has none for this site."""
    person.open("/accounts/login/")
    person.control("Sign in with a passkey").click()
    person.wait_for("No key was used")
    assert not person.is_in()


def test_by_a_mailed_link(person: Person, smtp: MailServer, clean_cache: None) -> None:
    person.open("/accounts/password/reset/")
    person.fill(email="asha@example.com")
    person.press("Reset My Password")
    assert "We have sent you an email" in person.text
    background.run_due("mail")

    (received,) = smtp.received
    assert received.receivers == ("asha@example.com",)
    link = re.search(rb"http://localhost:\d+/accounts/password/reset/key/[^\s=]+/", received.text)
    assert link is not None, received.text
    person.open(link.group().decode())
    person.fill(password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    person.press("Change Password")
    assert "Your password is now changed" in person.text

    person.log_in(password=NEW_PASSWORD)
    assert person.is_in()
    person.open(link.group().decode())
    assert "Bad Token" in person.text


def test_at_a_provider(person: Person, asha: User, settings: Any, clean_cache: None) -> None:
    """The policy lets forms lead to this site alone, so the way there must not be the answer to a form."""
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] == ["'self'"]
    with provider_on_loopback() as provider:
        provider.behaviour.person = {"sub": "1", "email": asha.email, "email_verified": True, "name": "Asha"}
        at = {"server_url": provider.issuer, "oauth_pkce_enabled": True}
        app = {"provider_id": "sso", "name": "Family", "client_id": CLIENT, "secret": SECRET, "settings": at}
        openid = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**openid, "APPS": [app]}}
        person.open("/accounts/login/")
        person.press("Family")
        person.press("Continue")
        person.wait_for("You are asha@example.com")
    assert person.is_in()
