"""Reads the rule books: which there are, which is a person's, and each as the engine takes it, checked."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import orjson

from analytics.engine.holding_rules import Category, Rule, RuleBook, Span

T = TypeVar("T")
FOLDER = Path(__file__).parent
CODES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
BY_CURRENCY = {"INR": "IN", "USD": "US"}
"""Whose rules apply to a person, by their base currency, unless they ask for others."""


def rule_book_of(currency: str, code: str | None = None) -> RuleBook:
    """The book of that code, else the one for the currency; one without rules where there is none."""
    code = code or BY_CURRENCY.get(currency)
    return rule_book_without_rules(currency) if code is None else rule_book(code)


@cache
def rule_book(code: str) -> RuleBook:
    """Raises ValueError or KeyError where the file is not as it must be."""
    return rule_book_read(orjson.loads((FOLDER / f"{code}.json").read_bytes()))


def rule_book_without_rules(currency: str) -> RuleBook:
    """Calendar years, and no terms."""
    reason = f"No rules on holding periods are known for {currency}; ask with rules={' or rules='.join(CODES)}."
    return RuleBook(code="", title="", currency=currency, version="", reason=reason)


def rule_book_read(data: dict[str, Any]) -> RuleBook:
    """Every field must be known, so that a misspelt one is an error and not a rule that is never applied."""
    values = dict(data)
    month, day = map(int, values.pop("year_begins").split("-"))
    date(2023, month, day)  # no leap day: every year has its beginning
    categories = tuple(_category(dict(item)) for item in values.pop("categories"))
    rules = tuple(_rule(dict(item)) for item in values.pop("rules"))
    notes = tuple(values.pop("notes"))
    return _made(RuleBook, values, month=month, day=day, categories=categories, rules=rules, notes=notes)


def _category(item: dict[str, Any]) -> Category:
    lists = {name: tuple(item.pop(name, ())) for name in ("sectors", "words")}
    return _made(
        Category, item, asset_classes=tuple(item.pop("asset_class")), is_foreign=item.pop("foreign", None), **lists
    )


def _rule(item: dict[str, Any]) -> Rule:
    spans = {name: _span(dict(item.pop(name, {}))) for name in ("acquired", "sold")}
    return _made(Rule, item, categories=tuple(item.pop("categories")), **spans)


def _span(item: dict[str, Any]) -> Span:
    first, last = (date.fromisoformat(day) if (day := item.pop(name, None)) else None for name in ("from", "until"))
    return _made(Span, item, first=first, last=last)


def _made(kind: type[T], rest: dict[str, Any], **values: Any) -> T:
    try:
        return kind(**values, **rest)
    except TypeError as error:
        raise ValueError(f"A {kind.__name__} is not as it must be: {error}") from error
