"""A request to an upstream as the replica sees it, and the answer to one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

NUMPY = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True, kw_only=True)
class Request:
    """query: the last value of each name. host: the one that was meant, in lower case."""

    method: str
    host: str
    path: str
    query_text: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    user_agent: str = ""
    body: bytes = b""

    @property
    def address(self) -> str:
        """What the patterns of faults are matched against."""
        return f"{self.host}{self.path}" + (f"?{self.query_text}" if self.query_text else "")

    def whole(self, name: str, default: int) -> int:
        try:
            return int(self.query.get(name, default))
        except ValueError:
            return default


@dataclass(frozen=True, kw_only=True)
class Answer:
    body: bytes = b""
    status: int = 200
    content_type: str = "application/json;charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


def json_answer(data: Any, status: int = 200) -> Answer:
    return Answer(body=orjson.dumps(data, option=NUMPY), status=status)


def text_answer(text: str, status: int = 200, content_type: str = "text/plain;charset=utf-8") -> Answer:
    return Answer(body=text.encode(), status=status, content_type=content_type)


def html_answer(text: str, status: int = 200) -> Answer:
    return text_answer(f"<html><body>{text}</body></html>", status, "text/html;charset=utf-8")
