"""Pages of other origins: they may ask nothing, or what their name was given for."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

APP, EVIL = "https://app.example.com", "https://evil.example"
ASKED = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,idempotency-key",
}


@pytest.fixture
def app_named(settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = [APP]


@pytest.mark.parametrize("origin", [APP, EVIL, "null", "http://testserver.evil.example"])
def test_closed_unless_set(asha_api: APIClient, origin: str) -> None:
    response = asha_api.get("/api/v1/me/", HTTP_ORIGIN=origin)
    assert response.status_code == 200
    assert not [name for name in response.headers if name.lower().startswith("access-control")]
    preflight = asha_api.options("/api/v1/accounts/", headers={"Origin": origin, **ASKED})
    assert "Access-Control-Allow-Origin" not in preflight


def test_the_named_one_may(app_named: None, asha_api: APIClient) -> None:
    response = asha_api.get("/api/v1/me/", HTTP_ORIGIN=APP)
    assert response["Access-Control-Allow-Origin"] == APP
    assert response["Access-Control-Allow-Credentials"] == "true"
    assert "Retry-After" in response["Access-Control-Expose-Headers"]
    assert "origin" in response["Vary"].lower()


def test_it_may_ask_before(app_named: None, client: Client) -> None:
    preflight = client.options("/api/v1/accounts/", headers={"Origin": APP, **ASKED})
    assert preflight.status_code == 200
    allowed = preflight["Access-Control-Allow-Headers"].split(", ")
    assert {"authorization", "idempotency-key", "x-session-token"} <= set(allowed)
    assert "POST" in preflight["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("origin", [EVIL, "null", f"{APP}.evil.example", "http://app.example.com", f"{APP}:8443"])
def test_others_still_may_not(app_named: None, asha_api: APIClient, origin: str) -> None:
    for response in (
        asha_api.get("/api/v1/me/", HTTP_ORIGIN=origin),
        asha_api.options("/api/v1/me/", headers={"Origin": origin, **ASKED}),
    ):
        assert "Access-Control-Allow-Origin" not in response
        assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize("address", ["/", "/admin/login/", "/accounts/login/", "/metrics"])
def test_pages_are_never_shared(app_named: None, client: Client, db: None, address: str) -> None:
    assert "Access-Control-Allow-Origin" not in client.get(address, HTTP_ORIGIN=APP)


def test_a_session_needs_the_token_of_a_form_also_from_there(app_named: None, asha: Any, settings: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(asha)
    body = {"name": "Mine", "kind": "bank"}
    response = client.post("/api/v1/accounts/", body, content_type="application/json", HTTP_ORIGIN=APP)
    assert response.status_code == 403
