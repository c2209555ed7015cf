"""Puts what a real person was really answered (docs/examples/) into the OpenAPI schema."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

METHODS = ("get", "post", "put", "patch", "delete")
Operation = dict[str, Any]


def examples_folder() -> Path:
    return Path(settings.BASE_DIR) / "docs" / "examples"


@cache
def examples_recorded() -> dict[str, dict[str, Any]]:
    """By operationId what was sent (`request`) and what came back (`answers`, by status)."""
    files = sorted(examples_folder().glob("*.json"))
    return {name: told for file in files for name, told in json.loads(file.read_text()).items()}


def operations_in(schema: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    """Address, method and description of each."""
    for address, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                yield address, method, methods[method]


def examples_placed(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of the generator."""
    recorded = examples_recorded()
    for _address, _method, operation in operations_in(result):
        if operation["operationId"] in recorded:
            _place(operation, recorded[operation["operationId"]])
    return result


def _place(operation: Operation, told: dict[str, Any]) -> None:
    if "request" in told:
        _into(operation.get("requestBody", {}), told["request"])
    for status, answer in told["answers"].items():
        if answer is not None:
            _into(operation["responses"].get(status, {}), answer)


def _into(described: dict[str, Any], example: Any) -> None:
    for content in described.get("content", {}).values():
        content["example"] = example
