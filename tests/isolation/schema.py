"""What the OpenAPI schema says of each operation: its parameters, and every single value that a request may hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """leaves: of the body, as `conditions.*.value`; of the address, as `?account`."""

    method: str
    path: str
    leaves: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


ENDS_ALL = "DELETE /me/"


@lru_cache(maxsize=1)
def operations() -> tuple[Operation, ...]:
    """What ends the person, and the session with them, comes last."""
    return tuple(sorted(_operations(), key=lambda operation: str(operation) == ENDS_ALL))


def _operations() -> Iterator[Operation]:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    parts: Schema = schema["components"]["schemas"]
    for path, methods in schema["paths"].items():
        for method in methods.keys() & METHODS:
            yield Operation(method, path.removeprefix("/api/v1"), tuple(sorted(set(_leaves(methods[method], parts)))))


def _leaves(operation: Schema, parts: Schema) -> Iterator[str]:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query":
            yield f"?{parameter['name']}"
    for body in operation.get("requestBody", {}).get("content", {}).values():
        yield from _within(body["schema"], parts, "")


def _within(schema: Schema, parts: Schema, name: str) -> Iterator[str]:
    """The names of all single values below; alternatives of one are one name."""
    if "$ref" in schema:
        yield from _within(parts[schema["$ref"].rsplit("/", 1)[1]], parts, name)
        return
    several = [part for word in ("allOf", "oneOf", "anyOf") for part in schema.get(word, ())]
    below: list[tuple[str, Schema]] = [(name, part) for part in several]
    below += [(f"{name}.{key}", part) for key, part in schema.get("properties", {}).items()]
    if "items" in schema:
        below.append((f"{name}.*", schema["items"]))
    if isinstance(schema.get("additionalProperties"), Mapping):
        below.append((f"{name}.{{}}", schema["additionalProperties"]))
    for inner, part in below:
        yield from _within(part, parts, inner)
    if not below:
        yield name.removeprefix(".")
