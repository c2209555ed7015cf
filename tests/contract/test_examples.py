"""Every operation was really asked: its request and its answers are as described, and the examples are these."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.schema_examples import operations_in
from tests.contract.examples import examples_of, recorded, shape_of
from tests.contract.story.teller import KEY, Teller, Told
from tests.contract.story.whole import story_told
from tests.contract.validating import Contract

ANEW = "The examples are not what the API answers any more: make contract"
_story: list[Told] = []


@pytest.fixture
def story(transactional_db: None) -> list[Told]:
    """Told once for all tests of the process."""
    if not _story:
        _story.extend(story_told())
    return _story


@pytest.fixture(scope="module")
def contract(schema: dict[str, Any]) -> Contract:
    return Contract(schema)


def test_every_operation_and_every_good_answer_is_told(schema, story):
    described = {
        (told["operationId"], status)
        for _, _, told in operations_in(schema)
        for status in told["responses"]
        if status[0] == "2"
    }

    assert {(one.name, str(one.status)) for one in story} == described


def test_requests_and_answers_are_as_described(contract, story):
    problems = [f"{one.name} {one.status}: {text}" for one in story for text in contract.problems(one)]

    assert not problems, "\n".join(problems)


def test_the_example_of_a_key_can_be_sent_as_it_is():
    """Whoever tries /api/docs/ without a terminal begins with it."""
    wanted = recorded()["tokens_create"]["request"]

    assert datetime.fromisoformat(wanted["expires_at"]) > datetime.now(UTC) + timedelta(days=3650)


def test_the_examples_are_what_is_answered(story):
    told, kept = examples_of(story), recorded()

    assert kept.keys() == told.keys(), ANEW
    for name, example in told.items():
        assert shape_of(kept[name]) == shape_of(example), f"{name}. {ANEW}"


def test_the_examples_in_the_schema_are_as_it_says(schema, contract):
    """Also where a long list was cut."""
    problems = [
        f"{name}: {text}"
        for name, place in examples_in(schema)
        for text in contract.body_problems(place, next(iter(place["content"].values()))["example"])
    ]

    assert not problems, "\n".join(problems)


def test_every_body_has_an_example(schema):
    without = [
        (name, media)
        for name, place in bodies_in(schema)
        for media, content in place["content"].items()
        if "example" not in content and content["schema"].get("format") != "binary"
    ]

    assert without == []


def test_no_example_has_a_key_that_opens_something():
    keys = [answer["key"] for answer in recorded()["tokens_create"]["answers"].values()]

    assert keys == [KEY]


def test_an_answer_that_is_not_described_is_found(contract):
    """The judge of all this, judged by hand."""
    answer = {"email": "asha@example.com", "name": "Asha"}
    headers = {"X-Request-ID": "example-0001", "ETag": "x"}
    told = Told("me_retrieve", "GET", "/api/v1/me/", None, 200, {**answer, "shoe_size": 38}, headers)

    found = "\n".join(contract.problems(told))

    assert "'shoe_size' was unexpected" in found
    assert "'base_currency' is a required property" in found
    assert "an ETag that is not described" in found


def test_a_teller_believes_nothing_but_the_status_that_it_expects(asha_api):
    with pytest.raises(AssertionError, match="404"):
        Teller(asha_api).ask("accounts_retrieve", "GET /accounts/1000000/")


def bodies_in(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each place of a body of an operation, with its name."""
    for _, _, told in operations_in(schema):
        places = [told.get("requestBody", {}), *told["responses"].values()]
        yield from ((told["operationId"], place) for place in places if "content" in place)
    yield from schema["components"]["responses"].items()


def examples_in(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, place in bodies_in(schema):
        if all("example" in content for content in place["content"].values()):
            yield name, place
