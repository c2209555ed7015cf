"""Log lines, for people or as JSON: each with the id of the request and of the person, and without what is private."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from django.apps import apps
from structlog.typing import EventDict, WrappedLogger

_PRIVATE = (
    (re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63})+"), "[e-mail]"),
    (re.compile(r"\bpl_[\w-]{20,}"), "[key]"),
    (re.compile(r"(confirm-email/|reset/key/)[^\s/\"']+"), r"\1[key]"),
    (re.compile(r"(://[^/\s:@]*:)[^/\s@]+@"), r"\1[password]@"),
    (re.compile(r"(https?://[^\s?#\"']++)(?:[?#][^\s\"']*)?"), r"\1"),
)
"""What some library may put into a message: addresses, keys, links that open an account, passwords, query strings."""
_BREAKS = (*range(32), *range(127, 160), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_ESCAPED = {code: ascii(chr(code))[1:-1] for code in _BREAKS}
"""What ends a line, steers a terminal or turns the direction of text: nobody's path may write a line of its own."""
_HEAD = ("timestamp", "level", "logger", "event", "exception", "stack")


class Formatter(structlog.stdlib.ProcessorFormatter):
    """Tells what is told of every request without the long way, which would double its cost."""

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(**options)
        self._render = _as_json if kind == "json" else _as_line

    def format(self, record: logging.LogRecord) -> str:
        told: EventDict | None = vars(record).get("told")
        if told is None:
            return super().format(record)
        at = datetime.fromtimestamp(record.created, UTC).isoformat()
        head = {"timestamp": at, "level": "info", "logger": record.name, "event": record.msg}
        return str(self._render(None, "", _add_request(None, "", {**head, **told})))


def formatter(kind: str) -> logging.Formatter:
    """kind: line, for people; or json."""
    return Formatter(
        kind,
        foreign_pre_chain=[structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_request,
            structlog.processors.format_exc_info,  # a traceback without the values of variables
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _withhold,
            _as_json if kind == "json" else _as_line,
        ],
    )


def withheld(text: str) -> str:
    """Without what is private."""
    if "@" in text or "pl_" in text or "key" in text or "email" in text or "://" in text:
        for pattern, instead in _PRIVATE:
            text = pattern.sub(instead, text)
    return text


def _add_request(logger: WrappedLogger | None, name: str, event: EventDict) -> EventDict:
    if apps.ready:  # lines of the start come before the models
        from core.actor import current_request, known_user_id, request_id_of

        request = current_request()
        if request is not None:
            event["request_id"] = request_id_of(request)
            event["user_id"] = known_user_id(request)
    return event


def _withhold(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = withheld(value)
    return event


def _as_json(logger: WrappedLogger | None, name: str, event: EventDict) -> str:
    return orjson.dumps(event, default=lambda value: withheld(repr(value))).decode()


def _as_line(logger: WrappedLogger | None, name: str, event: EventDict) -> str:
    return "\n".join(_lines(event))


def _lines(event: EventDict) -> Iterator[str]:
    told = " ".join(f"{key}={_short(value)}" for key, value in event.items() if key not in _HEAD and value is not None)
    line = f"{event['timestamp']} {event['level'].upper()} {event['logger']}: {event['event']} {told}".rstrip()
    yield line if line.isprintable() else line.translate(_ESCAPED)
    yield from (str(event[key]) for key in ("exception", "stack") if event.get(key))


def _short(value: Any) -> str:
    return value if isinstance(value, str) else withheld(repr(value))
