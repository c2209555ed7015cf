"""Make the everyday money of the demo person, or add what has happened since: through the services of everybody."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.dispatch import receiver

from core.days import today_for
from core.models import Account, User
from core.services import account_create
from core.signals import demo_built
from ledger.demo import household
from ledger.demo.household import Happening
from ledger.models import Balance, Budget, Entry, RecurringEntry, Rule, Terms
from ledger.services.balances import BalanceInput, balance_record
from ledger.services.budgets import BudgetInput, budget_create
from ledger.services.categories import CategoryTree
from ledger.services.entries import EntryInput, entries_record
from ledger.services.recurring import RecurringInput, recurring_create
from ledger.services.rules import RuleInput, rule_create
from ledger.services.terms import TermsInput, terms_create


@receiver(demo_built)
def household_build(person: User, **_: Any) -> None:
    """Nothing where the household has not begun by the person's today."""
    today = today_for(person)
    if today < household.SINCE:
        return
    accounts = _accounts_ensure(person)
    for stated in household.statements(today):
        if not Balance.objects.filter(account=accounts[stated.account], date=stated.day).exists():
            data = BalanceInput(account=accounts[stated.account], date=stated.day, balance=stated.balance)
            balance_record(user=person, data=data)
    _terms_ensure(person, accounts)
    _entries_append(person, accounts, household.happenings(today))
    _plans_ensure(person, accounts)


def _accounts_ensure(person: User) -> dict[str, Account]:
    """By name; "" is the one in which the person invests."""
    accounts = {account.name: account for account in person.accounts.all()}
    for name, kind in household.KINDS.items():
        if name not in accounts:
            accounts[name] = account_create(user=person, fields={"name": name, "kind": kind, "currency": "INR"})
    return {**accounts, household.INVESTED: person.accounts.get(is_default=True)}


def _terms_ensure(person: User, accounts: Mapping[str, Account]) -> None:
    for name, product, rates in (
        (household.PPF, Terms.Product.PPF, household.PPF_RATES),
        (household.LOAN, Terms.Product.LOAN, household.LOAN_RATES),
    ):
        if not Terms.objects.filter(account=accounts[name]).exists():
            told = tuple((since, Decimal(rate)) for since, rate in rates)
            emi = Decimal(household.EMI) if name == household.LOAN else None
            terms = TermsInput(
                account=accounts[name], product=product, rates=told, starts_on=rates[0][0], installment=emi
            )
            terms_create(user=person, data=terms)


def _entries_append(person: User, accounts: Mapping[str, Account], told: list[Happening]) -> None:
    known = set(Entry.objects.filter(user=person, external_id__isnull=False).values_list("external_id", flat=True))
    tree = CategoryTree(person)
    rows = [_entry(one, accounts, tree) for one in told if one.key not in known]
    entries_record(user=person, rows=rows)


def _entry(one: Happening, accounts: Mapping[str, Account], tree: CategoryTree) -> EntryInput:
    kind = Entry.Kind.INCOME if one.is_income else Entry.Kind.EXPENSE
    fields: dict[str, Any] = {"kind": kind}
    if one.to is not None:
        fields = {"kind": Entry.Kind.TRANSFER, "to_account": accounts[one.to]}
    if one.category:
        fields["category"] = tree.at(kind, one.category)
    return EntryInput(
        account=accounts[one.account],
        date=one.day,
        amount=Decimal(one.amount),
        payee=one.payee,
        description=one.description,
        external_id=one.key,
        **fields,
    )


def _plans_ensure(person: User, accounts: Mapping[str, Account]) -> None:
    """Budgets, rules and what recurs: once, so that what was deleted stays so."""
    if Budget.objects.filter(user=person).exists() or Rule.objects.filter(user=person).exists():
        return
    for category, since, amount, carries_over in household.BUDGETS:
        data = BudgetInput(category=category, starts_on=since, amount=Decimal(amount), carries_over=carries_over)
        budget_create(user=person, data=data)
    tree = CategoryTree(person)
    for name, text, path in household.RULES:
        condition = {"field": "text", "op": "contains", "value": text}
        data_of_rule = RuleInput(name=name, conditions=(condition,), category=tree.at(Entry.Kind.EXPENSE, path))
        rule_create(user=person, data=data_of_rule)
    internet = EntryInput(
        account=accounts[household.CARD],
        kind=Entry.Kind.EXPENSE,
        date=household.SINCE,
        amount=Decimal(household.INTERNET),
        payee="Internet provider",
        category=tree.at(Entry.Kind.EXPENSE, "Housing:Internet"),
    )
    if not RecurringEntry.objects.filter(user=person).exists():
        recurring_create(
            user=person, data=RecurringInput(name="Internet", entry=internet, starts_on=household.SINCE.replace(day=15))
        )
