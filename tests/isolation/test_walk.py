"""The walk: every operation of the schema by those who may do nothing, or only read, and by a stranger."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from core.models import ApiToken, User
from tests.isolation.routes import REFERENCES_HERE, ROUTES, known_operations, reference_in
from tests.isolation.schema import Operation, operations
from tests.isolation.ways import (
    UNSAFE,
    WAYS,
    asked,
    by_key,
    call_of,
    fingerprint,
    forged_browser,
    key_client,
    tried,
    whole,
)
from tests.isolation.world import World


def codes(answer: Any) -> set[str]:
    return {error["code"] for error in answer.json()["errors"]}


def test_every_operation_is_known() -> None:
    """Whoever adds a route says in `routes.py` whose things it needs; what is gone from the API goes from there."""
    known = {f"{method.upper()} {path}" for path, route in ROUTES.items() for method in route.calls}
    assert {str(operation) for operation in operations()} == known


def test_of_every_value_in_a_request_it_is_known_whether_it_names_an_object() -> None:
    unknown = []
    for operation in operations():
        for leaf in operation.leaves:
            try:
                reference_in(str(operation), leaf)
            except KeyError as error:
                unknown.append(str(error))
    assert unknown == []
    there = {f"{operation} {leaf}" for operation in operations() for leaf in operation.leaves}
    assert REFERENCES_HERE.keys() <= there


def test_the_requests_are_right(of_asha: World) -> None:
    """So that what others are answered is for who they are."""
    client = by_key(of_asha.user)
    wrong = []
    for operation in known_operations():
        answer = tried(client, operation, by=of_asha)
        if answer.status_code != call_of(operation).answer:
            wrong.append((str(operation), answer.status_code, answer.content[:300]))
    assert wrong == []


def anonymous(user: User) -> APIClient:
    return APIClient()


def expired_key(user: User) -> APIClient:
    return key_client(user, expires_at=timezone.now() - timedelta(seconds=1))


def wrong_key(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Token pl_of-nobody-at-all")
    return client


def wrong_session(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_X_SESSION_TOKEN="of-nobody-at-all")
    return client


NOBODY = {"anonymous": anonymous, "expired key": expired_key, "no key": wrong_key, "no session": wrong_session}


@pytest.mark.parametrize("way", NOBODY)
def test_who_is_not_logged_in_gets_nothing_and_writes_nothing(way: str, of_asha: World) -> None:
    check_refused(NOBODY[way](of_asha.user), of_asha, status=401)


@pytest.mark.parametrize("way", WAYS)
def test_a_person_who_may_no_longer_log_in_gets_nothing(way: str, of_asha: World) -> None:
    client = WAYS[way](of_asha.user)
    assert client.get("/api/v1/me/").status_code == 200
    User.objects.filter(pk=of_asha.user.pk).update(is_active=False)
    check_refused(client, of_asha, status=401)


def test_a_key_that_only_reads_writes_nothing(of_asha: World) -> None:
    client = key_client(of_asha.user, access=ApiToken.Access.READ)
    check_refused(client, of_asha, status=403, code="read_only_key", methods=UNSAFE)
    for operation in known_operations():
        if operation.method == "get":
            answer = asked(client, operation, of=of_asha, by=of_asha)
            assert answer.status_code == 200, (str(operation), answer.content)


def test_a_browser_that_another_site_makes_ask_writes_nothing(of_asha: World) -> None:
    check_refused(forged_browser(of_asha.user), of_asha, status=403, methods=UNSAFE)


def test_a_browser_that_its_own_site_makes_ask_may(of_asha: World) -> None:
    client = WAYS["browser"](of_asha.user)
    for operation in known_operations():
        answer = tried(client, operation, by=of_asha)
        assert answer.status_code == call_of(operation).answer, (str(operation), answer.content)


def check_refused(
    client: APIClient, world: World, *, status: int, code: str | None = None, methods: tuple[str, ...] | None = None
) -> None:
    """Each operation is answered so, in the one shape, without a word of the person; and no row has changed."""
    before, wrong = fingerprint(), []
    for operation in known_operations():
        if methods is None or operation.method in methods:
            answer = asked(client, operation, of=world, by=world)
            fits = answer.status_code == status and (code is None or codes(answer) == {code})
            if not fits or world.traces(answer.content.decode()):
                wrong.append((str(operation), answer.status_code, answer.content[:300]))
    assert wrong == []
    assert fingerprint() == before


def named_operations() -> Iterator[Operation]:
    """Those with an object in the path."""
    return (operation for operation in known_operations() if ROUTES[operation.path].objects)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_another_persons_does_not_exist(way: str, of_asha: World, of_mallory: World) -> None:
    check_not_found(WAYS[way](of_mallory.user), of_asha, of_mallory)


def test_nor_for_an_administrator_at_the_api(of_asha: World, of_mallory: World) -> None:
    User.objects.filter(pk=of_mallory.user.pk).update(is_staff=True, is_superuser=True)
    check_not_found(by_key(of_mallory.user), of_asha, of_mallory)


def check_not_found(client: APIClient, owner: World, stranger: World) -> None:
    before, wrong = fingerprint(), []
    for operation in named_operations():
        answer = asked(client, operation, of=owner, by=stranger)
        if answer.status_code != 404 or owner.traces(answer.content.decode()):
            wrong.append((str(operation), answer.status_code, answer.content[:300]))
    assert wrong == []
    assert fingerprint() == before


def test_nor_beside_ones_own(of_asha: World, of_mallory: World) -> None:
    """The instalment of another below one's own plan, and the other way round."""
    client = by_key(of_mallory.user)
    for plan, instalment in ((of_mallory, of_asha), (of_asha, of_mallory)):
        path = f"/api/v1/plans/{plan['plan']}/instalments/{instalment['instalment']}/retry/"
        assert client.post(path).status_code == 404


@pytest.mark.parametrize("way", WAYS)
def test_lists_and_figures_tell_nothing_of_others(way: str, of_asha: World, of_mallory: World) -> None:
    """Also after the other has just asked for the same: nothing that was kept goes to somebody else."""
    asha, mallory = WAYS[way](of_asha.user), WAYS[way](of_mallory.user)
    told, wrong = set(), []
    for operation in known_operations():
        if operation.method == "get" and not ROUTES[operation.path].objects:
            own = asked(asha, operation, of=of_asha, by=of_asha)
            told |= of_asha.traces(own.content.decode())
            answer = asked(mallory, operation, of=of_asha, by=of_mallory)
            if answer.status_code != 200 or of_asha.traces(answer.content.decode()):
                wrong.append((str(operation), answer.status_code, of_asha.traces(answer.content.decode())))
    assert wrong == []
    assert {"zarathustra", "27182", str(of_asha["account"])} <= {word.lower() for word in told}


def test_a_person_without_anything_has_empty_lists(of_asha: World, mallory: User) -> None:
    """Of what is their own: the catalogue, the usual indices and the default account are there for everybody."""
    client, full = by_key(mallory), []
    for operation in known_operations():
        if operation.method == "get" and not ROUTES[operation.path].objects:
            answer = whole(client.get(f"/api/v1{operation.path}", call_of(operation).query))
            assert answer.status_code == 200, (str(operation), answer.content)
            body = answer.json()
            if isinstance(body, dict) and body.get("results"):
                full.append(operation.path)
    assert sorted(full) == ["/accounts/", "/assets/", "/corporate-actions/", "/tokens/"]
    assert [row["name"] for row in client.get("/api/v1/tokens/").json()["results"]] == ["tests"]
