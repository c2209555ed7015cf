"""Writes of terms and their rates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from core.activity import edit_record
from core.days import today_for
from core.errors import InvalidInput, NotFound
from core.locks import person_lock
from core.models import Account, User
from core.money import plain
from core.selectors import account_named
from ledger.models import Terms, TermsRate

KINDS = frozenset({"deposit", "loan", "property", "other", "bank"})
"""Of accounts that may have terms."""
LONGEST_YEARS = 100
MOST_RATES = 500
PRESETS: Mapping[str, tuple[str, str]] = {
    Terms.Product.FIXED_DEPOSIT: (Terms.Credited.QUARTERLY, Terms.Basis.DAILY),
    Terms.Product.RECURRING_DEPOSIT: (Terms.Credited.QUARTERLY, Terms.Basis.DAILY),
    Terms.Product.PPF: (Terms.Credited.FINANCIAL_YEAR, Terms.Basis.LOWEST_AFTER_FIFTH),
    Terms.Product.EPF: (Terms.Credited.FINANCIAL_YEAR, Terms.Basis.MONTH_OPENING),
    Terms.Product.NPS: (Terms.Credited.DAILY, Terms.Basis.DAILY),
    Terms.Product.SAVINGS: (Terms.Credited.QUARTERLY, Terms.Basis.DAILY),
    Terms.Product.LOAN: (Terms.Credited.MONTHLY, Terms.Basis.DAILY),
    Terms.Product.OTHER: (Terms.Credited.YEARLY, Terms.Basis.DAILY),
}
"""When the interest of a product is credited, and on what basis it is counted, where a person does not say so."""


@dataclass(frozen=True, kw_only=True)
class TermsInput:
    """credited, basis: empty is the product's. rates: (since, yearly rate as a fraction), in any order."""

    account: Account
    product: str
    starts_on: date
    rates: Sequence[tuple[date, Decimal]]
    credited: str = ""
    basis: str = ""
    matures_on: date | None = None
    installment: Decimal | None = None


@transaction.atomic
def terms_create(*, user: User, data: TermsInput) -> Terms:
    person_lock(user.pk)
    return _written(Terms(user=user), data)


@transaction.atomic
def terms_change(*, terms: Terms, data: TermsInput) -> Terms:
    person_lock(terms.user_id)
    return _written(_present(terms), data)


@transaction.atomic
def terms_delete(*, terms: Terms) -> None:
    person_lock(terms.user_id)
    _present(terms).delete()


def _present(terms: Terms) -> Terms:
    """As it is now: another request may have changed or deleted it meanwhile."""
    row = Terms.objects.select_related("account", "user").filter(pk=terms.pk, user_id=terms.user_id).first()
    if row is None:
        raise NotFound
    return row


def _written(row: Terms, data: TermsInput) -> Terms:
    credited, basis = PRESETS[data.product]
    row.account = account_named(row.user_id, data.account.pk)
    row.product, row.starts_on, row.matures_on = data.product, data.starts_on, data.matures_on
    row.credited, row.basis, row.installment = data.credited or credited, data.basis or basis, data.installment
    _check(row)
    rates = _checked_rates(data.rates)
    row.save()  # which tells of the rates, too: these are written in bulk
    _rates_record(row, rates)
    before = row.rates.all()
    before._raw_delete(using=before.db)
    TermsRate.objects.bulk_create([TermsRate(terms=row, since=since, rate=rate) for since, rate in rates])
    return row


def rates_told(rates: Iterable[tuple[date, Decimal]]) -> list[dict[str, str]]:
    """As the log of edits has them."""
    return [{"since": since.isoformat(), "rate": plain(rate)} for since, rate in rates]


def _rates_record(row: Terms, rates: Sequence[tuple[date, Decimal]]) -> None:
    before = list(row.rates.values_list("since", "rate"))
    if before and before != rates:
        edit_record(row, before={"rates": rates_told(before)}, after={"rates": rates_told(rates)})


def _check(row: Terms) -> None:
    if row.account.kind not in KINDS:
        raise InvalidInput(f"An account of kind {row.account.kind} has no terms.", attr="account", code="no_terms")
    if Terms.objects.filter(account=row.account).exclude(pk=row.pk).exists():
        raise InvalidInput("This account has terms already; change those.", attr="account", code="unique")
    _check_days(row)
    if row.credited == Terms.Credited.DAILY and row.basis != Terms.Basis.DAILY:
        detail = "What is counted by months cannot be credited each day: give the basis daily."
        raise InvalidInput(detail, attr="basis", code="not_daily")


def _check_days(row: Terms) -> None:
    if row.starts_on.year - today_for(row.user).year > LONGEST_YEARS:
        raise InvalidInput(f"Must be within {LONGEST_YEARS} years.", attr="starts_on")
    if row.matures_on is None:
        if row.credited == Terms.Credited.AT_MATURITY:
            raise InvalidInput("Interest at maturity needs the day of it.", attr="matures_on", code="required")
        return
    if row.matures_on <= row.starts_on:
        raise InvalidInput(f"Must be after the start, {row.starts_on}.", attr="matures_on")
    if row.matures_on.year - row.starts_on.year > LONGEST_YEARS:
        raise InvalidInput(f"Must be within {LONGEST_YEARS} years of the start.", attr="matures_on")


def _checked_rates(rates: Sequence[tuple[date, Decimal]]) -> list[tuple[date, Decimal]]:
    if not rates:
        raise InvalidInput("At least one rate is needed.", attr="rates", code="empty")
    if len({since for since, _ in rates}) < len(rates):
        raise InvalidInput("Of each day there is one rate.", attr="rates", code="unique")
    return sorted(rates)
