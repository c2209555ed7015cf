"""The OpenAPI schema is valid, and what it says of every endpoint is true."""

import re

from rest_framework.test import APIClient

from core.schema_examples import operations_in


def test_it_works(schema):
    assert schema["openapi"].startswith("3.1")
    assert {"/api/v1/me/", "/api/v1/tokens/", "/api/v1/accounts/{id}/"} <= set(schema["paths"])


def test_every_endpoint_is_closed_to_the_anonymous(schema, db):
    for address, method, _ in operations_in(schema):
        response = getattr(APIClient(), method)(re.sub(r"{\w+}", "1", address))
        assert response.status_code == 401, (address, method)


def test_a_post_names_the_idempotency_key(schema):
    parameters = schema["paths"]["/api/v1/accounts/"]["post"]["parameters"]
    assert [parameter["name"] for parameter in parameters] == ["Idempotency-Key"]


def test_the_pages_are_served(client, db):
    assert client.get("/api/schema/").status_code == 200
    assert b"swagger" in client.get("/api/docs/").content


def test_log_in_is_described_beside_it(schema, client, db):
    """The other API that people need first, which allauth describes itself."""
    address = schema["externalDocs"]["url"]
    assert address in schema["info"]["description"]

    answer = client.get(address)

    assert answer.status_code == 200
    assert "/_allauth/{client}/v1/auth/login" in answer.json()["paths"]
