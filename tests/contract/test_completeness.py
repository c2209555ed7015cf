"""Nothing of the contract is left unsaid: every operation, parameter, field, error and header is described."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from core.schema_errors import REFUSALS
from core.schema_examples import operations_in

Found = Iterator[tuple[str, dict[str, Any]]]


def named(schema):
    return [(operation["operationId"], method, operation) for _, method, operation in operations_in(schema)]


def fields_within(path: str, described: dict[str, Any]) -> Found:
    """Each field of an object and of what is inside it; what is named elsewhere is looked at there."""
    for name, field in described.get("properties", {}).items():
        yield f"{path}.{name}", field
        yield from fields_within(f"{path}.{name}", field)
    inside = [described.get("items"), described.get("additionalProperties")]
    for way in ("oneOf", "anyOf", "allOf"):
        inside += described.get(way, [])
    for child in inside:
        if isinstance(child, dict):
            yield from fields_within(path, child)


def all_fields(schema) -> Found:
    for name, described in schema["components"]["schemas"].items():
        yield from fields_within(name, described)
    for name, _, operation in named(schema):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            yield from fields_within(name, content["schema"])


def test_every_operation_says_what_it_does(schema):
    unsaid = [
        name
        for name, _, told in named(schema)
        if not (told.get("summary") and told.get("description") and told["tags"])
    ]

    assert not unsaid


def test_every_operation_has_a_name_of_its_own(schema):
    names = Counter(name for name, _, _ in named(schema))

    assert max(names.values()) == 1
    assert all(name.isidentifier() for name in names)


def test_no_two_operations_have_one_title(schema):
    titles = Counter(told["summary"] for _, _, told in named(schema))

    assert [title for title, count in titles.items() if count > 1] == []


def test_every_tag_is_described(schema):
    used = {tag for _, _, told in named(schema) for tag in told["tags"]}
    described = {tag["name"]: tag["description"] for tag in schema["tags"]}

    assert used == described.keys()
    assert all(described.values())


def test_every_parameter_is_described(schema):
    unsaid = [
        (name, parameter["name"])
        for name, _, told in named(schema)
        for parameter in told.get("parameters", [])
        if not parameter.get("description") or not parameter.get("schema")
    ]

    assert not unsaid


def test_every_field_is_described_and_has_a_type(schema):
    fields = list(all_fields(schema))

    assert [path for path, field in fields if not field.get("description")] == []
    assert [path for path, field in fields if not field.keys() & {"type", "$ref", "allOf", "oneOf", "const"}] == []
    assert len(fields) > 700


def test_decimals_are_strings_of_digits(schema):
    decimals = [(path, field) for path, field in all_fields(schema) if field.get("format") == "decimal"]

    for path, field in decimals:
        assert "string" in field["type"], path
        assert field["pattern"].startswith("^"), path
    assert len(decimals) > 100


def test_every_answer_says_when_it_comes_and_names_its_request(schema):
    for name, _, told in named(schema):
        for status, answer in told["responses"].items():
            if "$ref" not in answer:
                assert answer["description"], (name, status)
                assert "X-Request-ID" in answer["headers"], (name, status)


def test_every_operation_has_an_answer_when_all_goes_well(schema):
    for name, method, told in named(schema):
        well = {status for status in told["responses"] if status[0] == "2"}
        assert well, name
        assert well == {"204"} or method != "delete", name


def test_every_error_has_the_one_shape(schema):
    shape = {"$ref": "#/components/schemas/Errors"}
    for name, _, told in named(schema):
        errors = {status: answer for status, answer in told["responses"].items() if status[0] in "45"}
        assert {"400", "401", "429", "503"} <= set(errors), name
        assert ("406" in errors) == (name != "exports_retrieve"), "which answers a zip, whatever is accepted"
        for status, answer in errors.items():
            assert answer == {"$ref": f"#/components/responses/{REFUSALS[status].name}"}, (name, status)
    for answer in schema["components"]["responses"].values():
        assert answer["content"]["application/json"]["schema"] == shape


def test_unsafe_methods_say_that_they_may_be_refused(schema):
    for name, method, told in named(schema):
        assert ("403" in told["responses"]) == (method != "get"), name
        for status in ("413", "415"):
            assert (status in told["responses"]) == ("requestBody" in told), name


def test_who_has_to_wait_is_told_how_long(schema):
    for name in ("TooMany", "Unavailable"):
        assert "Retry-After" in schema["components"]["responses"][name]["headers"]


def test_an_etag_comes_with_its_question_and_its_304(schema):
    named_answers = 0
    for name, _, told in named(schema):
        asks = any(parameter["name"] == "If-None-Match" for parameter in told.get("parameters", []))
        has = "ETag" in told["responses"].get("200", {}).get("headers", {})
        assert asks == has == ("304" in told["responses"]), name
        named_answers += has
    assert named_answers >= 10


def test_a_post_that_can_be_repeated_says_that_it_was(schema):
    for name, _, told in named(schema):
        takes = any(parameter["name"] == "Idempotency-Key" for parameter in told.get("parameters", []))
        well = [answer for status, answer in told["responses"].items() if status[0] == "2"]
        assert all(("Idempotent-Replayed" in answer["headers"]) == takes for answer in well), name


def test_the_three_ways_in_are_described(schema):
    schemes = schema["components"]["securitySchemes"]

    assert set(schemes) == {"token", "app", "session"}
    assert all(scheme["description"] for scheme in schemes.values())
    for name, _, told in named(schema):
        assert told["security"] == [{"token": []}, {"app": []}, {"session": []}], name
