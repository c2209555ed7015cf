"""What Yahoo's refusals mean."""

import json
from collections.abc import Mapping
from typing import Any

from portfolio.providers.base import Garbled, ProviderError, RateLimited, UnknownSymbol, Unreachable, WrongAnswer
from portfolio.providers.http import seconds_until

BAD_REQUEST, NOT_FOUND, UNPROCESSABLE, TOO_MANY = 400, 404, 422, 429
LONGEST_CRUMB = 64


class NothingInRange(ProviderError):
    """It knows the symbol, but has nothing in the days that it was asked for."""


def refusal(status: int, body: bytes, headers: Mapping[str, Any]) -> ProviderError | None:
    if status < BAD_REQUEST:
        return None
    if status in {BAD_REQUEST, NOT_FOUND, UNPROCESSABLE}:
        return said(status, reason_in(body))
    kind = RateLimited if status == TOO_MANY else Unreachable
    return kind(f"Yahoo answered with status {status}.", retry_after=_retry_after(headers))


def crumb_refusal(status: int, text: str, headers: Mapping[str, Any]) -> ProviderError | None:
    """A crumb is one short word; a page is none, whatever its status."""
    if "Too Many Requests" in text:
        return RateLimited("Yahoo gives no crumb: too many requests.", retry_after=_retry_after(headers))
    if status >= BAD_REQUEST:
        return refusal(status, b"", headers)
    if not text or len(text) > LONGEST_CRUMB or set(text) & set(" \n<>{}"):
        return Garbled("Yahoo sent something that is not a crumb.")
    return None


def reason_in(body: bytes) -> str:
    """The description in `{"chart": {"result": null, "error": {…}}}`, whatever the outer name; empty without one."""
    try:
        answer = json.loads(body)
        [inner] = answer.values()
        return str(inner["error"]["description"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""


def said(status: int, reason: str) -> ProviderError:
    if reason.startswith("Data doesn't exist"):
        return NothingInRange(reason)
    if status == NOT_FOUND and reason:
        return UnknownSymbol(f"Yahoo: {reason}")
    if reason:
        return WrongAnswer(f"Yahoo refuses: {reason}")
    return Garbled(f"Yahoo answered with status {status} and no reason.")


def _retry_after(headers: Mapping[str, Any]) -> float | None:
    return seconds_until(str(headers.get("Retry-After") or ""))
