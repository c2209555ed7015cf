"""What each operation of the API needs of a person's things, and how a request that is right looks.

An operation that is not here fails the walk, and so does a value in a request that is in none of the two lists at the
end: whoever adds one says whose object it names. Bodies are made of the things of the person who asks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from core.archive.writer import archive_stream
from tests.conftest import PASSWORD
from tests.isolation.schema import Operation, operations
from tests.isolation.world import World, statement

Body = Callable[[World], Any]


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request that is right. answer: its status, of one's own things. query: parameters that it needs.

    instead: by leaf, another body to put that value into.
    """

    body: Body | None = None
    answer: int = 200
    query: Mapping[str, str] = field(default_factory=dict)
    is_form: bool = False
    instead: Mapping[str, Body] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """objects: what the placeholders of the path name. calls: by method."""

    objects: Mapping[str, str]
    calls: Mapping[str, Call]


def _route(objects: str = "", /, **calls: Call) -> Route:
    """objects: `plan=plan id=instalment`."""
    return Route(dict(pair.split("=") for pair in objects.split()), calls)


def _changing(kind: str, body: Body, **others: Call) -> Route:
    """The usual ways to read, change and delete one thing."""
    calls = {"get": Call(), "put": Call(body=body), "patch": Call(body=body), "delete": Call(answer=204), **others}
    return _route(f"id={kind}", **calls)


def _account(w: World) -> Any:
    return {"name": f"{w.tag} fresh", "kind": "bank", "currency": "INR"}


def _asset(w: World) -> Any:
    return {"symbol": f"{w.symbol}NEW", "name": f"{w.tag} fresh", "asset_class": "stock", "currency": "INR"}


def _action(w: World) -> Any:
    return {"asset": w["asset"], "kind": "split", "ex_date": "2024-04-01", "ratio": "3"}


def _spinoff(w: World) -> Any:
    new = {"new_asset": w["unused_asset"], "cost_fraction": "0.3"}
    return {"asset": w["asset"], "kind": "spinoff", "ex_date": "2024-04-01", "ratio": "1", **new}


def _balance(w: World) -> Any:
    return {"account": w["account"], "date": "2024-04-30", "balance": "12.5"}


def _budget(w: World) -> Any:
    return {"category_id": w["spare_category"], "amount": "50", "starts_on": "2024-02"}


def _entry(w: World) -> Any:
    return {"kind": "expense", "date": "2024-06-01", "amount": "7.25", "account": w["account"]}


def _transfer(w: World) -> Any:
    return {**_entry(w), "kind": "transfer", "to_account": w["other"]}


def _recurring(w: World) -> Any:
    return {"name": f"{w.tag} fresh", "kind": "expense", "amount": "5", "starts_on": "2024-08-01"}


def _recurring_transfer(w: World) -> Any:
    return {**_recurring(w), "kind": "transfer", "account": w["account"], "to_account": w["other"]}


def _plan(w: World) -> Any:
    return {"name": f"{w.tag} fresh", "asset": w["asset"], "amount": "500", "starts_on": "2024-08-01"}


def _plan_by_symbol(w: World) -> Any:
    return {"name": f"{w.tag} fresh", "symbol": w.symbol, "amount": "500", "starts_on": "2024-08-01"}


def _rule(w: World) -> Any:
    return {"name": f"{w.tag} fresh", "conditions": [{"field": "account", "op": "is", "value": w["account"]}]} | {
        "category_id": w["category"]
    }


def _run(w: World) -> Any:
    return {"rule": _rule(w), "filters": {"account": str(w["account"])}}


def _terms(w: World) -> Any:
    rates = [{"since": "2024-01-01", "rate": "0.06"}]
    return {"account": w["spare"], "product": "fixed_deposit", "starts_on": "2024-01-01", "rates": rates}


def _transaction(w: World) -> Any:
    return {"kind": "buy", "date": "2024-01-04", "asset": w["asset"], "quantity": "1", "price": "10"}


def _transaction_by_symbol(w: World) -> Any:
    return {"kind": "buy", "date": "2024-01-04", "symbol": w.symbol, "quantity": "1", "price": "10"}


def _targets(w: World) -> Any:
    return {"by": "asset", "targets": [{"key": str(w["asset"]), "weight": "0.5"}]}


def _bank_file(w: World) -> Any:
    return {"file": statement(w), "account": w["account"]}


def _file(w: World) -> Any:
    text = f"date,kind,symbol,quantity,price\n2024-01-05,buy,{w.symbol},1,10\n"
    return {"file": SimpleUploadedFile("file.csv", text.encode()), "format": "transactions"}


def _archive(w: World) -> Any:
    """Of themselves: who has something already is refused. That their history was built for it never was."""
    with transaction.atomic():
        archive = b"".join(archive_stream(w.user))
        transaction.set_rollback(True)
    return {"file": SimpleUploadedFile("archive.zip", archive)}


_READ = _route(get=Call())

