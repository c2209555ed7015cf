"""Asks the real API and notes what was sent and answered, by operationId."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

ROOT = "/api/v1"
REQUEST_ID = "example-0001"
KEY, PREFIX = "pl_" + "0" * 43, "pl_00000"
"""Stand for a key that is another one each time, and that no document shall show."""


@dataclass(frozen=True, slots=True)
class Told:
    """One request and its answer, as it came."""

    name: str
    method: str
    path: str
    request: Any
    status: int
    answer: Any
    headers: dict[str, str]


@dataclass
class Teller:
    client: APIClient
    told: list[Told] = field(default_factory=list)

    def ask(self, name: str, address: str, body: Any = None, *, status: int = 200, files: bool = False) -> Any:
        """address: method and path, as in `GET /me/`. files: the body is a form."""
        method, path = address.split(" ")
        extra = {"format": "multipart"} if files else {}
        sent = {key: _file(value) for key, value in body.items()} if files else body
        response = getattr(self.client, method.lower())(f"{ROOT}{path}", sent, **extra)
        assert response.status_code == status, (address, body, response.status_code, response.content)
        answer, headers = _answer(response), dict(response.headers)
        self.told.append(Told(name, method, f"{ROOT}{path}".partition("?")[0], body, status, answer, headers))
        return answer


def _answer(response: Any) -> Any:
    """JSON, else the bytes of a file, else nothing."""
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return json.loads(response.content)
    return response.getvalue() or None


def _file(value: Any) -> Any:
    """Bytes and a text of several lines are the content of a file."""
    if isinstance(value, bytes):
        return SimpleUploadedFile("file.zip", value)
    if isinstance(value, str) and "\n" in value:
        return SimpleUploadedFile("file.csv", value.encode())
    return value
