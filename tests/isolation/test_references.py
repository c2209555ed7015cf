"""Values of requests that name an object: another person's does not exist, wherever it is named."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tests.conftest import check_error
from tests.isolation.routes import ROUTES, known_operations, reference_in
from tests.isolation.schema import Operation
from tests.isolation.test_walk import codes
from tests.isolation.ways import WAYS, by_key, call_of, fingerprint, sent, undone
from tests.isolation.world import API, World


def references() -> Iterator[tuple[Operation, str, str]]:
    """(operation, leaf, kind)"""
    for operation in known_operations():
        for leaf in operation.leaves:
            with suppress(KeyError):  # one that is not classified fails a test of its own
                kind = reference_in(str(operation), leaf)
                if kind is not None:
                    yield operation, leaf, kind


def asked_about(client: APIClient, operation: Operation, leaf: str, named: Any, *, by: World) -> Any:
    """A request of `by` about things of their own, but for this one value."""
    call, objects = call_of(operation), ROUTES[operation.path].objects
    path = API + operation.path.format(**{name: by[kind] for name, kind in objects.items()})
    if leaf.startswith("?"):
        data = None if call.body is None else call.body(by)
        return sent(client, operation, path, data=data, query={**call.query, leaf[1:]: named})
    make = call.instead.get(leaf) or call.body
    assert make is not None
    data = make(by)
    put(data, leaf.split("."), named)
    return sent(client, operation, path, data=data, query=call.query)


def put(data: Any, parts: list[str], named: Any) -> None:
    """In the first row of each list on the way; a text where the value was one; within filters as one of them."""
    at: Any = 0 if parts[0] == "*" else parts[0]
    if len(parts) > 1:
        put(data[at], parts[1:], named)
    elif at == "filters":
        data[at] = {"account": str(named)}
    else:
        known = isinstance(data, list) or at in data
        data[at] = str(named) if known and isinstance(data[at], str) else named


def name_of(world: World, kind: str) -> Any:
    return world.symbol if kind == "symbol" else world[kind]


@pytest.mark.parametrize("way", WAYS)
def test_another_persons_objects_cannot_be_named(way: str, of_asha: World, of_mallory: World) -> None:
    client, wrong = WAYS[way](of_mallory.user), []
    for operation in known_operations():  # figures are stored when they are first read
        if operation.method == "get" and not ROUTES[operation.path].objects:
            sent(client, operation, API + operation.path, data=None, query=call_of(operation).query)
    before = fingerprint()
    for operation, leaf, kind in references():
        named = name_of(of_asha, kind)
        answer = asked_about(client, operation, leaf, named, by=of_mallory)
        told = of_asha.traces(answer.content.decode().replace(str(named), ""))
        if answer.status_code != 400 or "does_not_exist" not in codes(answer) or told:
            wrong.append((str(operation), leaf, answer.status_code, answer.content[:300]))
    assert wrong == []
    assert fingerprint() == before


def test_ones_own_can(of_mallory: World) -> None:
    """So that the walk above refuses what is another's and nothing else."""
    client, wrong = by_key(of_mallory.user), []
    for operation, leaf, kind in references():
        with undone():
            answer = asked_about(client, operation, leaf, name_of(of_mallory, kind), by=of_mallory)
        if answer.status_code >= 400 and "does_not_exist" in codes(answer):
            wrong.append((str(operation), leaf, answer.content[:300]))
    assert wrong == []


@pytest.mark.parametrize("path", ["/rules/try/", "/rules/apply/"])
@pytest.mark.parametrize("name", ["account", "category", "bank_import", "recurring"])
def test_filters_in_a_body_are_as_those_of_the_address(path: str, name: str, of_asha: World, of_mallory: World) -> None:
    client = by_key(of_mallory.user)
    body = {"filters": {name: str(of_asha[name])}, "only_uncategorized": False}
    check_error(client.post(API + path, body), 400, attr=f"filters.{name}", code="does_not_exist")
    mine = copy.deepcopy(body) | {"filters": {name: str(of_mallory[name])}}
    assert client.post(API + path, mine).status_code == 200


@pytest.mark.parametrize("by", ["asset", "account"])
def test_no_target_is_another_persons(by: str, of_asha: World, of_mallory: World) -> None:
    client = by_key(of_mallory.user)
    targets = [{"key": str(of_asha[by]), "weight": "1"}]
    answer = client.put(f"{API}/analytics/targets/", {"by": by, "targets": targets})
    check_error(answer, 400, attr="targets.0.key", code="does_not_exist")


