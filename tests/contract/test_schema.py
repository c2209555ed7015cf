"""The OpenAPI schema is valid, and what it says of every endpoint is true."""

import gzip
import json
import re

import yaml
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
    assert client.get("/api/schema/").headers["Content-Type"].startswith("application/vnd.oai.openapi;")
    assert b"swagger" in client.get("/api/docs/").content


def test_the_schema_is_packed_for_who_takes_that_and_told_once(schema, client, db):
    as_json = {"HTTP_ACCEPT": "application/vnd.oai.openapi+json"}

    whole = client.get("/api/schema/", **as_json)
    packed = client.get("/api/schema/", HTTP_ACCEPT_ENCODING="gzip", **as_json)
    known = client.get("/api/schema/", HTTP_IF_NONE_MATCH=whole.headers["ETag"], **as_json)

    assert whole.json() == json.loads(gzip.decompress(packed.content)) == schema
    assert len(packed.content) < len(whole.content) / 5
    assert (known.status_code, known.content) == (304, b"")
    assert yaml.safe_load(client.get("/api/schema/").content) == schema


def test_log_in_is_described_beside_it(schema, client, db):
    """The other API that people need first, which allauth describes itself."""
    address = schema["externalDocs"]["url"]
    assert address in schema["info"]["description"]

    answer = client.get(address)

    assert answer.status_code == 200
    assert "/_allauth/{client}/v1/auth/login" in answer.json()["paths"]
