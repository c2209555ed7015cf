"""Whom edits of everyday money mark and from which day on; live rates; rebuilds that are overtaken; and how many
queries it takes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics import rebuild
from analytics.inputs import inputs_load
from analytics.live import reach_of
from analytics.models import HistoryMark, HistoryYear
from analytics.rebuild import history_rebuild
from analytics.selectors import history_state
from core.days import EARLIEST_DAY
from core.models import Account, User
from core.services import account_create, account_update
from ledger.models import Category
from ledger.services.balances import balance_delete
from ledger.services.entries import EntryInput, entries_change, entries_record
from ledger.services.terms import TermsInput, terms_create
from portfolio.services.prices import prices_record
from tests.analytics.bank_and_wallet import state
from tests.analytics.conftest import NET_WORTH, SUMMARY, TODAY, closes, enter, travel
from tests.analytics.money_makers import entered
from tests.analytics.test_history import check_stored
from tests.analytics.test_live import quote
from tests.analytics.test_marks import built, dirty

D = Decimal
JANUARY = [date(2024, 1, day) for day in range(1, 32)]


def test_an_entry_marks_from_its_day(asha, money, bank, mallory):
    built(asha)
    entered(bank, "expense", "2024-01-07", "5")
    assert dirty() == {"asha": date(2024, 1, 7)}


def test_a_statement_marks_from_its_day(asha, money, bank):
    built(asha)
    state(bank, "2024-01-09", "5")
    assert dirty() == {"asha": date(2024, 1, 9)}


def test_what_changes_before_the_first_statement_changes_all_before(asha, money, wallet):
    """The wallet had 5 dollars on the 9th, so what came on the 8th says what there was on the 1st."""
    state(wallet, "2024-01-09", "5")
    assert dirty() == {"asha": EARLIEST_DAY}
    built(asha)
    entered(wallet, "income", "2024-01-09", "1")
    assert dirty() == {"asha": EARLIEST_DAY}
    built(asha)
    entered(wallet, "income", "2024-01-10", "1")
    assert dirty() == {"asha": date(2024, 1, 10)}


def test_the_first_statement_goes(asha, money, bank):
    built(asha)
    balance_delete(balance=money["opened"])
    assert dirty() == {"asha": EARLIEST_DAY}
    check_stored(asha)


def test_cash_of_trades_before_the_first_statement(asha, schwab, at_noon):
    enter(schwab, "deposit", "2024-01-02", amount="100")
    state(schwab, "2024-01-05", "250")
    built(asha)
    enter(schwab, "deposit", "2024-01-04", amount="30")
    assert dirty() == {"asha": EARLIEST_DAY}
    check_stored(asha)
    enter(schwab, "deposit", "2024-01-06", amount="30")
    assert dirty() == {"asha": date(2024, 1, 6)}


def test_terms(asha, money, wallet):
    deposit = account_create(user=asha, fields={"name": "Deposit", "kind": "deposit"})
    state(deposit, "2024-01-02", "1000")
    built(asha)
    rates = [(date(2024, 1, 5), D("0.07"))]
    data = TermsInput(account=deposit, product="fixed_deposit", starts_on=date(2024, 1, 5), rates=rates)
    terms_create(user=asha, data=data)
    assert dirty() == {"asha": date(2024, 1, 5)}
    check_stored(asha)


def test_a_note_is_no_edit_of_the_history(asha, money):
    built(asha)
    entries_change(user=asha, entries=[money["rent"]], changes={"note": "late", "category": "Home:Rent"})
    assert Category.objects.count() == 2
    assert dirty() == {}


def test_another_kind_of_account(asha, money, bank, schwab):
    """The bank has a statement of its first day, which says what it had before any entry of that day."""
    enter(schwab, "deposit", "2024-01-02", amount="100")
    built(asha)
    account_update(account=bank, changes={"kind": "deposit"})
    assert dirty() == {"asha": EARLIEST_DAY}
    check_stored(asha)
    account_update(account=schwab, changes={"kind": "other"})
    assert dirty() == {"asha": EARLIEST_DAY}
    check_stored(asha)


@pytest.mark.parametrize(
    ("currency", "entry_currency", "is_marked"), [("INR", "INR", False), ("USD", "USD", True), ("INR", "USD", True)]
)
def test_a_rate_marks_whose_money_is_foreign(asha, dollar, at_noon, currency, entry_currency, is_marked):
    closes(dollar, d2024_01_01="83")
    account = account_create(user=asha, fields={"name": "Bank", "kind": "bank", "currency": currency})
    entered(account, "income", "2024-01-03", "10", currency=entry_currency)
    built(asha)
    closes(dollar, d2024_01_05="84")
    assert dirty() == ({"asha": date(2024, 1, 5)} if is_marked else {})
    check_stored(asha)


def test_a_rate_marks_whose_statements_are_foreign(asha, dollar, wallet, at_noon):
    """And where it comes before the first statement, from the beginning."""
    closes(dollar, d2024_01_01="83")
    state(wallet, "2024-01-05", "10")
    entered(wallet, "income", "2024-01-03", "830", currency="INR")
    built(asha)
    closes(dollar, d2024_01_06="84")
    assert dirty() == {"asha": date(2024, 1, 6)}
    built(asha)
    closes(dollar, d2024_01_04="84")
    assert dirty() == {"asha": date(2024, 1, 3)}
    check_stored(asha)


def test_a_live_rate_moves_money(asha, asha_api, money, dollar):
    """The wallet has a dollar."""
    assert asha_api.get(SUMMARY).json()["net_worth"] == "798"
    quote(dollar, "90")
    assert asha_api.get(SUMMARY).json()["net_worth"] == "806"
    mark = HistoryMark.objects.get(user=asha)
    assert reach_of(asha, mark).until == {dollar.pk: date.max}
    closes(dollar, d2024_01_10="90")
    assert asha_api.get(SUMMARY).json()["net_worth"] == "806"


def test_a_live_rate_moves_what_is_worked_back(asha, asha_api, bank, dollar, at_noon):
    """A dollar was spent today; of what the bank says is left today, 1,000, follows what there was yesterday."""
    closes(dollar, d2024_01_01="80")
    entered(bank, "income", "2024-01-08", "7")
    entered(bank, "expense", "2024-01-10", "1", currency="USD")
    state(bank, "2024-01-10", "1000")
    assert asha_api.get(NET_WORTH).json()["series"]["net_worth"] == [1080, 1080, 1000]
    quote(dollar, "90")
    assert asha_api.get(NET_WORTH).json()["series"]["net_worth"] == [1090, 1090, 1000]
    closes(dollar, d2024_01_10="90")
    assert asha_api.get(NET_WORTH).json()["series"]["net_worth"] == [1090, 1090, 1000]


def test_an_entry_during_the_rebuild_leaves_its_mark(asha, money, bank, monkeypatch):
    def load_and_edit(**query: Any) -> Any:
        loaded = inputs_load(**query)
        entered(bank, "expense", "2024-01-06", "1")
        return loaded

    built(asha)
    entered(bank, "expense", "2024-01-09", "1")

    monkeypatch.setattr(rebuild, "inputs_load", load_and_edit)
    history_rebuild(asha)
    monkeypatch.undo()
    assert dirty() == {"asha": date(2024, 1, 6)}
    check_stored(asha)


def test_today_is_where_the_person_is(bob, at_noon):
    """It is 02:00 UTC on the 11th: for Bob in New York still the 10th."""
    account = account_create(user=bob, fields={"name": "Bank", "kind": "bank"})
    entered(account, "income", "2024-01-10", "5")
    with travel(date(2024, 1, 11), "02:00"):
        check_stored(bob)
    assert HistoryMark.objects.get(user=bob).built_through == TODAY


def test_queries_do_not_grow_with_entries_accounts_and_years(asha, main, at_noon):
    def more(accounts: int, entries: int) -> None:
        names = [{"name": f"B{entries}-{n}", "currency": ("INR", "USD")[n % 2]} for n in range(accounts)]
        made = [account_create(user=asha, fields={"kind": "bank", **name}) for name in names]
        days = [date(2010 + n % 14, 1 + n % 12, 5) for n in range(entries)]
        rows = [
            EntryInput(account=made[n % accounts], kind="expense", date=day, amount=D(n + 1))
            for n, day in enumerate(days)
        ]
        rows += [
            EntryInput(account=made[0], kind="transfer", date=day, amount=D(1), to_account=other)
            for day in JANUARY[:5]
            for other in (main, made[1])
        ]
        entries_record(user=asha, rows=rows)
        for account in made:
            state(account, "2024-01-05", "5")
            rates = [(date(2024, 1, 1), D("0.03"))]
            data = TermsInput(account=account, product="savings", starts_on=date(2024, 1, 1), rates=rates)
            terms_create(user=asha, data=data)

    def statements() -> int:
        HistoryMark.objects.filter(user=asha).update(built_through=None)
        with CaptureQueriesContext(connection) as captured:
            assert history_state(asha).fresh
        return len(captured)

    more(2, 10)
    few = statements()
    more(8, 200)
    assert statements() == few <= 33


@pytest.mark.django_db(transaction=True)
def test_a_history_of_before_is_made_anew(asha: User) -> None:
    """The stored days go with the migration that tells other assets apart; whoever looks then sees all of them."""
    with travel(TODAY):
        house = account_create(user=asha, fields={"name": "House", "kind": "property"})
        prices_record(closes={})
        state(house, "2024-01-02", "100")
        check_stored(asha)
        call_command("migrate", "analytics", "0004", verbosity=0)
        call_command("migrate", "analytics", verbosity=0)
        mark = HistoryMark.objects.get(user=asha)
        assert (mark.first_day, mark.dirty_from, HistoryYear.objects.count()) == (None, date(2024, 1, 2), 0)
        check_stored(asha)
        assert HistoryYear.objects.get().other_assets[1:3].tolist() == [100, 100]
        assert Account.objects.filter(user=asha).count() == 2
