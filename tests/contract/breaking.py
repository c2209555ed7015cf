"""What would break a client that was written for an older contract: pure, from two OpenAPI documents to sentences.

Of requests the newer one must take all that the older took; of answers it must give nothing that the older did not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.contract.schema_changes import Comparison, Side

METHODS = ("get", "post", "put", "patch", "delete")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Operation:
    """One of both documents; named as people name it."""

    name: str
    old: Json
    new: Json


def breaking_changes(old: Json, new: Json) -> list[str]:
    """A sentence for each, in the order of the addresses."""
    comparison = Comparison(old, new)
    return [sentence for address in sorted(old["paths"]) for sentence in _of_address(address, old, new, comparison)]


def _of_address(address: str, old: Json, new: Json, comparison: Comparison) -> Iterator[str]:
    for method in METHODS:
        before, after = (document["paths"].get(address, {}).get(method) for document in (old, new))
        name = f"{method.upper()} {address}"
        if before is not None and after is None:
            yield f"{name} is gone"
        elif before is not None:
            yield from _of_operation(_Operation(name, before, after), comparison)


def _of_operation(operation: _Operation, comparison: Comparison) -> Iterator[str]:
    yield from _of_security(operation)
    yield from _of_parameters(operation, comparison)
    yield from _of_request(operation, comparison)
    yield from _of_answers(operation, comparison)


def _of_security(operation: _Operation) -> Iterator[str]:
    ways, left = ({name for way in told.get("security", []) for name in way} for told in (operation.old, operation.new))
    for name in sorted(ways - left):
        yield f"{operation.name} can no longer be asked by {name}"


def _of_parameters(operation: _Operation, comparison: Comparison) -> Iterator[str]:
    old, new = (
        {(one["in"], one["name"]): one for one in told.get("parameters", [])} for told in (operation.old, operation.new)
    )
    for key in sorted(old.keys() | new.keys()):
        where = f"{operation.name}: the {key[0]} parameter {key[1]}"
        if key not in new:
            yield f"{where} is gone"
        elif new[key].get("required") and not old.get(key, {}).get("required"):
            yield f"{where} is required"
        if key in old and key in new:
            yield from comparison.changes(Side.REQUEST, where, old[key]["schema"], new[key]["schema"])


def _of_request(operation: _Operation, comparison: Comparison) -> Iterator[str]:
    old, new = (told.get("requestBody", {}) for told in (operation.old, operation.new))
    if new.get("required") and not old.get("required"):
        yield f"{operation.name} needs a body"
    contents = new.get("content", {})
    for media, content in old.get("content", {}).items():
        where = f"{operation.name}: the body"
        if media not in contents:
            yield f"{where} is no longer taken as {media}"
        else:
            yield from comparison.changes(Side.REQUEST, where, content["schema"], contents[media]["schema"])


def _of_answers(operation: _Operation, comparison: Comparison) -> Iterator[str]:
    for status, answer in sorted(operation.old["responses"].items()):
        where = f"{operation.name}: the answer {status}"
        if status not in operation.new["responses"]:
            yield f"{where} is gone"
        else:
            yield from _of_answer(where, answer, operation.new["responses"][status], comparison)


def _of_answer(where: str, old: Json, new: Json, comparison: Comparison) -> Iterator[str]:
    before, after = comparison.resolved(old, new)
    for name in sorted(before.get("headers", {}).keys() - after.get("headers", {}).keys()):
        yield f"{where} has no header {name} any more"
    contents = after.get("content", {})
    for media, content in before.get("content", {}).items():
        if media not in contents:
            yield f"{where} is no longer {media}"
        else:
            yield from comparison.changes(Side.ANSWER, where, content["schema"], contents[media]["schema"])
