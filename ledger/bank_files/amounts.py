"""Amounts as banks write them: 1,234.56, 1.234,56, 1,23,456.78, (12.00), 12.00-, ₹ 12.00 Dr."""

import re
from decimal import Decimal
from functools import lru_cache

from ledger.bank_files.items import MOST, PLACES

POINT, COMMA = ".", ","
MARKS = frozenset({POINT, COMMA})
LONGEST = 60
_SPACES = re.compile(r"[\s'’]+")
_MINUS = re.compile("[−–—]")
_CURRENCY = re.compile(r"^(?:[A-Z]{3}|Rs\.?|[$₹€£¥])|(?:[A-Z]{3}|[$₹€£¥])$")
_SIDE = re.compile(r"(?:(cr)|(dr))\.?$", re.IGNORECASE)
_WRITTEN = {
    POINT: re.compile(r"([1-9]\d{0,2}(?:,\d{2,3})*,\d{3}|\d+)?(?:\.(\d*))?", re.ASCII),
    COMMA: re.compile(r"([1-9]\d{0,2}(?:\.\d{2,3})*\.\d{3}|\d+)?(?:,(\d*))?", re.ASCII),
}
_OTHER = {POINT: COMMA, COMMA: POINT}


class AmountError(ValueError):
    """What is wrong with an amount, as a sentence."""


@lru_cache(maxsize=8192)
def signed(text: str) -> tuple[bool, str] | None:
    """Whether it is negative, and its digits with their marks; None where it is no amount at all."""
    bare = _MINUS.sub("-", _SPACES.sub("", text))
    if len(bare) > LONGEST:
        return None
    negative = False
    if side := _SIDE.search(bare):
        negative, bare = side.group(2) is not None, bare[: side.start()]
    if bare.startswith("(") and bare.endswith(")"):
        negative, bare = not negative, bare[1:-1]
    for _ in range(2):  # a sign before the currency, or after it
        bare, minus = _without_sign(bare)
        negative ^= minus
        bare = _CURRENCY.sub("", bare, count=1)
    if not bare or set(bare) - set("0123456789.,") or not any(mark.isdigit() for mark in bare):
        return None
    return negative, bare


def says_side(text: str) -> str:
    """`cr` or `dr` where an amount says so behind itself, else nothing."""
    found = _SIDE.search(_SPACES.sub("", text))
    return (found.group(1) or found.group(2)).lower() if found else ""


def decimal_marks(text: str) -> frozenset[str]:
    """Which of point and comma may be the decimal mark of this amount; none where it is no amount."""
    found = signed(text)
    if found is None:
        return frozenset()
    return frozenset(mark for mark in MARKS if _WRITTEN[mark].fullmatch(found[1]))


def amount_of(text: str, *, mark: str) -> Decimal:
    """The amount, of which `mark` is the decimal mark."""
    found = signed(text)
    match = None if found is None else _WRITTEN[mark].fullmatch(found[1])
    if found is None or match is None:
        example = "1,234.56" if mark == POINT else "1.234,56"
        raise AmountError(f"{text[:40]!r} is not an amount like {example}.")
    whole, part = match.group(1) or "0", match.group(2) or ""
    return checked(Decimal(f"{'-' if found[0] else ''}{whole.replace(_OTHER[mark], '')}.{part or '0'}"))


def plain_amount(text: str) -> Decimal:
    """An amount of a format that has no thousands: its one mark is the decimal mark, as long as that is no doubt."""
    marks = decimal_marks(text)
    if marks == MARKS and COMMA in text:
        raise AmountError(f"{text[:40]!r} may have thousands or decimals after its comma.")
    return amount_of(text, mark=COMMA if marks == {COMMA} else POINT)


def checked(amount: Decimal) -> Decimal:
    if abs(amount) >= MOST:
        raise AmountError(f"Must be below {MOST:f}.")
    if amount != round(amount, PLACES):
        raise AmountError(f"Must have at most {PLACES} decimals.")
    return amount


def _without_sign(text: str) -> tuple[str, bool]:
    if text[:1] in ("-", "+"):
        return text[1:], text[0] == "-"
    if text[-1:] in ("-", "+"):
        return text[:-1], text[-1] == "-"
    return text, False
