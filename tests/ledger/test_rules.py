"""What rules make of an entry: conditions, order, what they set, and what does not fit."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.conditions import ConditionError, condition_checked
from ledger.rules import CategorySet, Counterpart, Draft, Rules, RuleTerms

BANK, SAVINGS, CARD = 1, 2, 3
FOOD, COFFEE, SALARY = (
    CategorySet(id=10, kind="expense"),
    CategorySet(id=11, kind="expense"),
    CategorySet(id=20, kind="income"),
)
MONDAY = date(2024, 1, 8)


def draft(**fields: Any) -> Draft:
    common = {"kind": "expense", "date": MONDAY, "amount": Decimal("4.50"), "currency": "INR", "account_id": BANK}
    return Draft(**{**common, **fields})


def rule(number: int, *conditions: tuple[str, str, Any], **terms: Any) -> RuleTerms:
    checked = [condition_checked(*condition) for condition in conditions]
    return RuleTerms(id=number, conditions=checked, **terms)


def finds(condition: tuple[str, str, Any], entry: Draft) -> bool:
    return Rules([rule(1, condition, add_tags=("found",))]).applied(entry).tags != entry.tags


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (("payee", "contains", "coffee"), True),
        (("payee", "contains", "COFFEE-HOUSE"), True),  # signs are spaces, case is nothing
        (("payee", "contains", "offee ho"), True),
        (("payee", "contains", "housecoffee"), False),
        (("payee", "starts_with", "café"), True),
        (("payee", "starts_with", "caf"), True),
        (("payee", "starts_with", "coffee"), False),
        (("payee", "ends_with", "house"), True),
        (("payee", "ends_with", "ouse"), True),
        (("payee", "ends_with", "coffee"), False),
        (("payee", "equals", "cafe coffee house"), True),
        (("payee", "equals", "cafe coffee"), False),
        (("payee", "has_word", "coffee"), True),
        (("payee", "has_word", "coffee house"), True),
        (("payee", "has_word", "coff"), False),
        (("description", "contains", "card 4711"), True),
        (("description", "contains", "coffee"), False),
        (("note", "equals", "with Ravi"), True),
        (("text", "has_word", "ravi"), True),
        (("text", "equals", "card 4711"), True),
        (("text", "has_word", "treat"), False),  # that is a tag
        (("tag", "equals", "Treat"), True),
        (("tag", "starts_with", "wor"), True),
        (("tag", "equals", "wor"), False),
        (("amount", "at_least", "4.5"), True),
        (("amount", "at_least", "4.51"), False),
        (("amount", "at_most", 4.5), True),
        (("amount", "at_most", "4.4999"), False),
        (("amount", "equals", "4.500"), True),
        (("amount", "equals", "4"), False),
        (("kind", "is", "expense"), True),
        (("kind", "is", "income"), False),
        (("account", "is", BANK), True),
        (("account", "is", CARD), False),
        (("currency", "is", "inr"), True),
        (("currency", "is", "USD"), False),
        (("weekday", "is", "monday"), True),
        (("weekday", "is", "sunday"), False),
    ],
)
def test_condition(condition: tuple[str, str, Any], found: bool) -> None:
    entry = draft(payee="CAFÉ Coffee-House", description="Card 4711", note="with Ravi", tags=("treat", "work day"))
    assert finds(condition, entry) is found


def test_a_word_of_the_text_may_come_twice() -> None:
    assert finds(("payee", "equals", "Chai Chai"), draft(payee="chai, chai!"))
    assert not finds(("payee", "equals", "Chai Chai"), draft(payee="chai"))


def test_text_in_an_indian_script_keeps_its_vowels() -> None:
    assert finds(("payee", "has_word", "चाय"), draft(payee="चाय घर"))
    assert not finds(("payee", "equals", "चय"), draft(payee="चाय"))


def test_all_or_any_of_the_conditions() -> None:
    pair = (("payee", "contains", "metro"), ("amount", "at_most", "50"))
    both, one = Rules([rule(1, *pair, category=FOOD)]), Rules([rule(1, *pair, category=FOOD, any_of_them=True)])
    cheap, far = draft(payee="Bus"), draft(payee="Metro", amount=Decimal(60))
    assert [rules.applied(entry).category_id for rules in (both, one) for entry in (cheap, far)] == [None, None, 10, 10]
    assert both.applied(draft(payee="Metro")).category_id == FOOD.id


def test_a_rule_without_conditions_finds_nothing() -> None:
    for any_of_them in (False, True):
        assert Rules([rule(1, category=FOOD, any_of_them=any_of_them)]).applied(draft()).category_id is None


def test_it_sets_what_it_says_and_leaves_the_rest() -> None:
    entry = draft(payee="AMZN*MKTP 12", description="as it was", tags=("home", "gift"))
    rules = Rules([rule(7, ("payee", "contains", "amzn"), payee="Amazon", add_tags=("shop", "gift"), category=FOOD)])
    done = rules.applied(entry)
    assert (done.payee, done.description, done.category_id) == ("Amazon", "as it was", FOOD.id)
    assert done.tags == ("home", "gift", "shop")
    assert (done.rules, done.unfit) == ((7,), ())


def test_nothing_new_is_no_change() -> None:
    entry = draft(payee="Amazon", tags=("shop",), category_id=FOOD.id)
    rules = Rules([rule(7, ("payee", "contains", "ama"), payee="Amazon", add_tags=("shop",), category=FOOD)])
    assert rules.applied(entry) is entry


def test_each_rule_sees_what_those_before_it_did() -> None:
    rules = Rules(
        [
            rule(1, ("payee", "contains", "amzn"), payee="Amazon", add_tags=("Shop",)),
            rule(2, ("payee", "equals", "amazon"), ("tag", "equals", "shop"), category=FOOD),
        ]
    )
    done = rules.applied(draft(payee="AMZN"))
    assert (done.category_id, done.rules) == (FOOD.id, (1, 2))


def test_the_last_rule_that_finds_an_entry_decides_its_category() -> None:
    rules = Rules(
        [rule(1, ("payee", "contains", "bar"), category=FOOD), rule(2, ("amount", "at_most", 5), category=COFFEE)]
    )
    assert rules.applied(draft(payee="Bar")).category_id == COFFEE.id
    assert rules.applied(draft(payee="Bar", amount=Decimal(9))).category_id == FOOD.id


def test_a_rule_that_stops_is_the_last_one() -> None:
    rules = Rules(
        [
            rule(1, ("payee", "contains", "bar"), category=FOOD, stops=True),
            rule(2, ("kind", "is", "expense"), category=COFFEE),
        ]
    )
    once = rules.applied(draft(payee="Bar"))
    assert (once.category_id, once.rules) == (FOOD.id, (1,))
    assert rules.applied(once) is once  # also where it has nothing left to do
    assert rules.applied(draft(payee="Shop")).category_id == COFFEE.id


def test_a_category_of_another_kind_does_not_fit() -> None:
    rules = Rules([rule(4, ("payee", "contains", "acme"), category=SALARY, add_tags=("work",))])
    spent = rules.applied(draft(payee="Acme"))
    assert (spent.category_id, spent.tags, spent.rules, spent.unfit) == (None, ("work",), (4,), (4,))
    earned = rules.applied(draft(payee="Acme", kind="income"))
    assert (earned.category_id, earned.unfit) == (SALARY.id, ())
    moved = rules.applied(draft(payee="Acme", kind="transfer", to_account_id=SAVINGS))
    assert (moved.category_id, moved.unfit) == (None, (4,))


def test_what_came_back_of_a_purchase_is_a_refund() -> None:
    rules = Rules([rule(4, ("payee", "contains", "shop"), category=FOOD)])
    back = rules.applied(draft(payee="Shop", kind="income", amount=Decimal(45), account_amount=Decimal(3600)))
    assert (back.kind, back.amount, back.account_amount, back.category_id) == ("expense", -45, -3600, FOOD.id)
    assert (back.rules, back.unfit) == ((4,), ())
    assert rules.applied(back) is back


def transfer_of(entry: Draft, **account: Any) -> Draft:
    rules = Rules([rule(5, ("currency", "is", "INR"), to_account=Counterpart(**{"id": SAVINGS, **account}))])
    return rules.applied(entry)


ENDS = ("kind", "amount", "account_id", "account_amount", "to_account_id", "to_amount", "category_id")


@pytest.mark.parametrize(
    ("entry", "ends"),
    [
        ({"kind": "expense", "amount": 90}, (90, BANK, None, SAVINGS, None)),
        ({"kind": "income", "amount": 90}, (90, SAVINGS, None, BANK, None)),
        # What was taken back came in, what was given back went out.
        ({"kind": "expense", "amount": -90}, (90, SAVINGS, None, BANK, None)),
        ({"kind": "income", "amount": -90}, (90, BANK, None, SAVINGS, None)),
        # What the account was charged or paid in its own currency stays with it.
        ({"kind": "expense", "amount": 90, "account_amount": 7200}, (90, BANK, 7200, SAVINGS, None)),
        ({"kind": "income", "amount": 90, "account_amount": 7200}, (90, SAVINGS, None, BANK, 7200)),
        ({"kind": "expense", "amount": -90, "account_amount": -7200}, (90, SAVINGS, None, BANK, 7200)),
    ],
)
def test_it_makes_a_transfer(entry: Mapping[str, Any], ends: tuple[int | None, ...]) -> None:
    done = transfer_of(draft(category_id=FOOD.id, **entry))
    assert tuple(getattr(done, name) for name in ENDS) == ("transfer", *ends, None)
    assert done.rules == (5,)
    assert transfer_of(done) is done


@pytest.mark.parametrize(
    ("entry", "account"),
    [
        ({"account_id": SAVINGS}, {}),  # into itself
        ({"kind": "transfer", "to_account_id": CARD}, {}),  # it says already where it went
        ({}, {"opened_on": date(2024, 1, 9)}),
        ({}, {"closed_on": date(2024, 1, 7)}),
    ],
)
def test_a_transfer_that_cannot_be_is_not_made(entry: Mapping[str, Any], account: Mapping[str, Any]) -> None:
    before = draft(**entry)
    done = transfer_of(before, **account)
    assert tuple(getattr(done, name) for name in ENDS) == tuple(getattr(before, name) for name in ENDS)
    assert (done.rules, done.unfit) == ((), (5,))


def test_an_account_is_open_on_its_first_and_last_day() -> None:
    assert transfer_of(draft(), opened_on=MONDAY, closed_on=MONDAY).kind == "transfer"


@pytest.mark.parametrize(
    ("condition", "part"),
    [
        (("colour", "is", "red"), "field"),
        ((["payee"], "is", "red"), "field"),
        (("payee", "matches", ".*"), "op"),
        (("payee", "at_least", "1"), "op"),
        (("amount", "contains", "1"), "op"),
        (("payee", None, "x"), "op"),
        (("payee", {}, "x"), "op"),
        (("payee", "contains", ""), "value"),
        (("payee", "contains", "*?!"), "value"),  # no word: it would find everything
        (("payee", "contains", "x" * 201), "value"),
        (("payee", "contains", 5), "value"),
        (("payee", "contains", None), "value"),
        (("amount", "at_least", "much"), "value"),
        (("amount", "at_least", True), "value"),
        (("amount", "at_least", None), "value"),
        (("amount", "at_least", "NaN"), "value"),
        (("amount", "at_least", "Infinity"), "value"),
        (("amount", "at_least", "1e12"), "value"),
        (("amount", "at_least", "1e999999999"), "value"),
        (("amount", "at_least", "1e-999999999"), "value"),
        (("amount", "at_least", "0.00001"), "value"),
        (("account", "is", "1"), "value"),
        (("account", "is", True), "value"),
        (("account", "is", 0), "value"),
        (("kind", "is", "gift"), "value"),
        (("weekday", "is", "someday"), "value"),
        (("currency", "is", "XXQ"), "value"),
    ],
)
def test_what_is_wrong_with_a_condition_is_named(condition: tuple[Any, Any, Any], part: str) -> None:
    with pytest.raises(ConditionError) as refused:
        condition_checked(*condition)
    assert refused.value.part == part


words = st.text(alphabet="aáBß -.#ी1", max_size=8)
entries = st.builds(
    draft,
    kind=st.sampled_from(["expense", "income"]),
    amount=st.integers(-5, 5).filter(bool).map(Decimal),
    account_id=st.sampled_from([BANK, SAVINGS]),
    payee=words,
    description=words,
    tags=st.lists(words, max_size=2).map(tuple),
)
conditions = st.one_of(
    st.tuples(
        st.sampled_from(["payee", "description", "text", "tag"]),
        st.sampled_from(["contains", "starts_with", "ends_with", "equals", "has_word"]),
        st.sampled_from(["a", "b", "1", "ss"]),
    ),
    st.tuples(st.just("amount"), st.sampled_from(["at_least", "at_most", "equals"]), st.integers(-5, 5)),
    st.tuples(st.just("kind"), st.just("is"), st.sampled_from(["expense", "income", "transfer"])),
)
terms = st.fixed_dictionaries(
    {},
    optional={
        "category": st.sampled_from([FOOD, COFFEE, SALARY]),
        "description": st.sampled_from(["a", "b 1"]),
        "add_tags": st.sampled_from([("a",), ("1", "a")]),
        "to_account": st.just(Counterpart(id=SAVINGS)),
        "any_of_them": st.booleans(),
    },
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.lists(conditions, min_size=1, max_size=3), terms), max_size=4), entries)
def test_rules_keep_an_entry_whole(described: list[Any], entry: Draft) -> None:
    """What leaves an account or comes into it stays the same to the last paisa, and no rule takes a tag away."""
    done = Rules(rule(number, *asked, **set_to) for number, (asked, set_to) in enumerate(described)).applied(entry)
    assert into(done, entry.account_id) == into(entry, entry.account_id)
    assert done.tags[: len(entry.tags)] == entry.tags
    assert (done == entry) is (done is entry)
    is_transfer = done.kind == "transfer" and done.amount > 0 and done.category_id is None
    is_refund = (entry.kind, done.kind) == ("income", "expense") and done.amount == -entry.amount < 0
    assert done.kind == entry.kind or is_transfer or is_refund


def into(entry: Draft, account: int) -> Decimal:
    """What the entry brings to the account."""
    if entry.kind == "transfer":
        return entry.amount if entry.to_account_id == account else -entry.amount
    return entry.amount if entry.kind == "income" else -entry.amount
