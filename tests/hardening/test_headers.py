"""What each answer tells browsers, and what over TLS besides."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.test import Client, override_settings
from rest_framework.test import APIClient

from core.models import OutgoingMail, User
from pandaledger.environment import Environment
from pandaledger.settings_security import security_settings
from tests.conftest import PASSWORD

PAGES = ("/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/api/docs/", "/nothing/")
ANSWERS = ("/api/v1/me/", "/api/v1/nothing/", "/_allauth/browser/v1/config")


def directives(response: Any) -> dict[str, set[str]]:
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {name: set(sources) for name, *sources in parts}


@pytest.fixture
def over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    with override_settings(**security_settings(Environment(tmp_path / ".env"), https=True)):
        yield


@pytest.mark.parametrize("address", [*PAGES, *ANSWERS])
def test_every_answer(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]
    assert response["Server"] == "PandaLedger"
    assert "no-store" in response["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in response


@pytest.mark.parametrize("address", PAGES)
def test_a_page_runs_only_what_the_site_serves(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    policy = directives(response)
    assert policy["default-src"] == {"'none'"}
    assert policy["script-src"] == policy["style-src"] == {"'self'"}
    assert policy["frame-ancestors"] == policy["base-uri"] == {"'none'"}
    assert policy["form-action"] == {"'self'"}
    assert "unsafe" not in response["Content-Security-Policy"]
    text = response.content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=", text)
    scripts = re.findall(r"<script([^>]*)>", text)
    assert all("src=" in attributes or 'type="application/json"' in attributes for attributes in scripts)


@pytest.mark.parametrize("address", ANSWERS)
def test_what_is_no_page_loads_nothing(client: Client, db: None, address: str) -> None:
    assert directives(client.get(address)) == {"default-src": {"'none'"}, "frame-ancestors": {"'none'"}}


def test_a_series_may_be_asked_about_but_is_nobody_elses(asha_api: APIClient) -> None:
    response = asha_api.get("/api/v1/analytics/net-worth/?period=1m")
    assert response["Cache-Control"] == "private, no-cache"
    assert response["ETag"]


def test_static_files_are_kept(client: Client, db: None) -> None:
    response = client.get("/static/core/pages.css")
    assert b":root" in b"".join(response)
    response.close()
    assert "max-age" in response["Cache-Control"]


def test_without_tls_cookies_have_their_usual_names(client: Client, asha: User) -> None:
    client.post("/accounts/login/", {"login": asha.email, "password": PASSWORD})
    session, token = client.cookies["sessionid"], client.cookies["csrftoken"]
    assert session["httponly"]
    assert session["samesite"] == token["samesite"] == "Lax"
    assert session["max-age"] in ("", configured.SESSION_COOKIE_AGE)


def test_over_tls_cookies_are_of_this_host_alone(over_tls: None, asha: User) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": asha.email, "password": PASSWORD}, secure=True)
    for name, hidden in (("__Host-sessionid", True), ("__Host-csrftoken", False)):
        cookie = client.cookies[name]
        assert (cookie["secure"], bool(cookie["httponly"]), cookie["samesite"]) == (True, hidden, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert all(cookie["secure"] for cookie in client.cookies.values())


def test_over_tls_browsers_are_told_to_stay(over_tls: None, db: None) -> None:
    response = Client().get("/", secure=True)
    assert response["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


@pytest.mark.parametrize("address", ["/", "/api/v1/me/", "/accounts/login/", "/admin/"])
def test_over_tls_plain_http_is_sent_there(over_tls: None, db: None, address: str) -> None:
    response = Client().get(address)
    assert (response.status_code, response["Location"]) == (301, f"https://testserver{address}")
    assert Client().get(address, HTTP_X_FORWARDED_PROTO="https").status_code != 301


@pytest.mark.parametrize("address", ["/healthz/live", "/metrics"])
def test_what_watches_the_site_asks_it_directly(over_tls: None, db: None, address: str) -> None:
    assert Client().get(address).status_code in (200, 401, 403)


def test_a_provider_of_log_in_is_where_a_form_may_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_ISSUER", "https://id.example.com/realms/home")
    monkeypatch.setenv("OIDC_LOGIN_ORIGINS", "https://login.example.net")
    policy = security_settings(Environment(tmp_path / ".env"), https=False)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert policy["form-action"] == ["'self'", "https://id.example.com", "https://login.example.net"]


def test_another_host_gets_no_mail_with_its_name(client: Client, asha: User) -> None:
    """A link that opens an account would lead to whoever asked for it."""
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
        client.post("/accounts/password/reset/", {"email": asha.email}, headers=headers)
    assert not any("evil.example" in mail.message for mail in OutgoingMail.objects.all())
    assert client.get("/", HTTP_HOST="evil.example").status_code == 400
    assert get_user_model().objects.count() == 1


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "\t//e.x",
    ],
)
def test_log_in_leads_nowhere_else(client: Client, asha: User, target: str) -> None:
    response = client.post("/accounts/login/", {"login": asha.email, "password": PASSWORD, "next": target})
    assert (response.status_code, response["Location"]) == (302, "/")
