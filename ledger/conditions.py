"""What a rule asks of an entry: conditions as a person wrote them, made into functions that are quick to call.

A condition is `{"field", "op", "value"}`. Texts and tags are compared as the words that `ledger.search` makes of them,
so neither case nor accents nor signs count. There are no patterns: a hostile one could keep the server busy for hours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import attrgetter
from typing import Any

from core.fields import MONEY_PLACES, MOST_MONEY
from core.money import CURRENCIES, plain
from ledger.search import normalised

TEXTS: Mapping[str, tuple[str, ...]] = {
    "payee": ("payee",),
    "description": ("description",),
    "note": ("note",),
    "text": ("payee", "description", "note"),
}
"""Fields of text, and where each looks: `text` in any of them."""
TEXT_OPS = ("contains", "starts_with", "ends_with", "equals", "has_word")
AMOUNT_OPS = ("at_least", "at_most", "equals")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KINDS = ("expense", "income", "transfer")
OPS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((*TEXTS, "tag"), TEXT_OPS),
    "amount": AMOUNT_OPS,
    **dict.fromkeys(("kind", "account", "currency", "weekday"), ("is",)),
}
"""By field, what can be asked of it."""
LONGEST_VALUE = 200


class ConditionError(ValueError):
    """What is wrong with a condition, and with which part of it: `field`, `op` or `value`."""

    def __init__(self, part: str, detail: str, *, code: str = "invalid") -> None:
        super().__init__(detail)
        self.part = part
        self.code = code


@dataclass(frozen=True, slots=True)
class Facts:
    """What conditions look at; each text is its words with a space before, between and after them."""

    payee: str
    description: str
    note: str
    tags: tuple[str, ...]
    kind: str
    account: int
    currency: str
    amount: Decimal
    weekday: str


Test = Callable[[Facts], bool]


def facts_of(
    *,
    texts: tuple[str, str, str],
    tags: Sequence[str],
    kind: str,
    account: int,
    currency: str,
    amount: Decimal,
    day: date,
) -> Facts:
    """texts: payee, description and note as the person wrote them."""
    payee, description, note = map(_spaced, texts)
    words = tuple(map(_spaced, tags))
    return Facts(payee, description, note, words, kind, account, currency, amount, WEEKDAYS[day.weekday()])


def condition_checked(field: Any, op: Any, value: Any) -> dict[str, Any]:
    """The condition as it is stored; ConditionError where it means nothing."""
    if not isinstance(field, str) or field not in OPS:
        raise ConditionError("field", f"Must be one of {', '.join(OPS)}.")
    if op not in OPS[field]:
        raise ConditionError("op", f"Of {field}, one of {', '.join(OPS[field])} can be asked.")
    return {"field": field, "op": op, "value": _value(field, value)}


def tests_of(conditions: Sequence[Mapping[str, Any]]) -> list[Test]:
    """Of conditions that were checked."""
    return [_test(one["field"], one["op"], one["value"]) for one in conditions]


def _value(field: str, value: Any) -> str | int:
    if field == "account":
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ConditionError("value", "Must be the id of an account.")
        return value
    if field == "amount":
        return _amount(value)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_VALUE:
        raise ConditionError("value", f"Must be a text of 1 to {LONGEST_VALUE} characters.")
    return _text(field, value)


def _amount(value: Any) -> str:
    """As an exact text: a number of JSON is a float."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ConditionError("value", "Must be an amount.")
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ConditionError("value", "Must be an amount.") from error
    if not amount.is_finite() or amount.copy_abs() >= MOST_MONEY:
        raise ConditionError("value", f"Must be an amount below {MOST_MONEY:f}.")
    exact = round(amount, MONEY_PLACES)
    if exact != amount:
        raise ConditionError("value", f"Must have at most {MONEY_PLACES} decimals.")
    return plain(exact)


def _text(field: str, value: str) -> str:
    if field in ("kind", "weekday"):
        choices = KINDS if field == "kind" else WEEKDAYS
        if value.lower() not in choices:
            raise ConditionError("value", f"Must be one of {', '.join(choices)}.")
        return value.lower()
    if field == "currency":
        if value.upper() not in CURRENCIES:
            raise ConditionError("value", "Must be a currency of ISO 4217.")
        return value.upper()
    if not normalised(value):
        raise ConditionError("value", "Must have a letter or a digit: nothing else is compared.")
    return value


def _test(field: str, op: str, value: Any) -> Test:
    if field == "amount":
        return _amount_test(op, Decimal(value))
    if field == "tag":
        has = _text_test(op, value)
        return lambda facts: any(map(has, facts.tags))
    if field in TEXTS:
        return _field_test(TEXTS[field], _text_test(op, value))
    return _is_test(field, value)


def _amount_test(op: str, asked: Decimal) -> Test:
    if op == "at_least":
        return lambda facts: facts.amount >= asked
    if op == "at_most":
        return lambda facts: facts.amount <= asked
    return lambda facts: facts.amount == asked


def _is_test(field: str, value: Any) -> Test:
    look = attrgetter(field)
    return lambda facts: bool(look(facts) == value)


def _field_test(fields: tuple[str, ...], has: Callable[[str], bool]) -> Test:
    if len(fields) == 1:
        look = attrgetter(fields[0])
        return lambda facts: has(look(facts))
    return lambda facts: has(facts.payee) or has(facts.description) or has(facts.note)


def _text_test(op: str, value: str) -> Callable[[str], bool]:
    """Of a text with its spaces around."""
    words = normalised(value)
    whole, begins, ends = f" {words} ", f" {words}", f"{words} "
    tests: dict[str, Callable[[str], bool]] = {
        "contains": lambda text: words in text,
        "starts_with": lambda text: text.startswith(begins),
        "ends_with": lambda text: text.endswith(ends),
        "equals": lambda text: text == whole,
        "has_word": lambda text: whole in text,
    }
    return tests[op]


@lru_cache(maxsize=8192)
def _spaced(text: str) -> str:
    """Kept, because a person pays the same people again and again."""
    return f" {normalised(text)} "
