"""Whether an address has an account shows in no answer: not in its status, its headers, its cookies or its text."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import background
from core.models import OutgoingMail, User
from tests.safety.logging_in import APP, BROWSER, NEW_PASSWORD, log_in, stranger

KNOWN, UNKNOWN = "asha@example.com", "esha@example.com"
CHANCE = (
    rb'name="csrfmiddlewaretoken" value="\w+"',
    rb'"(session_token|csrf_token)": "[^"]+"',
    rb'nonce="[^"]+"',
    KNOWN.encode(),
    UNKNOWN.encode(),
)
"""What differs from answer to answer anyway, and the address itself."""

PASSING = ("X-Request-ID", "Date", "Expires")
"""Headers that say when, or which request it was."""


def json_post(base: str, path: str, body: Callable[[str], dict[str, str]]) -> Callable[[Client, str], Any]:
    return lambda client, email: client.post(f"{base}/{path}", body(email), content_type="application/json")


WAYS: dict[str, Callable[[Client, str], Any]] = {
    "log-in page": lambda client, email: log_in(client, email, "wrong"),
    "reset page": lambda client, email: client.post("/accounts/password/reset/", {"email": email}),
    "sign-up page": lambda client, email: client.post("/accounts/signup/", {"email": email, "password1": NEW_PASSWORD}),
    "sign-up page, weak password": lambda client, email: client.post(
        "/accounts/signup/", {"email": email, "password1": "1234"}
    ),
}
for name, base in (("browser", BROWSER), ("app", APP)):
    WAYS |= {
        f"log-in, {name}": json_post(base, "auth/login", lambda email: {"email": email, "password": "wrong"}),
        f"reset, {name}": json_post(base, "auth/password/request", lambda email: {"email": email}),
        f"sign-up, {name}": json_post(base, "auth/signup", lambda email: {"email": email, "password": NEW_PASSWORD}),
    }
WAYS["passkey"] = lambda client, email: client.get(f"{BROWSER}/auth/webauthn/login")


@pytest.fixture
def asha_verified(asha: User, settings: Any, clean_cache: None) -> User:
    """Sign-up tells nobody where addresses must be verified, as where the site can send mail."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    EmailAddress.objects.update_or_create(user=asha, email=asha.email, defaults={"verified": True, "primary": True})
    return asha


def visible(response: Any) -> dict[str, Any]:
    text = response.content
    for pattern in CHANCE:
        text = re.sub(pattern, b"#", text)
    text = re.sub(rb'"challenge": "[^"]+"', b"#", text)
    headers = {name: value for name, value in response.headers.items() if name not in PASSING}
    headers = {name: re.sub("nonce-[^']+", "nonce", value) for name, value in headers.items()}
    cookies = {
        name: (len(cookie.value), *(str(cookie[part]) for part in ("max-age", "httponly", "samesite", "path")))
        for name, cookie in response.cookies.items()
    }
    return {"status": response.status_code, "headers": headers, "cookies": cookies, "text": text}


@pytest.mark.parametrize("way", WAYS)
def test_known_and_unknown_addresses_get_the_same_answer(asha_verified: User, way: str) -> None:
    known, unknown = (visible(WAYS[way](stranger(), email)) for email in (KNOWN, UNKNOWN))

    assert known == unknown
    assert known["status"] < 500


@pytest.mark.parametrize("way", WAYS)
def test_the_page_that_follows_is_the_same(asha_verified: User, way: str) -> None:
    pages = []
    for email in (KNOWN, UNKNOWN):
        client = stranger()
        response = WAYS[way](client, email)
        pages.append(visible(client.get(response.headers.get("Location", "/accounts/login/"))))
        pages.append(visible(client.get(f"{BROWSER}/auth/session")))
    assert pages[:2] == pages[2:]


@pytest.mark.parametrize("way", ["reset page", "reset, browser", "reset, app"])
def test_a_request_for_a_reset_leaves_one_row_and_looks_nobody_up(asha_verified: User, way: str, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    asked = []
    for email in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            WAYS[way](stranger(), email)
        asked.append([re.sub(r"'[^']*'", "?", query["sql"]) for query in queries.captured_queries])
        assert not any("core_user" in sql or "account_emailaddress" in sql for sql in asked[-1])
    assert asked[0] == asked[1]
    assert sorted(OutgoingMail.objects.values_list("to", flat=True)) == [KNOWN, UNKNOWN]


def test_only_the_reader_of_the_mail_learns_it(asha_verified: User) -> None:
    for email in (KNOWN, UNKNOWN):
        WAYS["reset page"](stranger(), email)
    background.run_due("mail")

    by_receiver = {message.to[0]: str(message.body) for message in mail.outbox}
    assert "/accounts/password/reset/key/" in by_receiver[KNOWN]
    assert "/accounts/password/reset/key/" not in by_receiver[UNKNOWN]
    assert "/accounts/signup/" in by_receiver[UNKNOWN]
    assert not OutgoingMail.objects.exists()


def test_a_link_leads_to_where_it_was_asked_for(asha_verified: User, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["money.example.com"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    client = Client(headers={"host": "money.example.com", "X-Forwarded-Proto": "https"})
    client.post("/accounts/password/reset/", {"email": KNOWN})
    background.run_due("mail")
    assert "https://money.example.com/accounts/password/reset/key/" in str(mail.outbox[0].body)


def test_sign_up_with_a_known_address_changes_nothing_and_tells_its_owner(asha_verified: User) -> None:
    before = (User.objects.count(), EmailAddress.objects.count())
    WAYS["sign-up page"](stranger(), KNOWN)

    assert (User.objects.count(), EmailAddress.objects.count()) == before
    assert [message.to for message in mail.outbox] == [[KNOWN]]
    assert asha_verified.check_password("a long pass phrase")


def test_sign_up_works(asha_verified: User) -> None:
    client = stranger()
    assert WAYS["sign-up page"](client, UNKNOWN).status_code == 302
    person = User.objects.get(email=UNKNOWN)
    assert person.check_password(NEW_PASSWORD)
    assert person.accounts.count() == 1
    assert "/accounts/confirm-email/" in str(mail.outbox[0].body)
