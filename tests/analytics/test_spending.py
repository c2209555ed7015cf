"""What is spent in a month: in the summary, and as the sum of all categories."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from analytics.category_tree import EXPENSE, INCOME, UNDIVIDED, tree_load
from analytics.engine.months import month_of
from analytics.engine.spending import NO_PARENT
from analytics.spending import spending_load
from core.fields import money_of, money_units
from core.services import account_create
from ledger.services.categories import category_at
from ledger.services.entries import EntryInput, entries_delete, entries_record
from portfolio.live.board import board_load
from portfolio.models import Asset
from portfolio.prices.live_closes import Now
from tests.analytics.conftest import SUMMARY, TODAY, closes, travel
from tests.analytics.household import budget, note
from tests.conftest import make_person

FIRST = date(2023, 11, 15)
SPENDS = ("month", "value", "reason", "pace", "budget", "remaining", "share_used", "budget_reason")


def spend(api: Any, **query: Any) -> dict[str, Any]:
    response = api.get(SUMMARY, query)
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()["spend"]
    assert tuple(found) == SPENDS
    return found


def test_the_summary_has_the_spend_of_the_month(asha_api, asha, household):
    """22,915 by the 10th, as in the story; December left 3,500 of 30,000."""
    assert spend(asha_api) == {
        "month": "2024-01", "value": "22915", "reason": None, "pace": "71036.5", "budget": None, "remaining": None,
        "share_used": None, "budget_reason": "No budget is set for this month.",
    }  # fmt: skip
    budget(asha, "30000", since="2023-12", carries_over=True)
    budget(asha, "1", "Food", since="2023-12")
    assert spend(asha_api) == {
        "month": "2024-01", "value": "22915", "reason": None, "pace": "71036.5", "budget": "33500",
        "remaining": "10585", "share_used": pytest.approx(22915 / 33500), "budget_reason": None,
    }  # fmt: skip


def test_a_past_day_has_what_was_spent_by_then(asha_api, asha, household):
    """By 3 January 20,000 + 2,000 + 830; by 20 December all of December's 26,500."""
    budget(asha, "30000", since="2023-12", carries_over=True)

    third, december = spend(asha_api, to="2024-01-03"), spend(asha_api, to="2023-12-20")
    assert [third[name] for name in ("value", "budget", "remaining", "pace")] == [
        "22830", "33500", "10670", "235910",  # 7,610 a day for 31 days
    ]  # fmt: skip
    assert [december[name] for name in ("month", "value", "budget", "remaining")] == [
        "2023-12", "26500", "30000", "3500",
    ]  # fmt: skip
    assert december["pace"] == "41075"  # 1,325 a day
    assert spend(asha_api, to="2023-11-30")["value"] == "0"


def test_it_follows_every_edit_at_once(asha_api, asha, household, bank):
    assert spend(asha_api)["value"] == "22915"
    entry = note(bank, "2024-01-10", "expense", "85")
    assert spend(asha_api)["value"] == "23000"
    whole = budget(asha, "46000", since="2024-01")
    assert spend(asha_api)["share_used"] == 0.5
    whole.delete()
    entries_delete(user=asha, entries=[entry])
    assert (spend(asha_api)["value"], spend(asha_api)["budget"]) == ("22915", None)


def test_it_is_told_in_any_currency_and_of_all_accounts(asha_api, household, card):
    assert float(spend(asha_api, currency="USD")["value"]) == pytest.approx(15 + 22000 / 83 - 335 / 84, abs=3e-4)
    of_one = spend(asha_api, account=card.pk)
    assert (of_one["value"], of_one["reason"]) == (None, "Spending is told of all accounts together.")


def test_what_has_no_rate_is_named(asha_api, asha, card, at_noon):
    note(card, "2024-01-02", "expense", "5")
    budget(asha, "10", since="2024-01")
    found = spend(asha_api)

    assert (found["value"], found["pace"]) == (None, None)
    assert found["reason"] == "No exchange rate from USD to INR is known."
    assert (found["budget"], found["remaining"], found["share_used"]) == ("10", None, None)
    assert found["budget_reason"] == "Some amounts are not known in this currency."


def test_a_budget_alone_is_shown(asha_api, asha, at_noon):
    budget(asha, "10", since="2024-01")
    assert [spend(asha_api)[name] for name in ("value", "remaining", "share_used")] == ["0", "10", 0.0]


def test_a_budget_of_nothing_has_no_share(asha_api, asha, at_noon):
    budget(asha, "0", since="2024-01")
    found = spend(asha_api)
    assert (found["budget"], found["share_used"]) == ("0", None)
    assert found["budget_reason"] == "Nothing is available to be spent."


def test_before_the_first_rate_that_one_stands_in(asha_api, card, dollar, at_noon):
    closes(dollar, d2024_01_05="80")
    note(card, "2024-01-02", "expense", "5")
    assert spend(asha_api)["value"] == "400"


def test_an_account_that_keeps_no_money_spends_all_the_same(asha_api, main, at_noon):
    note(main, "2024-01-02", "expense", "5")
    body = asha_api.get(SUMMARY).json()
    assert (body["spend"]["value"], body["net_worth"], body["liabilities"]) == ("5", "0", "0")


