"""Reads of a person's rules, made ready to be applied."""

from collections.abc import Collection

from django.db.models import QuerySet

from core.models import User
from ledger.models import Rule
from ledger.rules import CategorySet, Counterpart, Rules, RuleTerms

UNSAVED = 0
"""In place of the id of a rule, or of its category, that is only being tried."""


def kept_rules_of(user: User) -> QuerySet[Rule]:
    """In their order."""
    return Rule.objects.filter(user_id=user.pk).select_related("category", "to_account").order_by("position", "pk")


def rules_of(user: User, *, ids: Collection[int] | None = None) -> Rules:
    """The active ones; or those of `ids`, active or not."""
    rows = kept_rules_of(user)
    asked = rows.filter(is_active=True) if ids is None else rows.filter(pk__in=ids)
    return Rules(map(terms_of, asked))


def terms_of(rule: Rule) -> RuleTerms:
    """Of a rule that may not be saved."""
    category, other = rule.category, rule.to_account
    return RuleTerms(
        id=rule.pk or UNSAVED,
        conditions=rule.conditions,
        any_of_them=rule.match == Rule.Match.ANY,
        category=CategorySet(id=category.pk or UNSAVED, kind=category.kind) if category else None,
        payee=rule.payee,
        description=rule.description,
        add_tags=tuple(rule.add_tags),
        to_account=Counterpart(id=other.pk, opened_on=other.opened_on, closed_on=other.closed_on) if other else None,
        stops=rule.stops,
    )
