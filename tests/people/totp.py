"""Codes of an authenticator app, by RFC 6238, apart from the library that checks them."""

import base64
import hmac
import time


def totp(secret: str, at: float | None = None) -> str:
    """Six digits of the half minute in which this moment lies; of now where none is named."""
    moment = time.time() if at is None else at
    key = base64.b32decode(secret)
    digest = hmac.new(key, int(moment // 30).to_bytes(8, "big"), "sha1").digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def next_totp(secret: str) -> str:
    """The code of the half minute to come, which is taken already: that of now may have been used to enrol."""
    return totp(secret, time.time() + 30)
