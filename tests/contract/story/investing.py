"""Asha invests: assets, transactions, actions, dividends, plans, files."""

from collections.abc import Mapping

from tests.contract.story.teller import Teller
from tests.contract.story.world import closes_doubted, facts_declared

FILE = "date,kind,symbol,quantity,price,external_id\n2024-05-06,buy,GOLDBEES.NS,20,61.5,zerodha-881\n"


def assets_told(t: Teller) -> int:
    """The id of an asset of her own."""
    flat = {"symbol": "FLAT", "name": "Flat in Pune", "asset_class": "other", "currency": "INR"}
    own: int = t.ask("assets_create", "POST /assets/", flat, status=201)["id"]
    t.ask("assets_retrieve", f"GET /assets/{own}/")
    t.ask("assets_update", f"PUT /assets/{own}/", {**flat, "sector": "Housing"})
    t.ask("assets_partial_update", f"PATCH /assets/{own}/", {"name": "Flat in Pune, 2 rooms"})
    closes = {"2024-04-01": "100", "2024-06-03": "101.5", "2024-06-24": "102"}
    t.ask("assets_prices_update", f"PUT /assets/{own}/prices/", closes)
    t.ask("assets_prices_retrieve", f"GET /assets/{own}/prices/?from=2024-06-01")
    t.ask("assets_list", "GET /assets/?search=nifty")
    choice = {"provider": "yahoo", "symbol": "NIFTYBEES.NS"}
    t.ask("assets_choose_create", "POST /assets/choose/", choice, status=201)
    t.ask("assets_choose_create", "POST /assets/choose/", choice)
    spare = t.ask("assets_create", "POST /assets/", {**flat, "symbol": "OLDCAR", "name": "Car"}, status=201)
    t.ask("assets_destroy", f"DELETE /assets/{spare['id']}/", status=204)
    return own


def trades_told(t: Teller, ids: Mapping[str, int], broker: int, own: int) -> None:
    buy = {"account": broker, "asset": ids["INFY.NS"], "kind": "buy", "date": "2023-01-03", "quantity": "20"}
    buy |= {"price": "1501.25", "fee": "20", "tax": "30.03", "external_id": "zerodha-1"}
    row = t.ask("transactions_create", "POST /transactions/", buy, status=201)
    t.ask("transactions_retrieve", f"GET /transactions/{row['id']}/")
    t.ask("transactions_update", f"PUT /transactions/{row['id']}/", {**buy, "time": "10:15:00"})
    t.ask("transactions_partial_update", f"PATCH /transactions/{row['id']}/", {"note": "First shares"})
    more = [
        {"account": broker, "asset": ids["AAPL"], "kind": "buy", "date": "2024-01-15", "quantity": "3", "price": "191"},
        {"account": broker, "asset": own, "kind": "buy", "date": "2024-04-02", "quantity": "40", "price": "100"},
        {
            "account": broker,
            "symbol": "INFY.NS",
            "kind": "sell",
            "date": "2024-06-10",
            "quantity": "5",
            "price": "1720",
        },
    ]
    t.ask("transactions_bulk_create", "POST /transactions/bulk/", more, status=201)
    t.ask("transactions_list", f"GET /transactions/?account={broker}&kind=buy&from=2023-01-01")
    wrong = t.ask("transactions_create", "POST /transactions/", {**buy, "external_id": None}, status=201)
    t.ask("transactions_destroy", f"DELETE /transactions/{wrong['id']}/", status=204)


def actions_told(t: Teller, own: int) -> None:
    split = {"asset": own, "kind": "split", "ex_date": "2024-05-15", "ratio": "2"}
    row = t.ask("corporate_actions_create", "POST /corporate-actions/", split, status=201)
    address = f"/corporate-actions/{row['id']}/"
    t.ask("corporate_actions_retrieve", f"GET {address}")
    t.ask("corporate_actions_update", f"PUT {address}", {**split, "ratio": "4"})
    t.ask("corporate_actions_partial_update", f"PATCH {address}", {"status": "proposed"})
    t.ask("corporate_actions_list", f"GET /corporate-actions/?asset={own}")
    t.ask("corporate_actions_destroy", f"DELETE {address}", status=204)


def dividends_told(t: Teller, ids: Mapping[str, int], broker: int) -> None:
    older, newer = facts_declared(ids)
    t.ask("dividends_list", "GET /dividends/")
    t.ask("dividends_dismiss_create", f"POST /dividends/{older}/dismiss/", {"account": broker}, status=204)
    paid = {"account": broker, "date": "2024-06-14", "tax": "56"}
    t.ask("dividends_record_create", f"POST /dividends/{newer}/record/", paid, status=201)


def plans_told(t: Teller, ids: Mapping[str, int], broker: int) -> None:
    plan = {"name": "Gold each month", "account": broker, "asset": ids["GOLDBEES.NS"], "amount": "2000"}
    plan |= {"starts_on": "2024-04-05", "quantity_decimals": 0}
    row = t.ask("plans_create", "POST /plans/", plan, status=201)
    address = f"/plans/{row['id']}/"
    t.ask("plans_retrieve", f"GET {address}")
    t.ask("plans_partial_update", f"PATCH {address}", {"fee": "5"})
    t.ask("plans_update", f"PUT {address}", {**plan, "amount": "2500"})
    t.ask("plans_skip_create", f"POST {address}skip/", {"on": row["next_on"]})
    t.ask("plans_list", "GET /plans/?ordering=name")
    t.ask("plans_instalments_list", f"GET {address}instalments/")
    _refused_told(t, plan)


def _refused_told(t: Teller, plan: Mapping[str, object]) -> None:
    """Where an instalment is smaller than a unit, nothing can be bought."""
    row = t.ask("plans_create", "POST /plans/", {**plan, "name": "Too little", "amount": "10"}, status=201)
    address = f"/plans/{row['id']}/"
    due = t.ask("plans_instalments_list", f"GET {address}instalments/")["results"]
    refused = next(one["id"] for one in due if one["status"] == "refused")
    t.ask("plans_partial_update", f"PATCH {address}", {"quantity_decimals": 3})
    t.ask("plans_instalments_retry_create", f"POST {address}instalments/{refused}/retry/")
    t.ask("plans_destroy", f"DELETE {address}", status=204)


def doubts_told(t: Teller, own: int) -> None:
    wrong, right = closes_doubted(own)
    t.ask("quarantine_list", "GET /quarantine/")
    t.ask("quarantine_reject_create", f"POST /quarantine/{wrong}/reject/")
    t.ask("quarantine_accept_create", f"POST /quarantine/{right}/accept/")


def benchmarks_told(t: Teller, ids: Mapping[str, int]) -> None:
    row = t.ask("benchmarks_create", "POST /benchmarks/", {"asset": ids["^NSEI"]}, status=201)
    t.ask("benchmarks_create", "POST /benchmarks/", {"asset": ids["^NSEI"]})
    t.ask("benchmarks_list", "GET /benchmarks/")
    t.ask("benchmarks_destroy", f"DELETE /benchmarks/{row['id']}/", status=204)


def import_told(t: Teller) -> None:
    t.ask("imports_create", "POST /imports/", {"file": FILE, "format": "transactions", "dry_run": "false"}, files=True)
