"""What opens an account stands in no log, whatever is done and whatever fails, also at the most talkative level."""

import email
import logging
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from rest_framework.test import APIClient

from core.logs import formatter, withheld
from core.mail.sending import mail_send_due
from core.models import OutgoingMail, User
from tests.conftest import PASSWORD, api_of, make_person
from tests.safety.smtp import MailServer

NEW = "quite another pass phrase"
EMAIL = "secretive@example.com"


class Heard(logging.Handler):
    """All that is logged, as it is written at the end."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(formatter("json"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def heard() -> Any:
    handler, root = Heard(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def person(db: None, clean_cache: None, settings: Any) -> User:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    return make_person(EMAIL, currency="INR", zone="Asia/Kolkata")


def logged_in(person: User) -> Client:
    client = Client(raise_request_exception=False)
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def mailed_link(smtp: MailServer) -> str:
    """Of the one mail that was waiting."""
    while mail_send_due():
        pass
    [received] = smtp.received
    parts = email.message_from_bytes(received.text).walk()
    [text] = [bytes(part.get_payload(decode=True)) for part in parts if part.get_content_type() == "text/plain"]
    return str(re.findall(r"http://testserver(/\S+)", text.decode())[0])


def log_in_rightly_and_wrongly(person: User, smtp: MailServer) -> set[str]:
    client = logged_in(person)
    Client().post("/accounts/login/", {"login": person.email, "password": "wrong-but-nearly-mine"})
    Client().post(f"/accounts/login/?password={PASSWORD.replace(' ', '+')}")
    return {PASSWORD, "wrong-but-nearly-mine", client.cookies["sessionid"].value, EMAIL}


def log_in_as_an_app(person: User, smtp: MailServer) -> set[str]:
    client = Client()
    body = {"email": person.email, "password": PASSWORD}
    answer = client.post("/_allauth/app/v1/auth/login", body, content_type="application/json").json()
    session = answer["meta"]["session_token"]
    client.get("/api/v1/me/", headers={"X-Session-Token": session})
    return {PASSWORD, session}


def sign_up(person: User, smtp: MailServer) -> set[str]:
    Client().post("/accounts/signup/", {"email": "newcomer@example.com", "password1": NEW})
    key = mailed_link(smtp).strip("/").split("/")[-1]
    Client().get(f"/accounts/confirm-email/{key}/")
    return {NEW, "newcomer@example.com", key}


def reset_the_password(person: User, smtp: MailServer) -> set[str]:
    client = Client()
    client.post("/accounts/password/reset/", {"email": person.email})
    page = mailed_link(smtp)
    client.get(page, follow=True)
    client.get(page.replace("reset", "resett"))  # not found, which is logged with the address
    form = client.get(page)["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    person.refresh_from_db()
    assert person.check_password(NEW)
    return {NEW, page.strip("/").split("/")[-1]}


def make_a_key(person: User, smtp: MailServer) -> set[str]:
    client = logged_in(person)
    made = client.post("/api/v1/tokens/", {"name": "script"}, content_type="application/json").json()
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {made['key']}")
    api.get("/api/v1/me/")
    api.get(f"/api/v1/nothing/{made['key']}/?key={made['key']}")
    return {made["key"]}


def set_up_codes(person: User, smtp: MailServer) -> set[str]:
    client = logged_in(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    text = client.get("/accounts/2fa/totp/activate/").content.decode()
    [secret] = re.findall(r'value="([A-Z2-7]{32})"', text)
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    codes = re.findall(r"\b\d{8}\b", client.get("/accounts/2fa/recovery-codes/").content.decode())
    assert codes
    return {secret, *codes}


def erase_oneself(person: User, smtp: MailServer) -> set[str]:
    client = logged_in(person)
    client.delete("/api/v1/me/", {"password": PASSWORD}, content_type="application/json")
    assert not User.objects.filter(pk=person.pk).exists()
    return {PASSWORD}


Act = Callable[[User, MailServer], set[str]]
DONE: list[Act] = [
    log_in_rightly_and_wrongly,
    log_in_as_an_app,
    sign_up,
    reset_the_password,
    make_a_key,
    set_up_codes,
    erase_oneself,
]


@pytest.mark.parametrize("act", DONE)
def test_no_secret_is_logged(act: Act, person: User, smtp: MailServer, heard: Heard, capfd: Any) -> None:
    secrets = act(person, smtp)
    written = "\n".join([*heard.lines, *capfd.readouterr()])
    assert heard.lines
    assert not [secret for secret in secrets if secret in written]


@pytest.mark.parametrize("address", ["/accounts/login/", "/_allauth/app/v1/auth/login", "/api/v1/me/"])
def test_not_even_if_it_fails_half_way(
    person: User, heard: Heard, capfd: Any, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """The traceback has no values of variables, and nobody is mailed one."""
    client = Client(raise_request_exception=False)
    client.force_login(person) if "me" in address else None

    def fail(self: User, raw: str) -> bool:
        raise RuntimeError("The hasher is broken")

    monkeypatch.setattr(User, "check_password", fail)
    body = {"password": PASSWORD}
    if "me" not in address:
        body["login" if address.startswith("/accounts") else "email"] = EMAIL
    send = client.delete if "me" in address else client.post
    kind = MULTIPART_CONTENT if address.startswith("/accounts") else "application/json"
    response = send(address, body, kind)
    assert response.status_code == 500
    written = "\n".join([*heard.lines, *capfd.readouterr(), response.content.decode()])
    assert "The hasher is broken" in written
    assert PASSWORD not in written
    assert EMAIL not in written
    assert not OutgoingMail.objects.exists()


def test_a_mail_that_cannot_be_sent(person: User, outbox: None, heard: Heard, capfd: Any, settings: Any) -> None:
    settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "site", "the-password-of-the-mailbox"
    Client().post("/accounts/password/reset/", {"email": person.email})
    while mail_send_due():
        pass
    [waiting] = OutgoingMail.objects.all()
    assert waiting.failures
    assert waiting.last_error
    written = "\n".join([*heard.lines, *capfd.readouterr(), waiting.last_error])
    assert not [word for word in ("the-password-of-the-mailbox", EMAIL) if word in written]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("GET https://query1.finance.yahoo.com/v7/quote?symbols=X&crumb=abc failed", "crumb"),
        ("proxy http://me:hush@proxy.example:3128/ refused", "hush"),
        ("cannot reach postgres://panda:hush@db.example/panda", "hush"),
        ("at /accounts/password/reset/key/2-abc-def/", "2-abc-def"),
        ("at /accounts/confirm-email/MQ:1x:yy/", "MQ:1x:yy"),
        ("Authorization: Token pl_0123456789abcdefghijklmnopqrstuv", "pl_0123456789"),
        ("of asha@example.com", "asha"),
    ],
)
def test_what_a_library_says_is_withheld(said: str, kept: str) -> None:
    assert kept not in withheld(said)


@pytest.mark.parametrize("unit", ["https://", "http://:", "a@a.", "pl_", "key/", "://a:", "reset/key/", "@", "?"])
def test_withholding_takes_as_long_as_the_text(unit: str) -> None:
    """A header of 400 kB comes into a log where a host is refused."""
    started = time.process_time()
    withheld(unit * (400_000 // len(unit)))
    assert time.process_time() - started < 2


def test_pages_of_failures_show_nothing_to_strangers(asha: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: User) -> str:
        raise RuntimeError("inside out")

    monkeypatch.setattr(User, "__str__", fail)
    client = Client(raise_request_exception=False)
    client.force_login(asha)
    for response in (client.get("/nothing/"), api_of(asha).get("/api/v1/nothing/")):
        assert "inside out" not in response.content.decode()
        assert "Traceback" not in response.content.decode()
