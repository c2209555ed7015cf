"""What the corpus and schemathesis found, one by one, so that it stays mended."""

import base64

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.conftest import check_error
from tests.fuzz.story import API, Story


@pytest.fixture
def api(story: Story) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {story.key}")
    return client


def test_a_plan_beyond_all_numbers_is_not_found(api: APIClient) -> None:
    check_error(api.post(f"{API}plans/{10**30}/instalments/1/retry/"), 404)


@pytest.mark.parametrize("address", ["plans/?is_paused=", "recurring/?is_paused=", "rules/?is_active="])
def test_a_filter_that_is_neither_true_nor_false_is_refused(api: APIClient, address: str) -> None:
    """It would have left out nothing, as if it were not there."""
    check_error(api.get(f"{API}{address}perhaps"), 400, attr=address.partition("?")[2][:-1], code="invalid")
    assert len(api.get(f"{API}{address}true").json()["results"]) + len(
        api.get(f"{API}{address}false").json()["results"]
    ) == len(api.get(f"{API}{address}").json()["results"])


@pytest.mark.parametrize("name", [5, 1.5, True, [], {}])
def test_a_text_is_a_text(api: APIClient, name: object) -> None:
    check_error(api.post(f"{API}accounts/", {"name": name}), 400, attr="name", code="invalid")


def test_tags_are_texts(api: APIClient) -> None:
    entry = {"kind": "expense", "date": "2024-05-10", "amount": "1", "tags": ["a", 5]}
    check_error(api.post(f"{API}entries/", entry), 400, attr="tags", code="invalid")


@pytest.mark.parametrize(
    ("time", "is_one"), [("10:30:00", True), ("10:30", True), ("10:30:00Z", False), ("10:30+05:30", False)]
)
def test_a_time_has_no_zone_to_be_lost(api: APIClient, story: Story, time: str, is_one: bool) -> None:
    answer = api.patch(f"{API}transactions/{story.ids['transactions']}/", {"time": time})
    if is_one:
        assert answer.json()["time"] == "10:30:00"
    else:
        check_error(answer, 400, attr="time", code="invalid")


def test_a_rule_without_a_category_can_be_sent_back_as_it_is(api: APIClient, story: Story) -> None:
    address = f"{API}rules/{story.ids['rules']}/"
    bare = api.patch(address, {"category": None}).json()
    assert (bare["category"], bare["category_kind"]) == (None, None)
    again = api.put(address, bare)
    assert again.status_code == 200, again.content
    assert again.json() == bare


def test_what_is_inside_of_a_changed_field_is_whole(api: APIClient, story: Story) -> None:
    answer = api.patch(f"{API}terms/{story.ids['terms']}/", {"rates": [{"rate": "0.05"}]})
    check_error(answer, 400, attr="rates.0.since", code="required")


@pytest.mark.parametrize("moment", ["2024-01-01T00:00:00", "0001-01-01T00:00:00+23:59", "yesterday"])
def test_a_cursor_of_no_instant_is_refused(api: APIClient, moment: str) -> None:
    cursor = base64.urlsafe_b64encode(f'[0,"{moment}",1]'.encode()).decode()
    check_error(api.get(f"{API}tokens/?ordering=created_at&cursor={cursor}"), 400, attr="cursor")


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000, '{"email": "\\ud800"}', '{"email": "a\\u0000"}'])
def test_allauth_is_not_given_what_it_cannot_read(db: None, body: str) -> None:
    answer = Client().post("/_allauth/app/v1/auth/login", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "invalid"
