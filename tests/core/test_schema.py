"""The OpenAPI schema is valid, and what it says of every endpoint is true."""

import re
from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from rest_framework.test import APIClient

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def schema():
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return yaml.safe_load(out.getvalue())


def operations(schema):
    for address, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                yield address, method, methods[method]


def test_it_works(schema):
    assert schema["openapi"].startswith("3.1")
    assert {"/api/v1/me/", "/api/v1/tokens/", "/api/v1/accounts/{id}/"} <= set(schema["paths"])


def test_every_endpoint_describes_its_errors_in_the_one_shape(schema):
    for address, method, operation in operations(schema):
        errors = {status: answer for status, answer in operation["responses"].items() if status[0] == "4"}
        assert {"400", "401"} <= set(errors), (address, method)
        for answer in errors.values():
            assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Errors"}


def test_every_endpoint_is_closed_to_the_anonymous(schema, db):
    for address, method, _ in operations(schema):
        response = getattr(APIClient(), method)(re.sub(r"{\w+}", "1", address))
        assert response.status_code == 401, (address, method)


def test_a_post_names_the_idempotency_key(schema):
    parameters = schema["paths"]["/api/v1/accounts/"]["post"]["parameters"]
    assert [parameter["name"] for parameter in parameters] == ["Idempotency-Key"]


def test_the_pages_are_served(client, db):
    assert client.get("/api/schema/").status_code == 200
    assert b"swagger" in client.get("/api/docs/").content
