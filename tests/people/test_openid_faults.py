"""What a provider, or somebody who has an account there, may send: the page says that it failed, and nobody is in."""

import json
import logging
import socket
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from hmac import new as hmac_of
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection
from django.test import Client

from core.models import User
from tests.people.oidc_provider import CLIENT, KEY, SECRET
from tests.people.openid import FAILURE, LOGIN, come_back, leave, log_in, who

NONSENSE = {
    "a failure": (500, b"Traceback"),
    "a page": (200, b"<html>"),
    "nothing": (200, b""),
    "no text": (200, b"\xff\xfe\x00"),
    "null": (200, b"null"),
    "a list": (200, b"[]"),
    "a number": (200, b"5"),
    "a text": (200, b'"access_token"'),
    "an object of nothing": (200, b'{"sub": null}'),
    "another kind of everything": (200, b'{"access_token": 5, "id_token": [], "keys": {"a": 1}, "sub": {}}'),
    "a life without end": (200, b'{"access_token": "a", "expires_in": "for ever"}'),
    "a life beyond all clocks": (200, b'{"access_token": "a", "expires_in": 1e30}'),
    "an empty key": (200, b'{"keys": [{}]}'),
    "a key of nothing": (200, b'{"keys": [{"kty": "RSA", "kid": "one", "n": 5, "e": null}]}'),
    "depth without end": (200, b'{"sub":' + b"[" * 100_000),
    "a number without end": (200, b'{"sub":' + b"9" * 10_000 + b"}"),
}
PATHS = ("/.well-known/openid-configuration", "/token_endpoint", "/jwks_uri", "/userinfo")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_told_on_the_page(provider, client, asha, path, answer):
    back = come_back(leave(client))
    provider.behaviour.answers = {path: answer}
    page = client.get(back)
    assert (page.status_code, FAILURE in page.content) == (401, True)
    assert who(client) == ""


def test_nobody_at_the_address_of_the_provider_is_told(provider, client, settings):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = f"http://127.0.0.1:{port}"
    page = client.post(LOGIN)
    assert (page.status_code, FAILURE in page.content) == (401, True)


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable", "<script>", "\0", "\N{SNOWMAN}" * 500])
def test_an_error_of_the_provider_is_told(provider, client, error):
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    page = client.get(f"{LOGIN}callback/", {"error": error, "error_description": error, "state": state})
    assert page.status_code in (400, 401)
    assert error.encode() not in page.content


@pytest.mark.parametrize("query", ["", "?state=", "?code=a", "?state=a&state=b&code=c&code=d", "?state=%00&code=%FF"])
def test_a_way_back_from_nowhere_is_told(provider, client, query):
    assert client.get(f"{LOGIN}callback/{query}").status_code in (400, 401)
    assert who(client) == ""


NASTY = ["\u202eksa", "'; --", "<script>", "x" * 10_000, " ", 5, None, ["Asha"], {"first": "Asha"}]


@pytest.mark.parametrize("name", NASTY, ids=range(len(NASTY)))
def test_a_name_can_be_anything(provider, client, name):
    """Whoever has an account there chooses it."""
    provider.behaviour.person["name"] = provider.behaviour.person["preferred_username"] = name
    assert log_in(client).status_code == 302
    assert who(client) == "asha@example.com"
    assert client.get("/accounts/3rdparty/").status_code == 200


ADDRESSES = ["asha", "a" * 300 + "@example.com", "a@b@c", 5, ["a@example.com"]]


@pytest.mark.parametrize("address", ADDRESSES, ids=range(len(ADDRESSES)))
def test_what_is_no_address_makes_nobody(provider, client, address):
    """They are asked for one, as where the provider tells none."""
    provider.behaviour.person["email"] = address
    answer = log_in(client)
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/accounts/3rdparty/signup/")
    assert client.get(answer["Location"]).status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("text", ["A\0B", "\ud800"], ids=["NUL", "surrogate"])
@pytest.mark.parametrize("name", ["name", "preferred_username", "email", "sub"])
def test_what_no_database_can_store_is_refused(provider, client, name, text):
    provider.behaviour.person[name] = text
    assert FAILURE in log_in(client).content
    assert not User.objects.exists()


@pytest.mark.parametrize("sub", ["\u202e", "x" * 10_000, "*", "%"])
def test_a_number_of_a_person_can_be_any_text(provider, client, sub):
    provider.behaviour.person["sub"] = sub
    log_in(client)
    assert who(client) == "asha@example.com"
    again = Client()
    log_in(again)
    assert who(again) == "asha@example.com"
    assert SocialAccount.objects.count() == 1


def test_an_id_token_signed_with_the_public_key_as_a_secret_opens_nothing(provider, client, asha, monkeypatch):
    """Everybody has that key; a reader that lets the token choose the algorithm would believe it."""
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    right = provider.id_token

    def forged(asked):
        claims = right(asked).split(".")[1]
        header = urlsafe_b64encode(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "one"}).encode()).decode()
        signed = f"{header.rstrip('=')}.{claims}"
        mac = urlsafe_b64encode(hmac_of(pem, signed.encode(), sha256).digest()).decode()
        return f"{signed}.{mac.rstrip('=')}"

    monkeypatch.setattr(provider, "id_token", forged)
    assert FAILURE in log_in(client).content
    assert who(client) == ""


def test_a_wrong_client_secret_opens_nothing(provider, client, asha, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["secret"] = "not it"
    assert FAILURE in log_in(client).content
    assert who(client) == ""


def test_a_failure_is_logged_and_the_secret_is_not(provider, client, asha, caplog, capfd):
    """Neither on a page, whether it goes well or not."""
    caplog.set_level(logging.DEBUG)
    pages = [client.post(LOGIN).content, log_in(client).content, client.get("/accounts/3rdparty/").content]
    provider.behaviour.answers = {"/token_endpoint": (500, f"{SECRET} {CLIENT}".encode())}
    stranger = Client()
    pages.append(log_in(stranger).content)
    provider.behaviour.answers = {"/token_endpoint": (200, json.dumps({"id_token": "x", "of": SECRET}).encode())}
    pages.append(log_in(stranger).content)
    assert all(SECRET.encode() not in page for page in pages)
    logged = caplog.text + "".join(capfd.readouterr())
    assert SECRET not in logged
    assert "Log-in at the provider failed" in logged


@pytest.mark.django_db(transaction=True)
def test_two_windows_make_one_person(provider):
    """Both come back at the same moment, each with a log-in of its own."""

    def come(window):
        try:
            return window.get(back[window]).status_code
        finally:
            connection.close()

    back = {window: come_back(leave(window)) for window in (Client(), Client(), Client(), Client())}
    with ThreadPoolExecutor(len(back)) as threads:
        statuses = list(threads.map(come, back))
    assert set(statuses) <= {302, 401}
    assert 302 in statuses
    assert SocialAccount.objects.get().user == User.objects.get()
