"""Each kind of change that breaks clients is seen, and those that break nobody are not."""

from copy import deepcopy
from typing import Any

import pytest

from tests.contract.breaking import breaking_changes


def person(component):
    """Who has friends of their own kind."""
    return {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 100},
            "kind": {"$ref": "#/components/schemas/Kind"},
            "age": {"type": ["integer", "null"], "minimum": 0, "maximum": 150},
            "born": {"type": "string", "format": "date"},
            "friends": {"type": "array", "items": {"$ref": f"#/components/schemas/{component}"}},
            "rank": {"oneOf": [{"$ref": "#/components/schemas/Kind"}, {"type": "null"}]},
        },
        "required": ["name", "kind"],
    }


DOCUMENT = {
    "paths": {
        "/people/": {
            "post": {
                "security": [{"token": []}, {"session": []}],
                "parameters": [{"in": "query", "name": "dry", "schema": {"type": "boolean"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}},
                "responses": {
                    "200": {
                        "headers": {"ETag": {}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Told"}}},
                    },
                    "404": {"$ref": "#/components/responses/NotFound"},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Kind": {"type": "string", "enum": ["child", "adult"]},
            "Person": person("Person"),
            "Told": person("Told"),
        },
        "responses": {"NotFound": {"content": {"application/json": {"schema": {"type": "object"}}}}},
    },
}
POST = "POST /people/"
BODY, ANSWER = f"{POST}: the body", f"{POST}: the answer 200"


def changed(path, value):
    """The document with another value there; None takes it away."""
    document = deepcopy(DOCUMENT)
    *way, last = path
    place = document
    for name in way:
        place = place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return document


def post(*path):
    return ("paths", "/people/", "post", *path)


def sent(*path):
    return ("components", "schemas", "Person", *path)


def told(*path):
    return ("components", "schemas", "Told", *path)


DRY = {"in": "query", "name": "dry", "schema": {"type": "boolean"}}
BROKEN: list[Any] = [
    (("paths", "/people/"), None, [f"{POST} is gone"]),
    (post("security"), [{"token": []}], [f"{POST} can no longer be asked by session"]),
    (post("parameters"), [], [f"{POST}: the query parameter dry is gone"]),
    (post("parameters"), [{**DRY, "required": True}], [f"{POST}: the query parameter dry is required"]),
    (
        post("parameters"),
        [DRY, {"in": "query", "name": "why", "required": True, "schema": {}}],
        [f"{POST}: the query parameter why is required"],
    ),
    (
        post("parameters", 0, "schema", "type"),
        "integer",
        [f"{POST}: the query parameter dry cannot be boolean any more"],
    ),
    (post("requestBody", "required"), True, [f"{POST} needs a body"]),
    (
        post("requestBody", "content"),
        {"text/csv": {"schema": {}}},
        [f"{BODY} is no longer taken as application/json"],
    ),
    (sent("properties", "born"), None, [f"{BODY}.born is gone"]),
    (sent("required"), ["name", "kind", "age"], [f"{BODY}.age is required"]),
    (sent("properties", "age", "type"), "integer", [f"{BODY}.age cannot be null any more"]),
    (
        sent("properties", "age", "minimum"),
        1,
        [f"{BODY}.age has a narrower minimum: 0 before, 1 now"],
    ),
    (sent("properties", "age", "maximum"), 120, [f"{BODY}.age has a narrower maximum: 150 before, 120 now"]),
    (sent("properties", "name", "maxLength"), 50, [f"{BODY}.name has a narrower maxLength: 100 before, 50 now"]),
    (sent("properties", "name", "minLength"), 1, [f"{BODY}.name has a narrower minLength: None before, 1 now"]),
    (sent("properties", "name", "pattern"), "^A", [f"{BODY}.name has another pattern: None before, ^A now"]),
    (sent("additionalProperties"), False, [f"{BODY} takes no other fields any more"]),
    (post("responses", "404"), None, [f"{POST}: the answer 404 is gone"]),
    (post("responses", "200", "headers"), {}, [f"{ANSWER} has no header ETag any more"]),
    (
        post("responses", "200", "content"),
        {"text/csv": {"schema": {}}},
        [f"{ANSWER} is no longer application/json"],
    ),
    (told("properties", "born"), None, [f"{ANSWER}.born is gone"]),
    (told("required"), ["kind"], [f"{ANSWER}.name is not always there any more"]),
    (told("properties", "name", "type"), ["string", "null"], [f"{ANSWER}.name can be null"]),
    (told("properties", "age", "type"), ["number", "null"], [f"{ANSWER}.age can be number"]),
    (
        told("properties", "born", "format"),
        "date-time",
        [f"{ANSWER}.born has another format: date before, date-time now"],
    ),
    (told("properties", "rank"), {"type": "string"}, [f"{ANSWER}.rank can be other than ['child', 'adult']"]),
]


@pytest.mark.parametrize(("path", "value", "sentences"), BROKEN, ids=lambda value: str(value)[:60])
def test_what_breaks_is_named(path, value, sentences):
    assert breaking_changes(DOCUMENT, changed(path, value)) == sentences


@pytest.mark.parametrize(
    ("values", "sentences"),
    [
        (["child", "adult", "elder"], [f"{ANSWER}.kind can be 'elder'", f"{ANSWER}.rank can be 'elder'"]),
        (["adult"], [f"{BODY}.kind cannot be 'child' any more", f"{BODY}.rank cannot be 'child' any more"]),
    ],
)
def test_one_list_of_values_breaks_each_side_in_its_own_way(values, sentences):
    """What is answered may lose values and what is sent may gain them."""
    found = breaking_changes(DOCUMENT, changed(("components", "schemas", "Kind", "enum"), values))

    assert found == sentences


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("paths", "/animals/"), {"get": {"responses": {}}}),
        (post("parameters"), [DRY, {"in": "query", "name": "why", "schema": {}}]),
        (post("responses", "429"), {}),
        (post("summary"), "Add a person"),
        (sent("properties", "nick"), {"type": "string"}),
        (sent("required"), ["name"]),
        (sent("properties", "age", "maximum"), 200),
        (sent("properties", "age", "type"), ["number", "null"]),
        (sent("properties", "name", "type"), ["string", "null"]),
        (sent("properties", "born"), {"type": "string"}),
        (told("properties", "nick"), {"type": "string"}),
        (told("required"), ["name", "kind", "age"]),
        (told("properties", "age", "type"), "integer"),
        (told("properties", "name", "maxLength"), 50),
        (told("additionalProperties"), False),
    ],
)
def test_what_breaks_nobody_is_not_named(path, value):
    assert breaking_changes(DOCUMENT, changed(path, value)) == []


def test_the_same_contract_breaks_nothing(schema):
    """Also a real one, with all that it has."""
    assert breaking_changes(schema, deepcopy(schema)) == []
