"""Whether a request or an answer is as the schema says, with nothing that it does not say."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from core.schema_examples import operations_in
from tests.contract.story.teller import Told


class Contract:
    def __init__(self, schema: dict[str, Any]) -> None:
        self.components = _closed(schema["components"])
        self.operations = {told["operationId"]: (address, told) for address, _, told in operations_in(schema)}

    def problems(self, told: Told) -> Iterator[str]:
        """What of one request and its answer is not as described."""
        address, operation = self.operations[told.name]
        if not re.fullmatch(re.sub(r"{\w+}", r"\\d+", address), told.path):
            yield f"{told.path} is not {address}"
        described = operation["responses"].get(str(told.status))
        if described is None:
            yield f"{told.status} is not described"
            return
        yield from _header_problems(described, told)
        yield from self.body_problems(described, told.answer)
        yield from self.body_problems(operation.get("requestBody", {}), told.request)

    def body_problems(self, described: dict[str, Any], body: Any) -> Iterator[str]:
        content = described.get("content", {})
        if bool(content) != (body is not None):
            yield f"described is {'a' if content else 'no'} body, and found {body!r:.200}"
        elif isinstance(body, bytes) and not _is_binary(content):
            yield "bytes, and described is something else"
        elif "application/json" in content:
            yield from self._schema_problems(content["application/json"]["schema"], body)

    def _schema_problems(self, described: dict[str, Any], body: Any) -> Iterator[str]:
        validator = Draft202012Validator(
            {**_closed(described), "components": self.components}, format_checker=FormatChecker()
        )
        for error in validator.iter_errors(body):
            yield f"{error.json_path} {error.message[:300]}"


def _is_binary(content: dict[str, Any]) -> bool:
    return [one["schema"].get("format") for one in content.values()] == ["binary"]


def _header_problems(described: dict[str, Any], told: Told) -> Iterator[str]:
    """Each header is there that is described, but for that of repeats; an ETag is described where it is there."""
    names = set(described.get("headers", {})) - {"Idempotent-Replayed"}
    missing = names - told.headers.keys()
    if missing:
        yield f"no header {sorted(missing)}"
    if "ETag" in told.headers and "ETag" not in names:
        yield "an ETag that is not described"


def _closed(described: Any) -> Any:
    """The same with every object complete: a field that is not described is an error."""
    if isinstance(described, list):
        return [_closed(item) for item in described]
    if not isinstance(described, dict):
        return deepcopy(described)
    closed = {name: _closed(value) for name, value in described.items()}
    if isinstance(described.get("properties"), dict) and described.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed
