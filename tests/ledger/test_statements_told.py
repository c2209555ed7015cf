"""Statements and terms that anybody writes, as the admin or a shell does: who is told, from which day on, and once."""

from datetime import date
from decimal import Decimal

import pytest

from core.days import EARLIEST_DAY
from core.models import Account, User
from core.services import account_delete
from ledger.models import Balance, Terms, TermsRate
from ledger.signals import ledger_changed


def stated(account: Account, day: date, **fields: object) -> Balance:
    values = {"user": account.user, "balance": Decimal(100), **fields}
    return Balance.objects.create(account=account, date=day, **values)


@pytest.fixture
def terms(bank: Account, heard: list[tuple[int, date]]) -> Terms:
    row = Terms.objects.create(
        user=bank.user, account=bank, product="savings", credited="monthly", starts_on=date(2024, 2, 1)
    )
    TermsRate.objects.create(terms=row, since=date(2024, 2, 1), rate=Decimal("0.03"))
    heard.clear()
    return row


def test_the_first_statement_says_what_was_before_and_a_later_one_does_not(asha, bank, heard):
    stated(bank, date(2024, 1, 5))
    stated(bank, date(2024, 1, 9))

    assert heard == [(asha.pk, EARLIEST_DAY), (asha.pk, date(2024, 1, 9))]


def test_a_change_is_told_once_from_the_earlier_day_on(asha, bank, heard):
    stated(bank, date(2024, 1, 1))
    row = stated(bank, date(2024, 1, 9))
    heard.clear()

    row.date = date(2024, 1, 5)
    row.save()
    row.date = date(2024, 1, 20)
    row.save()

    assert heard == [(asha.pk, date(2024, 1, 5))] * 2


def test_a_statement_that_leaves_an_account_is_told_of_both(asha, bank, dollars, heard):
    """The bank has no statement left: what it had before the 9th was worked back from that."""
    stated(dollars, date(2024, 1, 1))
    row = stated(bank, date(2024, 1, 9))
    heard.clear()

    row.account = dollars
    row.save()

    assert heard == [(asha.pk, EARLIEST_DAY)]


def test_a_statement_that_comes_to_another_person_is_told_to_both(asha, mallory, bank, heard):
    stated(bank, date(2024, 1, 1))
    theirs = mallory.accounts.get()
    stated(theirs, date(2024, 1, 1))
    row = stated(bank, date(2024, 1, 9))
    heard.clear()

    row.user, row.account = mallory, theirs
    row.save()

    assert heard == [(asha.pk, date(2024, 1, 9)), (mallory.pk, date(2024, 1, 9))]


def test_the_only_statement_that_is_deleted_takes_what_was_before_with_it(asha, bank, heard):
    row = stated(bank, date(2024, 1, 9))
    heard.clear()
    row.delete()

    assert heard == [(asha.pk, EARLIEST_DAY)]


def test_statements_that_a_query_deletes_are_told_once_to_each_person(asha, mallory, bank, dollars, heard):
    for account in (bank, dollars, mallory.accounts.get()):
        for day in (1, 5, 9):
            stated(account, date(2024, 1, day))
    heard.clear()

    Balance.objects.filter(date__gt=date(2024, 1, 1)).delete()

    assert heard == [(asha.pk, date(2024, 1, 5)), (mallory.pk, date(2024, 1, 5))]


def test_terms_and_each_rate_are_told_from_their_start_on(asha, terms, heard):
    rate = TermsRate.objects.create(terms=terms, since=date(2024, 5, 1), rate=Decimal("0.04"))
    rate.rate = Decimal("0.05")
    rate.save()
    rate.delete()
    terms.starts_on = date(2024, 1, 1)
    terms.save()

    assert heard == [(asha.pk, date(2024, 2, 1))] * 3 + [(asha.pk, date(2024, 1, 1))]


def test_terms_that_go_with_their_rates_are_told_once(asha, terms, heard):
    terms.delete()

    assert (TermsRate.objects.count(), heard) == (0, [(asha.pk, date(2024, 2, 1))])


def test_terms_before_the_first_statement_change_all_that_is_worked_back_from_it(asha, bank, terms, heard):
    stated(bank, date(2024, 3, 1))
    heard.clear()
    terms.save()

    assert heard == [(asha.pk, EARLIEST_DAY)]


def test_an_account_that_goes_with_its_terms_is_told(asha, bank, terms, heard):
    account_delete(account=bank)

    assert heard == [(asha.pk, date(2024, 2, 1))]


@pytest.mark.parametrize("erase", [User.delete, lambda user: User.objects.filter(pk=user.pk).delete()])
def test_a_person_who_goes_with_all_that_is_theirs_is_told_nothing(asha, bank, terms, heard, erase):
    stated(bank, date(2024, 1, 5))
    heard.clear()
    erase(asha)

    assert (heard, Balance.objects.count(), Terms.objects.count()) == ([], 0, 0)


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_told_is_not_written(bank):
    def refuse(**_: object) -> None:
        raise ZeroDivisionError

    ledger_changed.connect(refuse)
    try:
        with pytest.raises(ZeroDivisionError):
            stated(bank, date(2024, 1, 5))
    finally:
        ledger_changed.disconnect(refuse)

    assert not Balance.objects.exists()
