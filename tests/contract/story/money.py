"""Asha's everyday money: categories, entries, budgets, schedules, rules, statements, terms, files of her bank."""

from typing import Any

from tests.contract.story.teller import Teller

STATEMENT = (
    "Date,Narration,Withdrawal,Deposit,Balance\n"
    "20/06/2024,UPI-SWIGGY-482,450.00,,61050.00\n"
    "24/06/2024,UPI-METRO CARD,200.00,,60850.00\n"
)


def categories_told(t: Teller) -> int:
    """The id of the category of eating out."""
    food = t.ask("categories_create", "POST /categories/", {"name": "Food", "kind": "expense"}, status=201)["id"]
    out = t.ask("categories_create", "POST /categories/", {"name": "Eating", "parent": food}, status=201)["id"]
    t.ask("categories_retrieve", f"GET /categories/{out}/")
    t.ask("categories_update", f"PUT /categories/{out}/", {"name": "Eating out", "parent": food})
    t.ask("categories_partial_update", f"PATCH /categories/{out}/", {"name": "Restaurants"})
    t.ask("categories_list", "GET /categories/?kind=expense")
    spare = t.ask("categories_create", "POST /categories/", {"name": "Snacks", "parent": food}, status=201)["id"]
    t.ask("categories_destroy", f"DELETE /categories/{spare}/?move_to={out}", status=204)
    return int(out)


def entries_told(t: Teller, bank: int, category: int) -> None:
    lunch = {"kind": "expense", "date": "2024-06-03", "account": bank, "amount": "640.50", "payee": "Vaishali"}
    lunch |= {"category_id": category, "tags": ["friends"]}
    row = t.ask("entries_create", "POST /entries/", lunch, status=201)["id"]
    t.ask("entries_retrieve", f"GET /entries/{row}/")
    t.ask("entries_update", f"PUT /entries/{row}/", {**lunch, "description": "Lunch"})
    t.ask("entries_partial_update", f"PATCH /entries/{row}/", {"amount": "680.50"})
    t.ask("entries_destroy", f"DELETE /entries/{row}/", status=204)
    t.ask("entries_restore_create", f"POST /entries/{row}/restore/")
    many = t.ask("entries_bulk_create", "POST /entries/bulk/", _months(bank), status=201)
    ids = [entry["id"] for entry in many if entry["category"] == "Home:Rent"]
    changes = {"add_tags": ["fixed"], "payee": "Landlord"}
    t.ask("entries_bulk_partial_update", "PATCH /entries/bulk/", {"ids": ids[:2], "changes": changes})
    t.ask("entries_bulk_delete_create", "POST /entries/bulk/delete/", {"ids": ids[:2]})
    t.ask("entries_bulk_restore_create", "POST /entries/bulk/restore/", {"ids": ids[:2]})
    t.ask("entries_list", f"GET /entries/?account={bank}&from=2024-06-01&kind=expense")


