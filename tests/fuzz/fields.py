"""Every operation of the schema, with every place in it where a stranger's value goes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

import yaml
from django.core.management import call_command

API = "/api/v1/"
METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Operation:
    """address: below /api/v1/, with its {parameters}. places: of each field of a body, from the outside in."""

    method: str
    address: str
    parameters: tuple[str, ...]
    query: tuple[str, ...]
    places: tuple[Path, ...]
    takes: tuple[str, ...]
    statuses: frozenset[int]

    @property
    def name(self) -> str:
        return f"{self.method} {self.address}"


def operations() -> list[Operation]:
    out = StringIO()
    call_command("spectacular", stdout=out)
    schema = yaml.safe_load(out.getvalue())
    return [
        _operation(schema, address, method, said)
        for address, methods in schema["paths"].items()
        for method, said in methods.items()
        if method in METHODS
    ]


def _operation(schema: Mapping[str, Any], address: str, method: str, said: Mapping[str, Any]) -> Operation:
    parameters = [_resolved(schema, parameter) for parameter in said.get("parameters", ())]
    content = said.get("requestBody", {}).get("content", {})
    body: Mapping[str, Any] = content.get(JSON) or next(iter(content.values()), {})
    return Operation(
        method=method.upper(),
        address=address.removeprefix(API),
        parameters=tuple(each["name"] for each in parameters if each["in"] == "path"),
        query=tuple(each["name"] for each in parameters if each["in"] == "query"),
        places=tuple(_places(schema, body.get("schema", {}))),
        takes=tuple(content),
        statuses=frozenset(int(status) for status in said["responses"]),
    )


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in part:
        inner: Any = schema
        for name in part["$ref"].removeprefix("#/").split("/"):
            inner = inner[name]
        part = inner
    return part


def _places(schema: Mapping[str, Any], part: Mapping[str, Any], before: Path = ()) -> Iterator[Path]:
    """Of lists the first item stands for all; fields that the schema leaves open have one that is made up."""
    part = _resolved(schema, part)
    if before:
        yield before
    for choice in (*part.get("allOf", ()), *part.get("oneOf", ()), *part.get("anyOf", ())):
        yield from (place for place in _places(schema, choice, before) if place != before)
    if "items" in part:
        yield from _places(schema, part["items"], (*before, 0))
    for name, inner in part.get("properties", {}).items():
        yield from _places(schema, inner, (*before, name))
    if isinstance(part.get("additionalProperties"), dict):
        yield from _places(schema, part["additionalProperties"], (*before, "2024-05-02"))


def placed(body: Any, place: Path, value: Any) -> Any:
    """The body with that value there, and whatever it takes to get there."""
    if not place:
        return value
    step, *rest = place
    if isinstance(step, int):
        items = list(body) if isinstance(body, list) and body else [None]
        return [placed(items[0], tuple(rest), value), *items[1:]]
    known = dict(body) if isinstance(body, dict) else {}
    return {**known, step: placed(known.get(step), tuple(rest), value)}
