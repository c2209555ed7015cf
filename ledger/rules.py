"""What the rules of a person make of an entry: no database, no clock; quick enough for a million of them.

Rules are applied in their order, and each sees what those before it did. A rule that `stops` is the last one for what
it finds, also where it finds that all is as it wants it: applied twice, rules do the same as once.

A category of expenses makes an income a refund: an expense of less than nothing. What does not fit an entry is left
undone, and told (`Draft.unfit`): a category of incomes on an expense, any category on a transfer; a transfer of what is
one, into the account that the entry is of, or on a day that account was not open; more tags than an entry can have.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.conditions import Facts, Test, facts_of, tests_of
from ledger.search import tag_word

TRANSFER = "transfer"
MOST_TAGS = 20
"""Of an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry before it is written, or as it is; the fields are those of `ledger.models.Entry`.

    rules: those that changed it. unfit: those that would have, if what they set had been fit for it.
    """

    kind: str
    date: date
    amount: Decimal
    currency: str
    account_id: int
    account_amount: Decimal | None = None
    to_account_id: int | None = None
    to_amount: Decimal | None = None
    category_id: int | None = None
    payee: str = ""
    description: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    rules: tuple[int, ...] = ()
    unfit: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategorySet:
    """The category that a rule sets, and of which kind of entries it is."""

    id: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """The account at the other end of the transfer that a rule makes, and the days it is open."""

    id: int
    opened_on: date | None = None
    closed_on: date | None = None

    def is_open(self, day: date) -> bool:
        return (self.opened_on is None or day >= self.opened_on) and (self.closed_on is None or day <= self.closed_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTerms:
    """One rule: when it applies and what it sets; empty is left as it is.

    conditions: as `ledger.conditions.condition_checked` gave them.
    """

    id: int
    conditions: Sequence[Mapping[str, Any]]
    any_of_them: bool = False
    category: CategorySet | None = None
    payee: str = ""
    description: str = ""
    add_tags: tuple[str, ...] = ()
    to_account: Counterpart | None = None
    stops: bool = False


class Rules:
    """Rules in their order, made ready once for many entries."""

    def __init__(self, rules: Iterable[RuleTerms]) -> None:
        self._rules = [(_matcher(rule), rule) for rule in rules]

    def __bool__(self) -> bool:
        return bool(self._rules)

    def applied(self, draft: Draft) -> Draft:
        """What becomes of it; the same object where no rule changed anything."""
        facts = _facts(draft)
        for matches, rule in self._rules:
            if not matches(facts):
                continue
            changed = _done(rule, draft)
            if changed is not draft:
                draft, facts = changed, _facts(changed)
            if rule.stops:
                break
        return draft


def _facts(draft: Draft) -> Facts:
    return facts_of(
        texts=(draft.payee, draft.description, draft.note),
        tags=draft.tags,
        kind=draft.kind,
        account=draft.account_id,
        currency=draft.currency,
        amount=draft.amount,
        day=draft.date,
    )


def _matcher(rule: RuleTerms) -> Callable[[Facts], bool]:
    """A rule without conditions finds nothing."""
    tests = tests_of(rule.conditions)
    if len(tests) == 1:
        return tests[0]
    return _any(tests) if rule.any_of_them or not tests else _all(tests)


def _any(tests: Sequence[Test]) -> Test:
    def matches(facts: Facts) -> bool:
        for test in tests:  # a loop, because `any` of a generator takes thrice as long  # noqa: SIM110
            if test(facts):
                return True
        return False

    return matches


def _all(tests: Sequence[Test]) -> Test:
    def matches(facts: Facts) -> bool:
        for test in tests:  # noqa: SIM110
            if not test(facts):
                return False
        return True

    return matches


def _done(rule: RuleTerms, draft: Draft) -> Draft:
    """The draft with all that the rule sets; the same object where that is nothing new."""
    changes: dict[str, Any] = {
        field: value
        for field, value in (("payee", rule.payee), ("description", rule.description))
        if value and value != getattr(draft, field)
    }
    fits = True
    for found, is_fit in (
        _tagged(rule.add_tags, draft),
        _filing(rule.category, draft),
        _transfer(rule.to_account, draft),  # at last: it takes the category away
    ):
        changes |= found
        fits &= is_fit
    if changes:
        changes["rules"] = (*draft.rules, rule.id)
    if not fits:
        changes["unfit"] = (*draft.unfit, rule.id)
    return replace(draft, **changes) if changes else draft


def _tagged(tags: Sequence[str], draft: Draft) -> tuple[dict[str, Any], bool]:
    """What to change so that the draft has the tags, and whether that is fit for it."""
    if not tags:
        return {}, True
    there = set(map(tag_word, draft.tags))
    fresh = tuple(tag for tag in tags if tag_word(tag) not in there)
    if len(draft.tags) + len(fresh) > MOST_TAGS:
        return {}, False
    return ({"tags": draft.tags + fresh} if fresh else {}), True


def _filing(category: CategorySet | None, draft: Draft) -> tuple[dict[str, Any], bool]:
    """What to change so that the draft is of the category, and whether that is fit for it."""
    if category is None or category.id == draft.category_id:
        return {}, True
    if category.kind == draft.kind:
        return {"category_id": category.id}, True
    if draft.kind == "income" and draft.amount > 0:
        return {"category_id": category.id, **_refund(draft)}, True
    return {}, False


def _refund(draft: Draft) -> dict[str, Any]:
    """What came in for something that was bought is an expense taken back."""
    charged = None if draft.account_amount is None else -draft.account_amount
    return {"kind": "expense", "amount": -draft.amount, "account_amount": charged}


def _transfer(other: Counterpart | None, draft: Draft) -> tuple[dict[str, Any], bool]:
    """What to change so that the draft is a transfer to or from the other account, and whether that is fit for it.

    What left the account went to the other one; what came into it (an income, an expense taken back) came from there.
    """
    if other is None or (draft.kind == TRANSFER and other.id in (draft.account_id, draft.to_account_id)):
        return {}, True
    if draft.kind == TRANSFER or other.id == draft.account_id or not other.is_open(draft.date):
        return {}, False
    here = None if draft.account_amount is None else abs(draft.account_amount)
    arrives = (draft.kind == "income") == (draft.amount > 0)
    ends = (
        {"account_id": other.id, "to_account_id": draft.account_id, "account_amount": None, "to_amount": here}
        if arrives
        else {"to_account_id": other.id, "account_amount": here}
    )
    return {"kind": TRANSFER, "amount": abs(draft.amount), "category_id": None, **ends}, True
