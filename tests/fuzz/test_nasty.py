"""The corpus, in every field of every body, every parameter of every address and every header of the schema."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from tests.fuzz import nasty
from tests.fuzz.bodies import valid_bodies
from tests.fuzz.fields import API, JSON, Operation, placed
from tests.fuzz.story import Story
from tests.fuzz.watching import Watcher

ON_POSTGRES = connection.vendor == "postgresql"
HOLE = "@hole@"
IDS = ("0", "-1", "00", "9223372036854775807", "9223372036854775808", "1" + "0" * 30, "%D9%A1%D9%A2", "1.0", "1e3",
"a", "%00",
       "..", "%2e%2e%2f", "%0d%0aX:1", "%ff", "%F0%9F%90%BC", "1;2", "' OR 1=1", "x" * 3000)  # fmt: skip


def one_of(every: int, cases: Iterable[Any]) -> Iterator[Any]:
    return islice(cases, 0, None, every)


def url(operation: Operation, story: Story, **given: str) -> str:
    """The address of a row of the story."""
    resource = operation.address.partition("/")[0]
    resource = "instalments" if "instalments/{id}" in operation.address else resource
    values = {"id": resource, "asset_id": "assets", "plan": "plans"}
    filled = {name: given.get(name, str(story.ids.get(values[name], 1))) for name in operation.parameters}
    return API + operation.address.format(**filled)


def body_of(operation: Operation, story: Story) -> Any:
    return valid_bodies(story.ids).get(operation.name, {})


EACH = 53 if ON_POSTGRES else 17


@pytest.mark.parametrize("every", [EACH, pytest.param(1, marks=pytest.mark.drill)])
def test_fields(watcher: Watcher, story: Story, described: list[Operation], every: int) -> None:
    cases = (
        (operation, place, value)
        for operation in described
        if JSON in operation.takes
        for place in operation.places
        for value in nasty.JSON
    )
    for operation, place, value in one_of(every, cases):
        body = json.dumps(placed(body_of(operation, story), place, HOLE)).replace(f'"{HOLE}"', value)
        name = ".".join(map(str, place))
        send(watcher, operation, url(operation, story), title=f"{name} = {value[:60]}", data=body, content_type=JSON)
    watcher.watch.check(fewest=1000)


def send(watcher: Watcher, operation: Operation, address: str, *, title: str, **request: Any) -> None:
    allowed = operation.statuses | {413} if "CONTENT_LENGTH" in request else operation.statuses
    watcher.send(f"{operation.name} {title}", operation.method, address, allowed=allowed, **request)


def test_large_values(watcher: Watcher, story: Story, described: list[Operation]) -> None:
    """In one text of each operation; a body larger than the limit is refused in tests/hardening."""
    for operation in described:
        texts = [place for place in operation.places if place[-1] in ("name", "note", "payee", "symbol")]
        cases = ((place, value) for place in texts[:1] for value in nasty.LARGE_JSON if JSON in operation.takes)
        for place, value in cases:
            body = json.dumps(placed(body_of(operation, story), place, HOLE)).replace(f'"{HOLE}"', value)
            title = f"{place} = {len(value)} characters"
            send(watcher, operation, url(operation, story), title=title, data=body, content_type=JSON)
    watcher.watch.check(fewest=50)


def test_whole_bodies(watcher: Watcher, story: Story, described: list[Operation]) -> None:
    cases = (
        (operation, title, body, kind)
        for operation in described
        if JSON in operation.takes
        for title, (body, kind) in nasty.bodies(json.dumps(body_of(operation, story)).encode()).items()
    )
    for operation, title, body, kind in one_of(11 if ON_POSTGRES else 3, cases):
        send(watcher, operation, url(operation, story), title=title, data=body, content_type=kind)
    watcher.watch.check(fewest=100)


def test_parameters(watcher: Watcher, story: Story, described: list[Operation]) -> None:
    given = [quote(text, safe="") for text in nasty.TEXTS] + list(IDS)
    cases = (
        (operation, name, value) for operation in described for name in (*operation.query, "odd") for value in given
    )
    for operation, name, value in one_of(53 if ON_POSTGRES else 13, cases):
        address = f"{url(operation, story)}?{name}={value}"
        body: dict[str, Any] = {"data": json.dumps(body_of(operation, story)), "content_type": JSON}
        send(watcher, operation, address, title=f"?{name}={value[:60]}", **(body if JSON in operation.takes else {}))
    watcher.watch.check(fewest=500)


def test_repeated_parameters(watcher: Watcher, story: Story, described: list[Operation]) -> None:
    for operation in described:
        for name in operation.query:
            address = f"{url(operation, story)}?{name}=1&{name}=x&{name}=&{name}[]=1&{name}[a]=1&&=&="
            send(watcher, operation, address, title=f"?{name}, repeated")
    watcher.watch.check(fewest=100)


def test_cursors(watcher: Watcher, story: Story, described: list[Operation]) -> None:
    """Ones that were made up, in every order that a list has."""
    for operation in (each for each in described if "cursor" in each.query):
        orders = ("",) if ON_POSTGRES else ("", "&ordering=-id", "&ordering=name")
        for cursor, order in product(nasty.CURSORS, orders):
            address = f"{url(operation, story)}?cursor={cursor}{order}"
            send(watcher, operation, address, title=f"cursor {cursor[:40]}{order}")
    watcher.watch.check(fewest=200)


def test_ids(watcher: Watcher, story: Story, described: list[Operation]) -> None:
    """In the address: what is no id of a row leads nowhere, whatever else the request says."""
    cases = ((operation, name, value) for operation in described for name in operation.parameters for value in IDS)
    for operation, name, value in one_of(5 if ON_POSTGRES else 1, cases):
        body: dict[str, Any] = {"data": json.dumps(body_of(operation, story)), "content_type": JSON}
        address = url(operation, story, **{name: value})
        nowhere = operation.statuses | {400, 404, 405}  # the address may be another one, or none at all
        watcher.send(f"{operation.name} {name}={value[:40]}", operation.method, address, allowed=nowhere, **body)
    watcher.watch.check(fewest=200)


def test_headers(watcher: Watcher, story: Story, described: list[Operation]) -> None:
    cases = (
        (operation, name, value)
        for operation in described
        for name, values in nasty.HEADERS.items()
        for value in values
    )
    for operation, name, value in one_of(29 if ON_POSTGRES else 7, cases):
        body: dict[str, Any] = {"data": json.dumps(body_of(operation, story)), "content_type": JSON}
        title, address = f"{name}: {value[:60]!r}", url(operation, story)
        send(watcher, operation, address, title=title, **body, **{name: value})
    watcher.watch.check(fewest=300)
