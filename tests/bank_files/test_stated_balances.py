"""What files state of balances: kept beside what is there, and never instead of it in silence."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.errors import InvalidInput
from core.models import Account
from ledger.models import Balance, BankImport
from ledger.services.balances import BalanceInput, balance_record
from ledger.services.bank_imports import import_undo
from ledger.signals import ledger_changed
from tests.bank_files.conftest import take
from tests.bank_files.files import INDIAN, ofx, ofx_row, ofx_statement

D = Decimal
HEAD = "Date,Details,Amount,Balance\n"


def stated(account):
    return {row.date.isoformat(): row.balance for row in account.balances.all()}


@pytest.fixture
def marks():
    """From which days on accounts were said to be different."""
    found: list[date] = []

    def note(since, **_):
        found.append(since)

    ledger_changed.connect(note)
    yield found
    ledger_changed.disconnect(note)


def test_the_ends_of_days_are_stated(bank, marks):
    taken = take(bank, INDIAN)
    assert stated(bank) == {"2024-01-03": D("123156.78"), "2024-01-13": D("223156.78")}
    assert taken.balances_created == 2
    assert set(bank.balances.values_list("bank_import", flat=True)) == {taken.bank_import}
    assert min(marks) == date(1900, 1, 1)  # what was before the first statement is worked back from it


def test_a_balance_of_another_value_stays_and_is_told(bank):
    balance_record(user=bank.user, data=BalanceInput(account=bank, date=date(2024, 1, 13), balance=D(5)))
    taken = take(bank, INDIAN)
    assert taken.balances_created == 1
    assert [(one.line, one.balance, one.kept) for one in taken.balances_disagreeing] == [(7, D("223156.78"), D(5))]
    assert stated(bank)["2024-01-13"] == 5


def test_a_file_that_has_the_rest_of_a_day_replaces_its_balance(bank):
    """The first was cut after the first of two rows of the 4th: 100 - 10 = 90, then 90 - 20 = 70."""
    rows = "2024-01-03,A,-5,100\n2024-01-04,B,-10,90\n"
    take(bank, HEAD + rows)
    taken = take(bank, f"{HEAD}{rows}2024-01-04,C,-20,70\n")
    assert stated(bank) == {"2024-01-03": 100, "2024-01-04": 70}
    assert (taken.balances_replaced, taken.balances_disagreeing) == ([date(2024, 1, 4)], [])


def test_a_balance_of_a_day_that_was_not_over_is_withdrawn(bank):
    """OFX was loaded at noon of the 4th: its balance is not that of the evening, as a later file shows."""
    first = ofx_row("20240104", "-10", "A1", "B")
    take(bank, ofx(ofx_statement(first, balance="90 20240104")))
    later = ofx_statement(first, ofx_row("20240104", "-20", "A2", "C"), balance="70 20240105")
    taken = take(bank, ofx(later))
    assert stated(bank) == {"2024-01-05": 70}
    assert taken.balances_withdrawn == [date(2024, 1, 4)]


def test_what_a_person_stated_is_not_withdrawn(bank):
    balance_record(user=bank.user, data=BalanceInput(account=bank, date=date(2024, 1, 3), balance=D(5)))
    take(bank, "Date,Details,Amount\n2024-01-03,Tea,-5\n")
    assert stated(bank) == {"2024-01-03": 5}


def test_undo_takes_the_balances_back(bank, marks):
    balance_record(user=bank.user, data=BalanceInput(account=bank, date=date(2024, 1, 1), balance=D(5)))
    take(bank, INDIAN)
    marks.clear()
    import_undo(bank_import=BankImport.objects.get())
    assert stated(bank) == {"2024-01-01": 5}
    assert min(marks) == date(2024, 1, 3)


def test_an_account_that_keeps_no_money_has_no_balance(asha):
    broker = Account.objects.create(user=asha, name="Broker", kind="broker", currency="INR")
    taken = take(broker, INDIAN)
    assert taken.created == 3
    assert {one.code for one in taken.warnings} == {"balance_unusable"}
    assert not Balance.objects.exists()


def test_a_loan_owes(asha):
    loan = Account.objects.create(user=asha, name="Loan", kind="loan", currency="INR")
    row = ofx_row("20240104", "10", "A1", "EMI")
    taken = take(loan, ofx(ofx_statement(row, balance="90 20240104")))
    assert [one.code for one in taken.warnings] == ["balance_unusable"]
    assert take(loan, ofx(ofx_statement(row, balance="-90 20240104"))).balances_created == 1


def test_a_balance_of_tomorrow_is_not_taken(bank):
    later = (date.today() + timedelta(days=3)).strftime("%Y%m%d")
    taken = take(bank, ofx(ofx_statement(ofx_row("20240104", "-10", "A1", "B"), balance=f"90 {later}")))
    assert [one.code for one in taken.warnings] == ["balance_unusable"]


def test_a_wrong_sign_is_refused_and_inverted(bank):
    rows = "2024-01-03,A,10,90\n2024-01-04,B,20,70\n2024-01-05,C,-5,75\n"
    with pytest.raises(InvalidInput, match="invert") as refused:
        take(bank, HEAD + rows)
    assert refused.value.errors[0].attr == "3.amount"
    told = {"date": "Date", "description": "Details", "amount": "Amount", "balance": "Balance", "invert": True}
    taken = take(bank, HEAD + rows, mapping=told)
    assert [(one.kind, one.amount) for one in taken.new_entries] == [
        ("expense", 10), ("expense", 20), ("income", 5),
    ]  # fmt: skip
