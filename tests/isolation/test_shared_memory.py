"""What is kept for whoever asks again: by person, in the process, in the client and in the table of keys."""

from typing import Any

import pytest

from core.models import IdempotencyKey
from tests.isolation.routes import ROUTES, known_operations
from tests.isolation.schema import Operation
from tests.isolation.ways import WAYS, asked, by_key, call_of
from tests.isolation.world import API, World


def lists() -> list[Operation]:
    return [one for one in known_operations() if one.method == "get" and not ROUTES[one.path].objects]


def get(client: Any, operation: Operation, **headers: str) -> Any:
    return client.get(API + operation.path, call_of(operation).query, headers=headers)


@pytest.mark.parametrize("way", WAYS)
def test_the_name_of_an_answer_is_worth_nothing_to_others(way: str, of_asha: World, of_mallory: World) -> None:
    asha, mallory, named = WAYS[way](of_asha.user), WAYS[way](of_mallory.user), 0
    for operation in lists():
        hers = get(asha, operation)
        if "ETag" in hers:
            named += 1
            assert get(asha, operation, if_none_match=hers["ETag"]).status_code == 304
            other = get(mallory, operation, if_none_match=hers["ETag"])
            is_of_all = get(mallory, operation).content == hers.content  # such as the prices of the market
            assert other.status_code == (304 if is_of_all else 200), str(operation)
    assert named >= 8


def test_no_shared_cache_may_keep_an_answer_with_a_name(of_asha: World) -> None:
    client = by_key(of_asha.user)
    for answer in (get(client, operation) for operation in lists()):
        if "ETag" in answer:
            assert answer["Cache-Control"] == "private, no-cache"
            assert {"Authorization", "Cookie", "X-Session-Token"} <= set(answer["Vary"].split(", "))


def test_two_people_with_one_browser_see_their_own(of_asha: World, of_mallory: World) -> None:
    """One after the other, as in a family: the session decides, not what was shown before."""
    client = WAYS["browser"](of_asha.user)
    path = f"{API}/analytics/net-worth/"
    hers = client.get(path)
    client.logout()
    assert client.get(path, headers={"if-none-match": hers["ETag"]}).status_code == 401
    client.login(email=of_mallory.user.email, password="a long pass phrase")
    other = client.get(path, headers={"if-none-match": hers["ETag"]})
    assert other.status_code == 200
    assert other.content != hers.content


def test_a_key_for_repeats_is_of_one_person(of_asha: World, of_mallory: World) -> None:
    """The same key and body of another person is another request, with another answer."""
    asha, mallory = by_key(of_asha.user), by_key(of_mallory.user)
    body, headers = {"name": "Same for both", "kind": "bank", "currency": "INR"}, {"idempotency-key": "one-key-of-two"}
    first = asha.post(f"{API}/accounts/", body, headers=headers)
    second = mallory.post(f"{API}/accounts/", body, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]
    assert "Idempotent-Replayed" not in second
    assert asha.post(f"{API}/accounts/", body, headers=headers).json() == first.json()
    assert set(IdempotencyKey.objects.values_list("user_id", flat=True)) == {of_asha.user.pk, of_mallory.user.pk}


def test_every_post_that_knows_keys_keeps_them_by_person(of_asha: World, of_mallory: World) -> None:
    """A replay of Asha's would have something of hers; of one's own things each answer is one's own."""
    asha, mallory = by_key(of_asha.user), by_key(of_mallory.user)
    posts = [one for one in known_operations() if one.method == "post" and call_of(one).answer in (200, 201)]
    for index, operation in enumerate(posts):
        for client, world in ((asha, of_asha), (mallory, of_mallory)):
            client.defaults["HTTP_IDEMPOTENCY_KEY"] = f"key-{index}"
            answer = asked(client, operation, of=world, by=world)
            client.defaults.pop("HTTP_IDEMPOTENCY_KEY")
            assert "Idempotent-Replayed" not in answer, str(operation)
            assert client is asha or not of_asha.traces(answer.content.decode()), str(operation)