ROUTES: Mapping[str, Route] = {
    "/accounts/": _route(get=Call(), post=Call(body=_account, answer=201)),
    "/accounts/{id}/": _changing("spare", _account),
    "/accounts/{id}/schedule/": _route("id=deposit", get=Call()),
    "/activity/": _READ,
    "/analytics/allocation/": _READ,
    "/analytics/balances/": _READ,
    "/analytics/contribution/": _READ,
    "/analytics/definitions/": _READ,
    "/analytics/gains/": _READ,
    "/analytics/health/": _READ,
    "/analytics/income/": _READ,
    "/analytics/net-worth/": _READ,
    "/analytics/performance/": _READ,
    "/analytics/projection/": _READ,
    "/analytics/rebalancing/": _READ,
    "/analytics/risk/": _READ,
    "/analytics/status/": _READ,
    "/analytics/summary/": _READ,
    "/analytics/targets/": _route(get=Call(query={"by": "asset"}), put=Call(body=_targets)),
    "/assets/": _route(get=Call(), post=Call(body=_asset, answer=201)),
    "/assets/{id}/": _changing("unused_asset", _asset),
    "/assets/{id}/prices/": _route("id=asset", get=Call(), put=Call(body=lambda w: {"2024-03-01": "111"})),
    "/assets/choose/": _route(post=Call(body=lambda w: {"provider": "yahoo", "symbol": "INFY"})),
    "/balances/": _route(get=Call(), post=Call(body=_balance, answer=201)),
    "/balances/{id}/": _changing("balance", _balance),
    "/bank-imports/": _route(get=Call(), post=Call(body=_bank_file, is_form=True)),
    "/bank-imports/{id}/": _route("id=bank_import", get=Call()),
    "/bank-imports/{id}/undo/": _route("id=bank_import", post=Call()),
    "/bank-imports/columns/": _route(post=Call(body=_bank_file, is_form=True)),
    "/benchmarks/": _route(get=Call(), post=Call(body=lambda w: {"asset": w["unused_asset"]}, answer=201)),
    "/benchmarks/{id}/": _route("id=benchmark", delete=Call(answer=204)),
    "/budgets/": _route(get=Call(), post=Call(body=_budget, answer=201)),
    "/budgets/{id}/": _changing("budget", _budget),
    "/categories/": _route(get=Call(), post=Call(body=lambda w: {"name": f"{w.tag} fresh"}, answer=201)),
    "/categories/{id}/": _changing("spare_category", lambda w: {"name": f"{w.tag} fresh"}),
    "/corporate-actions/": _route(get=Call(), post=Call(body=_action, answer=201, instead={"new_asset": _spinoff})),
    "/corporate-actions/{id}/": _changing(
        "action",
        _action,
        put=Call(body=_action, instead={"new_asset": _spinoff}),
        patch=Call(body=_action, instead={"new_asset": _spinoff}),
    ),
    "/dividends/": _READ,
    "/dividends/{id}/dismiss/": _route("id=dividend", post=Call(body=lambda w: {"account": w["main"]}, answer=204)),
    "/dividends/{id}/record/": _route("id=dividend", post=Call(body=lambda w: {"account": w["main"]}, answer=201)),
    "/entries/": _route(get=Call(), post=Call(body=_entry, answer=201, instead={"to_account": _transfer})),
    "/entries/{id}/": _changing("entry", _entry),
    "/entries/{id}/restore/": _route("id=deleted_entry", post=Call()),
    "/entries/bulk/": _route(
        post=Call(body=lambda w: [_entry(w)], answer=201, instead={"*.to_account": lambda w: [_transfer(w)]}),
        patch=Call(body=lambda w: {"ids": [w["entry"]], "changes": {"payee": f"{w.tag} fresh"}}),
    ),
    "/entries/bulk/delete/": _route(post=Call(body=lambda w: {"ids": [w["entry"]]})),
    "/entries/bulk/restore/": _route(post=Call(body=lambda w: {"ids": [w["deleted_entry"]]})),
    "/holdings/": _READ,
    "/holdings/{asset_id}/": _route("asset_id=asset", get=Call()),
    "/exports/": _READ,
    "/imports/": _route(post=Call(body=_file, is_form=True)),
    "/imports/archive/": _route(post=Call(body=_archive, answer=409, is_form=True)),
    "/ledger/stats/": _READ,
    "/market/": _READ,
    "/me/": _route(
        get=Call(),
        patch=Call(body=lambda w: {"name": f"{w.tag} fresh"}),
        delete=Call(body=lambda w: {"password": PASSWORD}, answer=204),
    ),
    "/plans/": _route(get=Call(), post=Call(body=_plan, answer=201, instead={"symbol": _plan_by_symbol})),
    "/plans/{id}/": _changing(
        "plan",
        _plan,
        put=Call(body=_plan, instead={"symbol": _plan_by_symbol}),
        patch=Call(body=_plan, instead={"symbol": _plan_by_symbol}),
    ),
    "/plans/{id}/instalments/": _route("id=plan", get=Call()),
    "/plans/{id}/skip/": _route("id=plan", post=Call(body=lambda w: {})),
    "/plans/{plan}/instalments/{id}/retry/": _route("plan=plan id=instalment", post=Call(answer=409)),
    "/quarantine/": _READ,
    "/quarantine/{id}/accept/": _route("id=quarantine", post=Call()),
    "/quarantine/{id}/reject/": _route("id=quarantine", post=Call()),
    "/recurring/": _route(
        get=Call(), post=Call(body=_recurring, answer=201, instead={"to_account": _recurring_transfer})
    ),
    "/recurring/{id}/": _changing("recurring", _recurring),
    "/recurring/{id}/skip/": _route("id=recurring", post=Call(body=lambda w: {})),
    "/rules/": _route(get=Call(), post=Call(body=_rule, answer=201)),
    "/rules/{id}/": _changing("rule", _rule),
    "/rules/apply/": _route(post=Call(body=_run, instead={"ids.*": lambda w: {"ids": [w["rule"]]}})),
    "/rules/try/": _route(post=Call(body=_run, instead={"ids.*": lambda w: {"ids": [w["rule"]]}})),
    "/terms/": _route(get=Call(), post=Call(body=_terms, answer=201)),
    "/terms/{id}/": _changing("terms", _terms),
    "/tokens/": _route(get=Call(), post=Call(body=lambda w: {"name": f"{w.tag} fresh"}, answer=201)),
    "/tokens/{id}/": _route("id=token", delete=Call(answer=204)),
    "/transactions/": _route(
        get=Call(), post=Call(body=_transaction, answer=201, instead={"symbol": _transaction_by_symbol})
    ),
    "/transactions/{id}/": _changing(
        "transaction",
        _transaction,
        put=Call(body=_transaction, instead={"symbol": _transaction_by_symbol}),
        patch=Call(body=_transaction, instead={"symbol": _transaction_by_symbol}),
    ),
    "/transactions/bulk/": _route(
        post=Call(
            body=lambda w: [_transaction(w)], answer=201, instead={"*.symbol": lambda w: [_transaction_by_symbol(w)]}
        )
    ),
}

