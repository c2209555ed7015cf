"""The history with everyday money, by hand and after random edits: it is what a full rebuild would make."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.models import User
from core.services import account_create, account_update
from ledger.models import Balance, Entry, Terms
from ledger.selectors import deleted_entries_of, entries_of
from ledger.services.balances import BalanceInput, balance_change, balance_delete, balance_record
from ledger.services.entries import EntryInput, entries_delete, entries_record, entries_restore, entry_change
from ledger.services.terms import TermsInput, terms_create, terms_delete
from tests.analytics.conftest import NET_WORTH, SUMMARY, TODAY, closes, enter
from tests.analytics.money_makers import entered
from tests.analytics.test_history import Editor, check_edits, check_stored

D = Decimal


class HouseholdEditor(Editor):
    """Edits everyday money as well, in accounts of every kind."""

    def __init__(self, user: User, seed: int) -> None:
        super().__init__(user, seed)
        for kind, currency in (("bank", "INR"), ("wallet", "USD"), ("deposit", "INR"), ("card", "EUR")):
            fields = {"name": f"My {kind}", "kind": kind, "currency": currency}
            self.accounts.append(account_create(user=user, fields=fields))

    def edits(self) -> dict[Callable[[], None], int]:
        entries = {self.write: 40, self.rewrite: 10, self.erase: 12, self.restore: 5, self.cancel: 4}
        told = {self.state: 14, self.restate: 5, self.unstate: 6, self.earn: 2, self.unearn: 1, self.kind: 2}
        return super().edits() | entries | told

    def amount(self) -> Decimal:
        return D(self.random.randrange(1, 900_000)) / 100

    def entry(self) -> EntryInput:
        account, other = self.random.sample(self.accounts, 2)
        kind = self.random.choice(("expense", "income", "transfer"))
        is_transfer = kind == "transfer"
        return EntryInput(
            account=account,
            kind=kind,
            date=self.day(),
            amount=self.amount(),
            currency=self.random.choice(("", "", "INR", "USD")),
            to_account=other if is_transfer else None,
            fee=self.random.choice((D(0), D(7))) if is_transfer else D(0),
        )

    def write(self) -> None:
        entries_record(user=self.user, rows=[self.entry() for _ in range(self.random.choice((1, 1, 3)))])

    def cancel(self) -> None:
        """Two that add up to nothing on the same day."""
        account, day, amount = self.random.choice(self.accounts), self.day(), self.amount()
        both = [EntryInput(account=account, kind=kind, date=day, amount=amount) for kind in ("income", "expense")]
        entries_record(user=self.user, rows=both)

    def rewrite(self) -> None:
        if rows := list(entries_of(self.user).order_by("pk")):
            entry_change(entry=self.random.choice(rows), data=self.entry())

    def erase(self) -> None:
        rows = list(entries_of(self.user).order_by("date", "pk"))
        first = rows[: self.random.randrange(1, 3)]
        some = self.random.sample(rows, min(len(rows), 2))
        entries_delete(user=self.user, entries=self.random.choice((first, some)))

    def restore(self) -> None:
        entries_restore(user=self.user, entries=list(deleted_entries_of(self.user)[:2]))

    def stated(self) -> BalanceInput:
        return BalanceInput(account=self.random.choice(self.accounts), date=self.day(), balance=self.amount())

    def state(self) -> None:
        balance_record(user=self.user, data=self.stated())

    def restate(self) -> None:
        if rows := list(Balance.objects.order_by("pk")):
            balance_change(balance=self.random.choice(rows), data=self.stated())

    def unstate(self) -> None:
        if rows := list(Balance.objects.order_by("pk")):
            balance_delete(balance=self.random.choice(rows))

    def earn(self) -> None:
        account, day = self.random.choice(self.accounts), self.day()
        rates = [(day, D("0.06")), (day + timedelta(days=90), D("0.07"))]
        terms_create(user=self.user, data=TermsInput(account=account, product="savings", starts_on=day, rates=rates))

    def unearn(self) -> None:
        if rows := list(Terms.objects.order_by("pk")):
            terms_delete(terms=self.random.choice(rows))

    def kind(self) -> None:
        account = self.random.choice(self.accounts)
        account.refresh_from_db()
        account_update(account=account, changes={"kind": self.random.choice(("bank", "deposit", "broker", "other"))})


def series(api: Any, **query: Any) -> dict[str, list[float]]:
    body = api.get(NET_WORTH, query).json()
    assert body["fresh"] is True
    found: dict[str, list[float]] = body["series"]
    return found


def last(api: Any) -> float:
    return series(api)["net_worth"][-1]


def test_who_has_no_holdings_has_a_history(asha_api, money):
    """The dollar is worth 84 rupees when it comes, and 82 from the 9th on."""
    body = asha_api.get(NET_WORTH).json()
    assert (body["dates"][0], body["dates"][-1]) == ("2024-01-01", "2024-01-10")
    found = body["series"]
    assert found["net_worth"] == [0, 1000, 1000, 700, 700, 800, 800, 800, 798, 798]
    assert found["cash"] == found["net_worth"]
    assert found["net_contributions"] == [0, 1000, 1000, 700, 700, 800, 800, 800, 800, 800]
    assert found["holdings"] == found["liabilities"] == found["invested"] == found["income"] == [0] * 10
    assert asha_api.get(SUMMARY).json()["net_worth"] == "798"


def test_an_account_alone_has_flows_of_what_moved(asha_api, money, bank, wallet):
    ours, theirs = (series(asha_api, account=account.pk) for account in (bank, wallet))
    assert ours["net_worth"] == [0, 1000, 1000, 700, 700, 800, 800, 716, 716, 716]
    assert ours["net_contributions"] == ours["net_worth"]
    assert theirs["net_worth"] == [84, 82, 82]
    assert theirs["net_contributions"] == [84, 84, 84]


def test_in_dollars(asha_api, money):
    """716 rupees at 82 and a dollar; 1,000 came at 83, 300 went at 84, 100 were found at 84."""
    found = series(asha_api, currency="USD")
    assert found["net_worth"][-1] == pytest.approx(716 / 82 + 1)
    assert found["net_contributions"][-1] == pytest.approx(1000 / 83 - 200 / 84)


def test_of_assets_the_money_is_no_part(asha_api, money, main, infosys):
    closes(infosys, d2024_01_05="10")
    enter(main, "buy", "2024-01-05", infosys, quantity="3", price="10")
    assert series(asha_api, asset_class="stock")["net_worth"][-1] == 30
    assert last(asha_api) == 798 + 30


def test_what_goes_to_a_broker_without_cash_is_gone(asha_api, money, bank, main):
    """On the same day 50 came back from there; what the bank says that it took counts."""
    entered(bank, "transfer", "2024-01-09", "3", currency="USD", account_amount=D(250), to_account=main)
    entered(main, "transfer", "2024-01-09", "50", to_account=bank)
    found = series(asha_api)
    assert found["net_worth"][-2:] == [598, 598]
    assert found["net_contributions"][-2:] == [600, 600]
    assert account_update(account=main, changes={"tracks_cash": True})
    found = series(asha_api)
    assert found["net_contributions"][-1] == 800
    assert found["net_worth"][-1] == pytest.approx(598 + 3 * 82 - 50)


def test_every_edit_is_seen(asha, asha_api, money, bank):
    assert last(asha_api) == 798
    entry_change(entry=money["rent"], data=EntryInput(account=bank, kind="expense", date=TODAY, amount=D(5)))
    assert last(asha_api) == 793  # the bank had 800 on the 6th, whatever was spent before
    entries_delete(user=asha, entries=[money["salary"]])
    assert series(asha_api)["net_worth"][:3] == [0, 0, 0]
    entries_restore(user=asha, entries=[money["salary"]])
    assert series(asha_api)["net_worth"][:3] == [0, 1000, 1000]
    balance_delete(balance=money["statement"])
    assert last(asha_api) == 793 + 200
    data = BalanceInput(account=bank, date=date(2024, 1, 3), balance=D(2000))
    balance_change(balance=money["opened"], data=data)
    assert series(asha_api)["net_worth"][:3] == [2000] * 3
    rates = [(date(2024, 1, 3), D("0.365"))]
    terms_create(user=asha, data=TermsInput(account=bank, product="other", starts_on=date(2024, 1, 3), rates=rates))
    assert last(asha_api) > 1993
    row = Entry(user=asha, account=bank, kind="income", date=TODAY, amount=D(1), currency="INR")
    before = last(asha_api)
    row.save()
    assert last(asha_api) == pytest.approx(before + 1)
    check_stored(asha)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_it_is_what_a_full_rebuild_makes(asha, schwab, seed):
    check_edits(asha, seed=seed, edits=60, editor_of=HouseholdEditor)


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(100, 140))
def test_after_hundreds_of_edits_it_is_what_a_full_rebuild_makes(asha, schwab, seed):
    check_edits(asha, seed=seed, edits=300, editor_of=HouseholdEditor)
