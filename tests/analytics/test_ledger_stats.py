"""/ledger/stats/: two months of a household, by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.services import account_create
from ledger.models import Category
from ledger.services.categories import category_at
from ledger.services.entries import EntryInput, entries_delete, entries_record
from tests.analytics.conftest import closes, enter, travel
from tests.analytics.household import budget, note
from tests.conftest import check_error

STATS = "/api/v1/ledger/stats/"
NOT_KNOWN = "Some amounts are not known in this currency."


def stats(api: Any, **query: Any) -> dict[str, Any]:
    response = api.get(STATS, query)
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def test_the_month_in_a_few_numbers(asha_api, household):
    """20,000 + 2,000 - 400 + 830 + 420 + 50 + 15 = 22,915; in 10 of 31 days, so 71,036.5 by the end."""
    body = stats(asha_api)

    assert (body["month"], body["first"], body["last"]) == ("2024-01", "2024-01-01", "2024-01-31")
    assert (body["fresh"], body["as_of"], body["currency"], body["reasons"]) == (True, "2024-01-10", "INR", [])
    assert (body["spent"], body["income"], body["saved"]) == ("22915", "40000", "17085")
    assert body["savings_rate"] == {"value": 17085 / 40000, "reason": None}
    assert body["income_to_spent"] == {"value": 40000 / 22915, "reason": None}
    assert body["pace"] == "71036.5"
    assert (body["budget"], body["remaining"], body["payees"]) == (None, None, None)
    assert body["share_used"] == {"value": None, "reason": "No budget is set for this month."}
    assert body["budget_reason"] == "No budget is set for this month."


def test_the_categories_are_a_tree_that_adds_up(asha_api, household):
    rows = stats(asha_api)["by_category"]

    assert [(row["path"], row["kind"], row["spent"], row["income"], row["own"], row["count"]) for row in rows] == [
        ("Food", "expense", "2850", "0", "0", 4),  # 2,000 - 400 + 830 + 420
        ("Food:Coffee", "expense", "1250", "0", "1250", 2),
        ("Food:Groceries", "expense", "1600", "0", "1600", 2),
        ("Rent", "expense", "20000", "0", "20000", 1),
        (None, "expense", "65", "0", "65", 2),  # 50 and the fee
        ("Salary", "income", "0", "40000", "40000", 1),
    ]
    assert [row["share"]["value"] for row in rows] == pytest.approx(
        [2850 / 22915, 1250 / 22915, 1600 / 22915, 20000 / 22915, 65 / 22915, 1.0]
    )
    assert sum(Decimal(row["spent"]) for row in rows if row["parent"] is None) == 22915
    assert [row["parent"] for row in rows[1:3]] == [rows[0]["id"]] * 2
    assert (rows[1]["name"], rows[4]["name"], rows[4]["id"]) == ("Coffee", None, None)


def test_months_stand_side_by_side(asha_api, household):
    months = stats(asha_api, months=3)["months"]

    assert months == [
        {"month": "2023-11", "spent": "0", "income": "0", "saved": "0", "budget": None,
         "savings_rate": {"value": None, "reason": "There was no income."}},
        {"month": "2023-12", "spent": "26500", "income": "50000", "saved": "23500", "budget": None,
         "savings_rate": {"value": 0.47, "reason": None}},
        {"month": "2024-01", "spent": "22915", "income": "40000", "saved": "17085", "budget": None,
         "savings_rate": {"value": 0.427125, "reason": None}},
    ]  # fmt: skip
    assert [len(stats(asha_api, months=count)["months"]) for count in (1, 120)] == [1, 120]
    assert len(stats(asha_api)["months"]) == 12


def test_averages_are_of_whole_months_since_the_first_entry(asha_api, household):
    """In January only December is over; in February January is, too: (26,500 + 22,915) / 2 = 24,707.5."""
    assert [(row["months"], row["counted"], row["spent"]) for row in stats(asha_api)["averages"]] == [
        (3, 1, "26500"), (6, 1, "26500"), (12, 1, "26500"),
    ]  # fmt: skip
    with travel(date(2024, 2, 10)):
        row = stats(asha_api)["averages"][0]
        assert stats(asha_api, month="2024-01")["averages"][0] == row
        assert stats(asha_api, month="2024-04")["averages"][0] == row
        assert stats(asha_api, month="2023-12")["averages"][0]["spent"] == "26500"
    assert (row["counted"], row["spent"], row["income"], row["saved"]) == (2, "24707.5", "45000", "20292.5")
    assert row["savings_rate"]["value"] == pytest.approx(0.45094444)


def test_money_lasts_for_so_many_months(asha_api, household):
    """The bank has 50,000 - 26,500 + 40,000 - 20,000 - 1,600 - 50 - 855 = 40,995; the card owes 5 $, at 84."""
    body = stats(asha_api)

    assert body["liquid"] == "40575"
    assert body["runway"] == {"value": pytest.approx(40575 / 26500), "reason": None}


def test_a_budget_takes_over_what_was_left(asha_api, asha, household):
    """7,000 for food: December left 500, so January has 7,500, of which 2,850 are spent.

    At 285 a day that is 8,835 by the end, and after 7,500 / 285 = 26.3 days it is used up, on the 27th.
    """
    budget(asha, "7000", "Food", since="2023-12", carries_over=True)
    (found,) = stats(asha_api)["budgets"]

    assert found.pop("id")
    assert found.pop("category_id") == Category.objects.get(name="Food").pk
    assert found == {
        "category": "Food", "carries_over": True, "amount": "7000", "carried": "500", "available": "7500",
        "spent": "2850", "remaining": "4650", "share_used": {"value": 0.38, "reason": None}, "pace": "8835",
        "on_track": False, "used_up_on": "2024-01-27", "reason": None,
    }  # fmt: skip
    rows = {row["path"]: row["budget"] for row in stats(asha_api)["by_category"]}
    assert rows["Food"] == stats(asha_api)["budgets"][0]
    assert rows["Rent"] is None


def test_what_was_overspent_is_taken_off_and_an_end_forgets_it(asha_api, asha, household):
    """6,000 for food: December overspent 500; nothing is taken over into a month before which there was no budget."""
    budget(asha, "6000", "Food", since="2023-12", carries_over=True)

    def food(month: str) -> list[str]:
        (found,) = stats(asha_api, month=month)["budgets"]
        return [found[name] for name in ("carried", "available", "spent", "remaining")]

    assert food("2023-12") == ["0", "6000", "6500", "-500"]
    assert food("2024-01") == ["-500", "5500", "2850", "2650"]
    assert food("2024-02") == ["2650", "8650", "0", "8650"]
    assert stats(asha_api, month="2023-11")["budgets"] == []


def test_the_whole_budget_counts_all_spending(asha_api, asha, household):
    """30,000 a month: December left 3,500; of 33,500 are 22,915 spent. In December itself 26,500 of 30,000."""
    budget(asha, "30000", since="2023-12", carries_over=True)
    body = stats(asha_api)

    assert (body["budget"], body["remaining"], body["budget_reason"]) == ("33500", "10585", None)
    assert body["share_used"] == {"value": pytest.approx(22915 / 33500), "reason": None}
    assert [month["budget"] for month in body["months"]][-3:] == [None, "30000", "33500"]
    assert body["budgets"][0]["category"] is None
    december = stats(asha_api, month="2023-12")
    assert (december["pace"], december["budgets"][0]["on_track"]) == ("26500", True)
    assert december["as_of"] == "2023-12-31"


def test_the_month_alone_counts_before_what_recurs(asha_api, asha, household):
    budget(asha, "30000", since="2023-12")
    budget(asha, "25000", month=date(2024, 1, 1))

    assert [month["budget"] for month in stats(asha_api, month="2024-02")["months"]][-3:] == [
        "30000", "25000", "30000",
    ]  # fmt: skip


def test_a_month_that_has_not_begun_has_a_budget_and_no_pace(asha_api, asha, household):
    budget(asha, "30000", since="2023-12", carries_over=True)
    body = stats(asha_api, month="2024-02")

    assert (body["budget"], body["spent"], body["pace"]) == ("40585", "0", None)
    assert body["budget_reason"] == body["budgets"][0]["reason"] == "The month has not begun."
    assert body["budgets"][0]["on_track"] is None
    assert body["as_of"] == "2024-01-10"


def test_a_budget_in_another_currency_counts_at_the_rate_of_the_first_day(asha_api, asha, household):
    """100 $ on 1 January are 8,300; on 1 December they were 8,200, of which food left 1,700."""
    budget(asha, "100", "Food", since="2023-12", currency="USD", carries_over=True)
    (found,) = stats(asha_api)["budgets"]

    assert (found["amount"], found["carried"], found["remaining"]) == ("8300", "1700", "7150")


def test_another_currency_takes_the_rate_of_each_day(asha_api, household):
    """The 15 $ stay exact; what was paid in rupees is divided: 20,000 and 2,000 on the 2nd by 83; 400 by 84 …"""
    body = stats(asha_api, currency="USD")
    coffee = next(row for row in body["by_category"] if row["path"] == "Food:Coffee")

    assert coffee["spent"] == "15"
    expected = 15 + 22000 / 83 - 400 / 84 + 65 / 84
    assert float(body["spent"]) == pytest.approx(expected, abs=3e-4)  # each day and category is rounded by itself
    assert sum(Decimal(row["spent"]) for row in body["by_category"] if not row["parent"]) == Decimal(body["spent"])
    assert float(body["liquid"]) == pytest.approx(40995 / 84 - 5)


def test_one_category_with_all_below_it(asha_api, asha, household):
    budget(asha, "7000", "Food", since="2023-12", carries_over=True)
    budget(asha, "1000", "Food:Coffee", since="2024-01")
    budget(asha, "21000", "Rent", since="2024-01")
    budget(asha, "30000", since="2024-01")
    food = Category.objects.get(name="Food")
    body = stats(asha_api, category=food.pk, months=2)

    assert (body["spent"], body["income"], body["budget"], body["remaining"]) == ("2850", "0", "7500", "4650")
    assert [row["path"] for row in body["by_category"]] == ["Food", "Food:Coffee", "Food:Groceries"]
    assert [row["share"]["value"] for row in body["by_category"]] == [1.0, 1250 / 2850, 1600 / 2850]
    assert [row["category"] for row in body["budgets"]] == ["Food", "Food:Coffee"]
    assert [(row["spent"], row["budget"]) for row in body["months"]] == [("6500", "7000"), ("2850", "7500")]
    assert body["averages"][0]["spent"] == "6500"
    only_whole = {"value": None, "reason": "This is of the whole alone, not of a category."}
    assert body["savings_rate"] == body["income_to_spent"] == body["runway"] == only_whole
    assert body["liquid"] is None


def test_an_income_by_itself(asha_api, household):
    body = stats(asha_api, category=Category.objects.get(name="Salary").pk)

    assert (body["spent"], body["income"], body["saved"]) == ("0", "40000", "40000")
    assert [row["path"] for row in body["by_category"]] == ["Salary"]


def test_payees_are_those_who_got_most_first(asha_api, household):
    body = stats(asha_api, by="payee")

    assert [(row["name"], row["spent"], row["income"], row["count"]) for row in body["payees"]] == [
        ("Landlord", "20000", "0", 1),
        ("Market", "1600", "0", 2),
        ("Roaster", "1250", "0", 2),
        ("", "50", "0", 1),
        ("SBI", "15", "0", 1),
        ("Acme", "0", "40000", 1),
    ]
    assert sum(Decimal(row["spent"]) for row in body["payees"]) == Decimal(body["spent"])
    assert [row["name"] for row in stats(asha_api, by="payee", limit=2)["payees"]] == ["Landlord", "Market"]
    food = Category.objects.get(name="Food").pk
    assert [row["name"] for row in stats(asha_api, by="payee", category=food)["payees"]] == ["Market", "Roaster"]
    in_dollars = stats(asha_api, by="payee", currency="USD")["payees"]
    assert next(row["spent"] for row in in_dollars if row["name"] == "Roaster") == "15"


def test_what_the_account_was_charged_counts_before_the_rate(asha_api, bank, dollar, at_noon):
    """20 $ for which the bank took 1,700: whatever the rate of the day."""
    closes(dollar, d2024_01_01="80")
    note(bank, "2024-01-02", "expense", "20", currency="USD", account_amount=Decimal(1700), payee="Shop")
    body = stats(asha_api, by="payee")

    assert body["spent"] == body["payees"][0]["spent"] == "1700"


def test_a_currency_without_a_rate_is_null_and_named(asha_api, asha, bank, card, at_noon):
    note(bank, "2024-01-02", "expense", "100", "Food")
    note(card, "2024-01-02", "expense", "5", "Food:Coffee", payee="Roaster")
    budget(asha, "1000", "Food", since="2024-01")
    body = stats(asha_api, by="payee")

    assert [reason["detail"] for reason in body["reasons"]] == ["No exchange rate from USD to INR is known."]
    assert (body["spent"], body["saved"], body["pace"], body["income"]) == (None, None, None, "0")
    assert body["savings_rate"] == body["income_to_spent"] == {"value": None, "reason": NOT_KNOWN}
    assert [(row["spent"], row["own"]) for row in body["by_category"]] == [(None, "100"), (None, None)]
    (found,) = body["budgets"]
    assert (found["amount"], found["spent"], found["remaining"], found["reason"]) == ("1000", None, None, NOT_KNOWN)
    assert [(row["name"], row["spent"]) for row in body["payees"]] == [("", "100"), ("Roaster", None)]
    assert stats(asha_api, month="2023-12")["spent"] == "0"
    assert stats(asha_api, month="2023-12")["reasons"] == []


def test_a_budget_without_a_rate_is_null_and_named(asha_api, asha, at_noon):
    budget(asha, "1000", since="2024-01", currency="EUR")
    body = stats(asha_api)

    assert (body["budget"], body["spent"], body["budget_reason"]) == (None, "0", NOT_KNOWN)
    assert [reason["detail"] for reason in body["reasons"]] == ["No exchange rate from EUR to INR is known."]


def test_who_has_noted_nothing(asha_api, at_noon):
    body = stats(asha_api, by="payee")

    assert (body["spent"], body["income"], body["saved"], body["pace"]) == ("0", "0", "0", "0")
    assert (body["by_category"], body["budgets"], body["payees"]) == ([], [], [])
    assert [row["counted"] for row in body["averages"]] == [0, 0, 0]
    assert [row["spent"] for row in body["averages"]] == [None] * 3
    assert body["income_to_spent"]["reason"] == "Nothing was spent."
    assert body["runway"]["reason"] == "No account keeps its money, so how much there is is not known."


def test_who_has_only_an_income(asha_api, bank, at_noon):
    note(bank, "2023-12-01", "income", "1000")
    note(bank, "2024-01-01", "income", "500")
    body = stats(asha_api)

    assert body["savings_rate"]["value"] == 1.0
    assert body["runway"] == {"value": None, "reason": "Nothing was spent."}
    assert body["liquid"] == "1500"
    assert [(row["path"], row["income"]) for row in body["by_category"]] == [(None, "500")]


def test_a_budget_of_nothing_is_overspent_with_the_first_coin(asha_api, asha, bank, at_noon):
    budget(asha, "0", "Tobacco", since="2024-01")
    assert stats(asha_api)["by_category"][0]["budget"]["on_track"] is True
    note(bank, "2024-01-04", "expense", "1", "Tobacco")
    (found,) = stats(asha_api)["budgets"]

    assert (found["remaining"], found["on_track"], found["used_up_on"]) == ("-1", False, "2024-01-04")
    assert found["share_used"] == {"value": None, "reason": "Nothing is available to be spent."}


def test_what_is_deleted_does_not_count(asha_api, asha, bank, at_noon):
    entry = note(bank, "2024-01-04", "expense", "70", "Food")
    note(bank, "2024-01-04", "expense", "30", "Food", payee="Market")
    before = asha_api.get(STATS)
    entries_delete(user=asha, entries=[entry])
    after = asha_api.get(STATS, headers={"If-None-Match": before["ETag"]})

    assert (before.json()["spent"], after.status_code, after.json()["spent"]) == ("100", 200, "30")
    assert [row["name"] for row in stats(asha_api, by="payee")["payees"]] == ["Market"]
    assert asha_api.get(STATS, headers={"If-None-Match": after["ETag"]}).status_code == 304
    budget(asha, "1000", since="2024-01")
    assert asha_api.get(STATS, headers={"If-None-Match": after["ETag"]}).json()["budget"] == "1000"


def test_the_month_is_the_persons(asha, asha_api, bank):
    """At 20:00 in Greenwich on 31 January it is February in India."""
    with travel(date(2024, 1, 31), "20:00"):
        note(bank, "2024-02-01", "expense", "29", "Food")
        body = stats(asha_api)
    assert (body["month"], body["spent"], body["pace"]) == ("2024-02", "29", "841")  # one of 29 days is gone


def test_cash_of_a_broker_is_at_hand_and_a_deposit_is_not(asha_api, asha, bank, schwab, dollar, at_noon):
    """1,000 in the bank and 10 $ at the broker, at 80; the deposit of 500 is put away."""
    closes(dollar, d2023_12_01="80")
    deposit = account_create(user=asha, fields={"name": "FD", "kind": "deposit"})
    note(bank, "2023-12-01", "income", "1600")
    note(bank, "2023-12-02", "expense", "100")
    note(bank, "2023-12-03", "transfer", "500", to_account=deposit)
    enter(schwab, "deposit", "2023-12-05", amount="10")
    body = stats(asha_api)

    assert body["liquid"] == "1800"
    assert body["runway"] == {"value": 18.0, "reason": None}


def test_money_without_a_rate_says_which_is_missing(asha_api, asha, bank, schwab, at_noon):
    """Nothing was spent in dollars, so the spending is known; what is at hand is not."""
    note(bank, "2023-12-01", "expense", "100")
    enter(schwab, "deposit", "2023-12-05", amount="10")
    body = stats(asha_api, month="2023-12")

    assert (body["spent"], body["liquid"]) == ("100", None)
    assert body["runway"] == {"value": None, "reason": NOT_KNOWN}
    assert body["reasons"] == [{"code": "no_rate", "detail": "No exchange rate from USD to INR is known."}]


def test_it_refuses(asha_api, mallory_api, anonymous_api, household):
    food = Category.objects.get(name="Food").pk
    for name, value in (
        ("month", "2024-1"), ("month", "2024-01-01"), ("month", "2200-01"), ("months", "0"), ("months", "121"),
        ("currency", "XXX"), ("category", "0"), ("category", str(2**63)), ("by", "tag"), ("limit", "0"),
        ("limit", "101"), ("account", "1"),
    ):  # fmt: skip
        check_error(asha_api.get(STATS, {name: value}), 400, attr=name)
    check_error(asha_api.get(STATS, {"category": 2**62}), 400, attr="category", code="does_not_exist")
    check_error(mallory_api.get(STATS, {"category": food}), 400, attr="category", code="does_not_exist")
    check_error(anonymous_api.get(STATS), 401)
    theirs = stats(mallory_api, by="payee")
    assert (theirs["spent"], theirs["by_category"], theirs["payees"]) == ("0", [], [])


@pytest.mark.parametrize("month", ["1900-01", "2199-12"])
def test_the_ends_of_time(asha_api, asha, household, month):
    budget(asha, "1", "Food", since="1900-01", carries_over=True)
    body = stats(asha_api, month=month, months=120)

    assert (body["spent"], len(body["months"])) == ("0", 120)
    months = 12 * 300 - 1 if month == "2199-12" else 0
    assert Decimal(body["budgets"][0]["carried"]) == months - (9350 if months else 0)  # 6,500 + 2,850


def test_it_asks_as_often_however_much_there_is(asha_api, asha, bank, card, household):
    """More categories, entries, budgets, years and currencies of the same kind."""

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            stats(asha_api, by="payee", months=120)
        return len(asked)

    budget(asha, "10", "Food", since="2023-12", carries_over=True)
    budget(asha, "10", "Rent", since="2023-12", carries_over=True, currency="USD")
    stats(asha_api)
    few = questions()
    rows = [
        EntryInput(account=account, kind="expense", date=date(year, 1, day), amount=Decimal(day), payee=f"P{day}",
                   category=category_at(user=asha, kind="expense", path=f"C{day}:Below"))
        for year in range(2015, 2025) for day in range(1, 8) for account in (bank, card)
    ]  # fmt: skip
    entries_record(user=asha, rows=rows)
    for day in range(1, 8):
        budget(asha, "10", f"C{day}", since="2014-01", carries_over=True, currency="USD")
    stats(asha_api)
    assert questions() == few


def test_payees_of_more_money_than_there_is_are_not_known(asha_api, asha, bank, at_noon):
    """500 times 1e12 on each of 10 days: 5e15, which is more than 64 bits hold of ten-thousandths."""
    most = Decimal("999999999999.9999")
    days = [date(2024, 1, day) for day in range(1, 11)]
    rows = [EntryInput(account=bank, kind="expense", date=day, amount=most, payee="Croesus") for day in days] * 500
    entries_record(user=asha, rows=rows)

    body = stats(asha_api, by="payee")

    assert (body["spent"], body["payees"]) == (None, None)
    assert body["reasons"] == [{"code": "too_large", "detail": "The amounts are too large to be added up."}]
