"""What a person may send: one valid body for each operation that takes one, in the terms of the story."""

import io
from collections.abc import Mapping
from typing import Any

from tests.bank_files.files import INDIAN

UPLOADS = ("imports/", "bank-imports/", "bank-imports/columns/")
_PRICES_FILE = "date,symbol,close,currency\n2024-05-02,FUZZ,131.5,INR\n"
_CONDITION = {"field": "payee", "op": "contains", "value": "Coffee"}


def valid_bodies(ids: Mapping[str, int]) -> dict[str, Any]:
    """By method and address below /api/v1/; a key that a story does not have yet is 0."""
    made = _everyday(ids) | _portfolio(ids) | _people(ids)
    return made | _changes(made, ids) | _rows(made, ids)


def file_of(address: str) -> io.BytesIO:
    """What is uploaded there."""
    file = io.BytesIO((_PRICES_FILE if address == "imports/" else INDIAN).encode())
    file.name = "some.csv"
    return file


def _people(ids: Mapping[str, int]) -> dict[str, Any]:
    return {
        "POST accounts/": {"name": "Wise", "kind": "bank", "currency": "USD", "opened_on": "2020-02-29"},
        "POST tokens/": {"name": "laptop", "access": "read", "expires_at": "2199-12-31T23:59:59Z"},
        "PATCH me/": {
            "name": "Ásha 🐼",
            "timezone": "Asia/Kolkata",
            "risk_appetite": "mid",
            "preferences": {"dark": 1},
        },
    }


def _portfolio(ids: Mapping[str, int]) -> dict[str, Any]:
    account, asset = ids.get("accounts", 0), ids.get("assets", 0)
    return {
        "POST assets/": {"symbol": "GOLD-1", "name": "A coin", "asset_class": "gold", "currency": "INR", "sector": "x"},
        "POST assets/choose/": {"provider": "yahoo", "symbol": "INFY.NS"},
        "PUT assets/{id}/prices/": {"2024-05-02": "131.5", "2024-05-03": None},
        "POST benchmarks/": {"asset": ids.get("indices", 0)},
        "POST corporate-actions/": {"asset": asset, "kind": "split", "ex_date": "2024-04-01", "ratio": "2"},
        "POST dividends/{id}/record/": {"account": account, "date": "2024-06-01", "amount": "12.5", "tax": "1.25"},
        "POST dividends/{id}/dismiss/": {"account": account},
        "POST imports/": {"format": "prices", "dry_run": "true", "create_assets": "false"},
        "POST plans/": {"name": "SIP", "account": account, "asset": asset, "amount": "500", "starts_on": "2024-05-05"},
        "POST plans/{id}/skip/": {"on": "2024-08-05"},
        "POST transactions/": {
            "account": account, "asset": asset, "kind": "buy", "date": "2024-05-06", "time": "10:30:00",
            "quantity": "1.5", "price": "120", "fee": "0.1", "tax": "0.2", "currency": "INR", "note": "n",
            "external_id": None,
        },
        "PUT analytics/targets/": {"by": "asset_class", "targets": [{"key": "stock", "weight": "0.6"}]},
    }  # fmt: skip


def _everyday(ids: Mapping[str, int]) -> dict[str, Any]:
    account, other, category = ids.get("accounts", 0), ids.get("other_accounts", 0), ids.get("categories", 0)
    return {
        "POST balances/": {"account": other, "date": "2024-05-31", "balance": "1000.5", "note": "statement"},
        "POST bank-imports/": {"account": account, "format": "csv", "account_number": "123", "dry_run": "true"},
        "POST bank-imports/columns/": {"account": account},
        "POST budgets/": {"category_id": category, "month": "2024-07", "amount": "5000", "currency": "INR"},
        "POST categories/": {"name": "Travel", "kind": "expense", "parent": category or None},
        "POST entries/": {
            "kind": "expense", "date": "2024-05-10", "account": account, "amount": "250.25", "currency": "INR",
            "category": "Food:Coffee", "payee": "Coffee House", "description": "d", "note": "n", "tags": ["a", "b"],
            "external_id": None,
        },
        "POST recurring/": {
            "name": "Rent", "kind": "transfer", "amount": "25000", "starts_on": "2024-05-31", "account": account,
            "to_account": other, "fee": "1", "frequency": "monthly", "interval": 1, "tags": ["home"],
        },
        "POST recurring/{id}/skip/": {"on": "2024-08-31"},
        "POST rules/": {
            "name": "Coffee", "conditions": [_CONDITION], "category": "Food:Coffee", "payee": "Coffee House",
            "add_tags": ["treat"], "match": "any",
        },
        "POST rules/apply/": {"ids": [ids.get("entries", 0)], "only_uncategorized": False},
        "POST rules/try/": {"filters": {"from": "2024-01-01"}, "only_uncategorized": False},
        "POST terms/": {
            "account": ids.get("deposits", 0), "product": "fixed_deposit", "starts_on": "2024-01-01",
            "matures_on": "2026-01-01", "rates": [{"since": "2024-01-01", "rate": "0.07"}],
        },
    }  # fmt: skip


def _changes(made: Mapping[str, Any], ids: Mapping[str, int]) -> dict[str, Any]:
    """PUT and PATCH take of one row what the POST takes that makes it."""
    found = {}
    for operation, body in made.items():
        method, address = operation.split()
        if method == "POST" and address.count("/") == 1:
            found[f"PUT {address}{{id}}/"] = found[f"PATCH {address}{{id}}/"] = body
    return found


def _rows(made: Mapping[str, Any], ids: Mapping[str, int]) -> dict[str, Any]:
    entry = {"ids": [ids.get("entries", 0)]}
    return {
        "POST entries/bulk/": [made["POST entries/"]],
        "PATCH entries/bulk/": {**entry, "changes": {"payee": "Tea", "date": "2024-05-11", "add_tags": ["c"]}},
        "POST entries/bulk/delete/": entry,
        "POST entries/bulk/restore/": {"ids": [ids.get("deleted_entries", 0)]},
        "POST transactions/bulk/": [made["POST transactions/"]],
    }