REFERENCES: Mapping[str, str] = {
    "account": "account",
    "to_account": "account",
    "asset": "asset",
    "new_asset": "asset",
    "benchmark": "asset",
    "category_id": "category",
    "parent": "category",
    "move_to": "category",
    "recurring": "recurring",
    "bank_import": "bank_import",
    "key": "asset",
    "value": "account",
    "filters": "account",
}
"""Values of requests that name an object, by the last part of their names, and the kind that they name."""

REFERENCES_HERE: Mapping[str, str] = {
    "GET /entries/ ?category": "category",
    "GET /ledger/stats/ ?category": "category",
    "PATCH /entries/bulk/ ids.*": "entry",
    "POST /entries/bulk/delete/ ids.*": "entry",
    "POST /entries/bulk/restore/ ids.*": "deleted_entry",
    "POST /rules/apply/ ids.*": "rule",
    "POST /rules/try/ ids.*": "rule",
    "POST /plans/ symbol": "symbol",
    "PUT /plans/{id}/ symbol": "symbol",
    "PATCH /plans/{id}/ symbol": "symbol",
    "POST /transactions/ symbol": "symbol",
    "PUT /transactions/{id}/ symbol": "symbol",
    "PATCH /transactions/{id}/ symbol": "symbol",
    "POST /transactions/bulk/ *.symbol": "symbol",
}
"""The same of values whose name means different things, by operation."""

PLAIN = frozenset(
    """
    access account_amount account_number action add add_tags amfi_code amount amount_max amount_min as_of asset_class
    balance base_currency basis block_months by carries_over cash_per_share category category_kind closed closed_on
    contribution_growth cost_fraction cost_method create_assets credited currency cursor date deleted description
    dry_run email ends_on ex_date expires_at external_id fee field file format frequency from fx_rate goal history
    inflation installment interval is_active is_paused isin kind likely limit mapping market_cap match matures_on
    method minimum_trade month monthly months name note object_id offset on only_uncategorized op opened_on ordering
    page_size password payee period position preferences price product provider quantity quantity_decimals rate ratio
    remove_tags risk_appetite risk_free rules search sector seed sell simulations since starts_on status stops symbol
    tag tags tax tax_rate time timezone to to_amount tracks_cash via weight window year years {}
    """.split()
)
"""Values that name no object: what they say is taken as it is, or made new for the person (a path of categories)."""


def known_operations() -> list[Operation]:
    """One that is not in the table fails a test of its own; the others go on without it."""
    return [one for one in operations() if one.path in ROUTES and one.method in ROUTES[one.path].calls]


def reference_in(operation: str, leaf: str) -> str | None:
    """The kind of object that this value names; None of a plain one. KeyError: nobody has said yet."""
    here = REFERENCES_HERE.get(f"{operation} {leaf}")
    name = next((part for part in reversed(leaf.removeprefix("?").split(".")) if part != "*"), "")
    if here or name in REFERENCES:
        return here or REFERENCES[name]
    if name in PLAIN:
        return None
    raise KeyError(f"{operation}: {leaf}")