def test_sums_that_do_not_fit_are_null_with_a_reason(asha_api, asha, bank, dollar, at_noon):
    """999,999,999,999 $ at 1e9 rupees each are more ten-thousandths than 64 bits hold."""
    closes(dollar, d2024_01_01="1000000000")
    note(bank, "2024-01-02", "expense", "999999999999", currency="USD")
    found = spend(asha_api)
    assert (found["value"], found["reason"]) == (None, "The amounts are too large to be added up.")
    assert asha_api.get("/api/v1/ledger/stats/", {"by": "payee"}).json()["payees"] is None


CATEGORIES = (None, "A", "A:B", "A:B:C", "A:D", "E")
entry = st.tuples(
    st.integers(0, 59),
    st.sampled_from(["expense", "income", "transfer"]),
    st.sampled_from(CATEGORIES),
    st.integers(-(10**9), 10**9).filter(bool),
    st.sampled_from(["INR", "USD", "EUR"]),
)


class Worlds(TestCase):
    """Random entries of two months in three currencies, of which two have a rate."""

    def setUp(self) -> None:
        self.person = make_person("worlds@example.com", currency="INR", zone="Asia/Kolkata")
        self.accounts = [account_create(user=self.person, fields={"name": name, "kind": "bank"}) for name in "PQ"]
        rupee = Asset.objects.create(symbol="USDINR=X", name="Dollar", asset_class="fx", currency="INR")
        closes(rupee, d2023_11_15="80.25", d2023_12_05="81.5", d2024_01_03="83.125")
        euro = Asset.objects.create(symbol="EURUSD=X", name="Euro", asset_class="fx", currency="USD")
        closes(euro, d2023_11_20="1.1")

    @settings(max_examples=25, deadline=None)
    @given(st.lists(entry, max_size=25), st.sampled_from(["INR", "USD"]))
    def test_the_categories_are_the_whole_exactly(self, rows: list[Any], currency: str) -> None:
        with travel(TODAY):
            entries_record(user=self.person, rows=[self._input(*row) for row in rows])
        first, last = month_of(FIRST), month_of(TODAY)
        found, whole = (
            spending_load(
                self.person.pk, tree, first=first, last=last, currency=currency, now=Now(TODAY, board_load(None))
            )
            for tree in (tree_load(self.person.pk), UNDIVIDED)
        )
        tops = found.tree.parent == NO_PARENT
        for kind in (EXPENSE, INCOME):
            total = found.part(kind, None)
            assert found.rolled.total(tops & found.tree.of_kind(kind)).units.tolist() == total.units.tolist()
            assert whole.part(kind, None).units.tolist() == total.units.tolist()
            assert found.part_daily(kind, None).units.sum() == total.units[-1]
        self._check_by_hand(found, rows, currency)

    def _check_by_hand(self, found: Any, rows: list[Any], currency: str) -> None:
        """What is in the asked currency is exact; the rest within a unit a day, category and currency."""
        for kind in (EXPENSE, INCOME):
            for month in range(found.first, found.last + 1):
                amounts = [self._counted(row, currency) for row in rows if self._is_of(row, kind, month)]
                units = int(found.part(kind, None).units[month - found.first])
                assert float(money_of(units)) == pytest.approx(float(sum(amounts)), abs=1e-4 * (1 + len(amounts)))
                if all(row[4] == currency for row in rows):
                    assert units == money_units(sum(amounts, Decimal(0)))

    def _is_of(self, row: Any, kind: str, month: int) -> bool:
        return month_of(self._day(row)) == month and (row[1] == kind or (row[1], kind) == ("transfer", EXPENSE))

    def _day(self, row: Any) -> date:
        return min(FIRST + timedelta(days=row[0]), TODAY)

    def _counted(self, row: Any, currency: str) -> Decimal:
        """Of a transfer the fee, a tenth."""
        amount = Decimal(row[3]).scaleb(-4)
        amount = (abs(amount) / 10).quantize(Decimal("0.0001")) if row[1] == "transfer" else amount
        day, dollar = self._day(row), Decimal("80.25")
        if day >= date(2023, 12, 5):
            dollar = Decimal("83.125") if day >= date(2024, 1, 3) else Decimal("81.5")
        in_rupees = {"INR": Decimal(1), "USD": dollar, "EUR": Decimal("1.1") * dollar}
        return amount * in_rupees[row[4]] / in_rupees[currency]

    def _input(self, *row: Any) -> EntryInput:
        _, kind, path, units, currency = row
        tree = "income" if kind == "income" else "expense"
        amount = money_of(abs(units) if kind == "transfer" else units)
        fields: dict[str, Any] = {}
        if kind == "transfer":
            fields = {"to_account": self.accounts[1], "fee": (amount / 10).quantize(Decimal("0.0001"))}
        category = category_at(user=self.person, kind=tree, path=path) if path else None
        return EntryInput(
            account=self.accounts[0], kind=kind, date=self._day(row), amount=amount, currency=currency,
            category=category, **fields,
        )  # fmt: skip