def test_nor_the_name_of_a_private_sector(of_asha: World, of_mallory: World) -> None:
    targets = [{"key": f"{of_asha.tag} sector", "weight": "1"}]
    answer = by_key(of_mallory.user).put(f"{API}/analytics/targets/", {"by": "sector", "targets": targets})
    check_error(answer, 400, attr="targets.0.key", code="does_not_exist")


FILES = {
    "transactions": "date,kind,symbol,quantity,price,account\n2024-01-05,buy,{symbol},1,10,{account}\n",
    "prices": "date,symbol,close,currency\n2024-01-05,{symbol},10,INR\n",
    "corporate_actions": "ex_date,symbol,kind,ratio,new_symbol,cost_fraction,cash_per_share\n"
    "2024-04-05,{symbol},split,2,,,\n",
}


def imported(client: APIClient, file_format: str, *, symbol: str, account: str, **fields: str) -> Any:
    file = SimpleUploadedFile("file.csv", FILES[file_format].format(symbol=symbol, account=account).encode())
    body = {"file": file, "format": file_format, "dry_run": "false", **fields}
    return client.post(f"{API}/imports/", body, format="multipart")


@pytest.mark.parametrize("file_format", FILES)
def test_no_file_names_anothers_private_asset(file_format: str, of_asha: World, of_mallory: World) -> None:
    client, account = by_key(of_mallory.user), f"{of_mallory.tag} account"
    before = fingerprint()
    answer = imported(client, file_format, symbol=of_asha.symbol, account=account)
    check_error(answer, 400, attr="2.symbol")
    assert fingerprint() == before
    with undone():
        own = imported(client, file_format, symbol=of_mallory.symbol, account=account)
        assert own.status_code == 200, own.content


def test_a_symbol_that_is_made_is_ones_own(of_asha: World, of_mallory: World) -> None:
    """Whoever makes an asset of the same name gets another one, and learns nothing of the first."""
    client = by_key(of_mallory.user)
    account = f"{of_mallory.tag} account"
    answer = imported(client, "transactions", symbol=of_asha.symbol, account=account, create_assets="true")
    assert answer.status_code == 200, answer.content
    (found,) = client.get(f"{API}/assets/", {"search": of_asha.symbol}).json()["results"]
    assert found["id"] not in of_asha.ids.values()
    assert (found["name"], found["prices_from"]) == (of_asha.symbol, None)


def test_no_file_names_anothers_account(of_asha: World, of_mallory: World) -> None:
    client, name = by_key(of_mallory.user), f"{of_asha.tag} account"
    before = fingerprint()
    answer = imported(client, "transactions", symbol=of_mallory.symbol, account=name)
    check_error(answer, 400, attr="2.account")
    assert fingerprint() == before


def test_a_path_of_categories_is_ones_own(of_asha: World, of_mallory: World) -> None:
    client, path = by_key(of_mallory.user), f"{of_asha.tag} category"
    body = {"kind": "expense", "date": "2024-06-02", "amount": "3", "account": of_mallory["account"], "category": path}
    made = client.post(f"{API}/entries/", body).json()
    assert made["category_id"] != of_asha["category"]
    assert json.dumps(client.get(f"{API}/categories/").json()).count(path) == 2  # its name and its path


@pytest.mark.parametrize("text", ["symbol", "name", "sector"])
def test_a_search_finds_nothing_of_others(text: str, of_asha: World, of_mallory: World) -> None:
    words = {"symbol": of_asha.symbol, "name": f"{of_asha.tag} works", "sector": of_asha.tag}[text]
    body = by_key(of_mallory.user).get(f"{API}/assets/", {"search": words}).json()
    assert (body["results"], body["matches"]) == ([], [])
    entries = by_key(of_mallory.user).get(f"{API}/entries/", {"search": of_asha.tag}).json()
    assert entries["results"] == []


def test_the_log_of_anothers_object_is_empty(of_asha: World, of_mallory: World) -> None:
    """Its ids may be of what is gone, so they filter and are not looked up."""
    asked = {"kind": "entry", "object_id": str(of_asha["deleted_entry"])}
    assert by_key(of_asha.user).get(f"{API}/activity/", asked).json()["results"]
    assert by_key(of_mallory.user).get(f"{API}/activity/", asked).json()["results"] == []
