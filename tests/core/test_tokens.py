"""GET, POST /tokens/, DELETE /tokens/{id}/ and `manage.py create_token`."""

import hashlib
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from core.models import ApiToken, IdempotencyKey
from tests.conftest import check_error

TOKENS = "/api/v1/tokens/"
ME = "/api/v1/me/"


def client_with(key: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


def test_it_works(asha, asha_api):
    response = asha_api.post(TOKENS, {"name": "backup script"})

    assert response.status_code == 201
    body = response.json()
    assert body["name"] == "backup script"
    assert body["key"].startswith(body["prefix"])
    assert client_with(body["key"]).get(ME).json()["email"] == asha.email


def test_it_shows_the_key_once_and_keeps_its_digest_only(asha_api):
    body = asha_api.post(TOKENS, {"name": "backup script"}).json()

    listed = asha_api.get(TOKENS).json()["results"]
    assert [row["name"] for row in listed] == ["tests", "backup script"]
    assert all("key" not in row for row in listed)
    assert ApiToken.objects.get(pk=body["id"]).digest == hashlib.sha256(body["key"].encode()).hexdigest()


def test_a_repeat_makes_no_second_key_and_the_key_is_not_stored(asha_api):
    first = asha_api.post(TOKENS, {"name": "phone"}, headers={"Idempotency-Key": "one"})
    second = asha_api.post(TOKENS, {"name": "phone"}, headers={"Idempotency-Key": "one"})

    assert second.json() == {**first.json(), "key": None}
    assert ApiToken.objects.filter(name="phone").count() == 1
    assert first.json()["key"].encode() not in bytes(IdempotencyKey.objects.get().body)


def test_a_deleted_key_no_longer_opens(asha_api):
    body = asha_api.post(TOKENS, {"name": "lost phone"}).json()

    assert asha_api.delete(f"{TOKENS}{body['id']}/").status_code == 204
    check_error(client_with(body["key"]).get(ME), 401, code="authentication_failed")


@pytest.mark.parametrize(
    ("body", "attr"),
    [({}, "name"), ({"name": ""}, "name"), ({"name": "x" * 101}, "name"), ({"name": "x", "key": "mine"}, "key")],
)
def test_it_rejects(asha_api, body, attr):
    check_error(asha_api.post(TOKENS, body), 400, attr=attr)
    assert ApiToken.objects.count() == 1


def test_it_hides_other_peoples_keys(asha, asha_api, mallory_api):
    token = ApiToken.objects.get(user=asha)

    check_error(mallory_api.delete(f"{TOKENS}{token.pk}/"), 404)
    assert [row["id"] for row in mallory_api.get(TOKENS).json()["results"]] != [token.pk]
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_it_is_closed_to_the_anonymous(anonymous_api):
    check_error(anonymous_api.get(TOKENS), 401)
    check_error(anonymous_api.post(TOKENS, {"name": "x"}), 401)


def test_the_command_prints_a_key_that_works_and_nothing_else(asha):
    out = StringIO()
    call_command("create_token", "Asha@Example.com", "--name", "cron", stdout=out)

    assert out.getvalue().count("\n") == 1
    assert client_with(out.getvalue().strip()).get(ME).status_code == 200
    assert ApiToken.objects.get().name == "cron"


def test_the_command_refuses_an_unknown_person(db):
    with pytest.raises(CommandError, match=r"nobody@example\.com"):
        call_command("create_token", "nobody@example.com")


@pytest.mark.parametrize(("days", "status"), [(None, 400), (3, 400), (2, 201), (1, 201)])
def test_a_key_that_expires_makes_none_that_open_for_longer(asha, days, status):
    now = timezone.now()
    _, key = ApiToken.issue(asha, "for a visit", expires_at=now + timedelta(days=2))
    expiry = {} if days is None else {"expires_at": (now + timedelta(days=days)).isoformat()}

    response = client_with(key).post(TOKENS, {"name": "next", **expiry})

    assert response.status_code == status
    if status == 400:
        check_error(response, 400, attr="expires_at", code="longer_than_own")
        assert not ApiToken.objects.filter(name="next").exists()