def _months(bank: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for month in range(1, 7):
        day = f"2024-{month:02}-01"
        salary = {"kind": "income", "category": "Salary", "amount": "80000", "payee": "Employer"}
        rows += [
            {"date": day, "account": bank, **salary},
            {"date": day, "account": bank, "kind": "expense", "category": "Home:Rent", "amount": "25000"},
        ]
    delivered = {"kind": "expense", "amount": "320", "description": "UPI-SWIGGY-101"}
    return [*rows, {"date": "2024-06-20", "account": bank, **delivered}]


def budgets_told(t: Teller, category: int) -> None:
    budget = {"category_id": category, "starts_on": "2024-01", "amount": "3000", "carries_over": True}
    row = t.ask("budgets_create", "POST /budgets/", budget, status=201)["id"]
    t.ask("budgets_retrieve", f"GET /budgets/{row}/")
    t.ask("budgets_update", f"PUT /budgets/{row}/", {**budget, "amount": "4000"})
    t.ask("budgets_partial_update", f"PATCH /budgets/{row}/", {"ends_on": "2024-12"})
    whole = t.ask("budgets_create", "POST /budgets/", {"month": "2024-06", "amount": "40000"}, status=201)["id"]
    t.ask("budgets_list", "GET /budgets/")
    t.ask("budgets_destroy", f"DELETE /budgets/{whole}/", status=204)


def schedules_told(t: Teller, bank: int) -> None:
    phone = {"name": "Phone", "kind": "expense", "account": bank, "amount": "399", "category": "Home:Phone"}
    phone |= {"starts_on": "2024-05-10", "frequency": "monthly"}
    row = t.ask("recurring_create", "POST /recurring/", phone, status=201)
    address = f"/recurring/{row['id']}/"
    t.ask("recurring_retrieve", f"GET {address}")
    t.ask("recurring_update", f"PUT {address}", {**phone, "payee": "Jio"})
    t.ask("recurring_partial_update", f"PATCH {address}", {"amount": "449"})
    t.ask("recurring_skip_create", f"POST {address}skip/", {"on": row["next_on"]})
    t.ask("recurring_list", "GET /recurring/?kind=expense")
    t.ask("recurring_destroy", f"DELETE {address}", status=204)


def rules_told(t: Teller, category: int) -> None:
    condition = {"field": "text", "op": "contains", "value": "swiggy"}
    rule = {"name": "Swiggy", "conditions": [condition], "category_id": category, "payee": "Swiggy"}
    row = t.ask("rules_create", "POST /rules/", rule, status=201)["id"]
    t.ask("rules_retrieve", f"GET /rules/{row}/")
    t.ask("rules_update", f"PUT /rules/{row}/", {**rule, "add_tags": ["delivery"]})
    t.ask("rules_partial_update", f"PATCH /rules/{row}/", {"stops": True})
    t.ask("rules_list", "GET /rules/?is_active=true")
    landlord = [{"field": "payee", "op": "contains", "value": "landlord"}]
    asked = {"rule": {"name": "Rent", "conditions": landlord, "add_tags": ["home"]}, "only_uncategorized": False}
    t.ask("rules_try_create", "POST /rules/try/", asked)
    t.ask("rules_apply_create", "POST /rules/apply/", {"ids": [row], "filters": {"from": "2024-06-01"}})
    spare = t.ask("rules_create", "POST /rules/", {**rule, "name": "Once"}, status=201)["id"]
    t.ask("rules_destroy", f"DELETE /rules/{spare}/", status=204)


def bank_files_told(t: Teller, bank: int) -> None:
    t.ask(
        "bank_imports_columns_create", "POST /bank-imports/columns/", {"file": STATEMENT, "account": bank}, files=True
    )
    asked = {"file": STATEMENT, "account": bank, "dry_run": "true"}
    t.ask("bank_imports_create", "POST /bank-imports/", asked, files=True)
    taken = t.ask("bank_imports_create", "POST /bank-imports/", {**asked, "dry_run": "false"}, status=201, files=True)
    t.ask("bank_imports_retrieve", f"GET /bank-imports/{taken['id']}/")
    t.ask("bank_imports_list", "GET /bank-imports/")
    t.ask("bank_imports_undo_create", f"POST /bank-imports/{taken['id']}/undo/")


def statements_told(t: Teller, bank: int) -> None:
    said = {"account": bank, "date": "2024-06-15", "balance": "260000"}
    row = t.ask("balances_create", "POST /balances/", said, status=201)["id"]
    t.ask("balances_retrieve", f"GET /balances/{row}/")
    t.ask("balances_update", f"PUT /balances/{row}/", {**said, "balance": "262000"})
    t.ask("balances_partial_update", f"PATCH /balances/{row}/", {"note": "From the app of the bank"})
    t.ask("balances_list", f"GET /balances/?account={bank}")
    t.ask("balances_destroy", f"DELETE /balances/{row}/", status=204)


def terms_told(t: Teller, deposit: int) -> None:
    t.ask("balances_create", "POST /balances/", _stated(deposit), status=201)
    terms = {"account": deposit, "product": "fixed_deposit", "starts_on": "2024-01-01", "matures_on": "2025-01-01"}
    terms |= {"rates": [{"since": "2024-01-01", "rate": "0.071"}]}
    row = t.ask("terms_create", "POST /terms/", terms, status=201)["id"]
    t.ask("terms_retrieve", f"GET /terms/{row}/")
    t.ask("terms_update", f"PUT /terms/{row}/", {**terms, "credited": "quarterly"})
    t.ask("terms_partial_update", f"PATCH /terms/{row}/", {"matures_on": "2026-01-01"})
    t.ask("terms_list", "GET /terms/?product=fixed_deposit")
    t.ask("accounts_schedule_retrieve", f"GET /accounts/{deposit}/schedule/")


def terms_ended(t: Teller) -> None:
    row = t.ask("terms_list", "GET /terms/")["results"][0]["id"]
    t.ask("terms_destroy", f"DELETE /terms/{row}/", status=204)


def _stated(deposit: int) -> dict[str, Any]:
    return {"account": deposit, "date": "2024-01-01", "balance": "200000"}
