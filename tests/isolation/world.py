"""A person with one of everything, made over the API; ids and texts tell at sight whose they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.utils import timezone
from rest_framework.test import APIClient

from core.models import User
from portfolio.models import Asset, Dividend, InvestmentPlan, PriceSource, Quarantine
from portfolio.services.assets import asset_create
from portfolio.services.dividend_facts import dividend_declare
from portfolio.services.prices import prices_record
from tests.conftest import api_of, make_person

API = "/api/v1"
OURS = ("core", "portfolio", "ledger", "analytics")
STATEMENT = "Date,Description,Amount\n2024-02-03,{payee},-{amount}\n"


@dataclass
class World:
    """tag: stands in every text that the person wrote. amount: in their money. base: near it are all their ids."""

    user: User
    tag: str
    amount: str
    base: int
    shared: Mapping[str, int]
    ids: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, kind: str) -> int:
        return self.ids[kind] if kind in self.ids else self.shared[kind]

    @property
    def symbol(self) -> str:
        """Of the private asset."""
        return f"{self.tag.upper()}X"

    def traces(self, body: str) -> set[str]:
        """What of this person a body tells: texts, amounts, ids."""
        whole = self.amount.partition(".")[0]
        pattern = rf"(?i){self.tag}|(?<!\d){whole}(?!\d)|(?<!\d){self.base // 10_000}\d{{4}}(?!\d)"
        return set(re.findall(pattern, body))


def shared_made() -> dict[str, int]:
    """The catalogue: Infosys, which everybody holds, and Tata, which Asha alone holds; the usual index."""
    infosys, tata = (
        asset_create(owner=None, fields={"symbol": symbol, "name": name, "asset_class": "stock", "currency": "INR"})
        for symbol, name in (("INFY", "Infosys"), ("TCS", "Tata Consultancy"))
    )
    asset_create(owner=None, fields={"symbol": "^NSEI", "name": "NIFTY 50", "asset_class": "index", "currency": "INR"})
    prices_record(closes={asset.pk: {date(2024, 1, 2): Decimal(100)} for asset in (infosys, tata)})
    PriceSource.objects.create(asset=infosys, provider="yahoo", symbol="INFY")
    return {"catalogue": infosys.pk, "tata": tata.pk, "catalogue_dividend": _dividend(infosys).pk} | {
        f"catalogue_{kind}": row.pk for kind, row in (("quarantine", _quarantine(infosys)), ("action", _split(infosys)))
    }


def world_made(tag: str, *, amount: str, base: int, shared: Mapping[str, int]) -> World:
    """base: a multiple of 10,000."""
    count_from(base)
    user = make_person(f"{tag.lower()}@example.com", currency="INR", zone="Asia/Kolkata")
    world = World(user, tag, amount, base, shared)
    api = api_of(user)
    _accounts(world, api)
    _investments(world, api)
    _everyday(world, api)
    _token(world, api)
    return world


def statement(world: World) -> SimpleUploadedFile:
    text = STATEMENT.format(payee=f"{world.tag} grocer", amount=world.amount)
    return SimpleUploadedFile("statement.csv", text.encode())


def count_from(base: int) -> None:
    """The next row of any table gets an id behind `base`, so that an id found in an answer says whose it is."""
    ours = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    with connection.cursor() as cursor:
        for model in (model for model in ours if isinstance(model._meta.pk, models.AutoField)):
            table, column = model._meta.db_table, model._meta.pk.column
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table}"', column, base])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, base])


def _accounts(world: World, api: APIClient) -> None:
    world.ids["main"] = world.user.accounts.get().pk
    for kind, of in (("account", "bank"), ("other", "bank"), ("spare", "bank"), ("deposit", "deposit")):
        _post(world, api, kind, "/accounts/", {"name": f"{world.tag} {kind}", "kind": of, "currency": "INR"})
    terms = {"product": "fixed_deposit", "starts_on": "2024-01-01", "rates": [{"since": "2024-01-01", "rate": "0.07"}]}
    _post(world, api, "terms", "/terms/", {"account": world["deposit"], **terms})


def _investments(world: World, api: APIClient) -> None:
    asset = {"symbol": world.symbol, "name": f"{world.tag} works", "asset_class": "stock", "currency": "INR"}
    _post(world, api, "asset", "/assets/", {**asset, "sector": f"{world.tag} sector"})
    _post(world, api, "unused_asset", "/assets/", {**asset, "symbol": f"{world.symbol}2"})
    priced = api.put(f"{API}/assets/{world['asset']}/prices/", {"2024-01-02": world.amount, "2024-06-03": "120"})
    assert priced.status_code == 200, priced.content
    split = {"asset": world["asset"], "kind": "split", "ex_date": "2024-05-02", "ratio": "2"}
    _post(world, api, "action", "/corporate-actions/", split)
    buy = {"kind": "buy", "date": "2024-01-03", "quantity": "3", "price": world.amount, "note": f"{world.tag} note"}
    _post(world, api, "transaction", "/transactions/", {**buy, "asset": world["asset"]})
    for kind in ("catalogue", "tata") if world.tag == "Zarathustra" else ("catalogue",):
        _post(world, api, f"{kind}_buy", "/transactions/", {**buy, "asset": world[kind]})
    _post(world, api, "benchmark", "/benchmarks/", {"asset": world["asset"]})
    plan = {"name": f"{world.tag} plan", "asset": world["asset"], "amount": world.amount, "starts_on": "2024-06-03"}
    _post(world, api, "plan", "/plans/", plan)
    world.ids["instalment"] = InvestmentPlan.objects.get(pk=world["plan"]).instalments.get().pk
    private = Asset.objects.get(pk=world["asset"])
    world.ids["dividend"], world.ids["quarantine"] = _dividend(private).pk, _quarantine(private).pk
    targets = {"by": "asset", "targets": [{"key": str(world["asset"]), "weight": "0.4"}]}
    assert api.put(f"{API}/analytics/targets/", targets).status_code == 200


def _everyday(world: World, api: APIClient) -> None:
    tag, amount = world.tag, world.amount
    for kind in ("category", "spare_category"):
        _post(world, api, kind, "/categories/", {"name": f"{tag} {kind}"})
    entry = {"kind": "expense", "amount": amount, "account": world["account"], "category_id": world["category"]}
    texts = {"payee": f"{tag} payee", "description": f"{tag} text", "note": f"{tag} note", "tags": [f"{tag}-tag"]}
    for kind in ("entry", "deleted_entry"):
        _post(world, api, kind, "/entries/", {**entry, **texts, "date": "2024-06-04"})
    assert api.delete(f"{API}/entries/{world['deleted_entry']}/").status_code == 204
    stated = {"account": world["account"], "date": "2024-05-31", "balance": amount, "note": f"{tag} note"}
    _post(world, api, "balance", "/balances/", stated)
    budget = {"category_id": world["category"], "amount": amount, "starts_on": "2024-01"}
    _post(world, api, "budget", "/budgets/", budget)
    _post(world, api, "recurring", "/recurring/", {**entry, "name": f"{tag} rent", "starts_on": "2024-07-01"})
    rule = {"name": f"{tag} rule", "conditions": [{"field": "payee", "op": "contains", "value": f"{tag} grocer"}]}
    _post(world, api, "rule", "/rules/", {**rule, "category_id": world["category"]})
    taken = api.post(
        f"{API}/bank-imports/",
        {"file": statement(world), "account": world["other"], "dry_run": "false"},
        format="multipart",
    )
    assert taken.status_code == 201, taken.content
    world.ids["bank_import"] = taken.json()["id"]


def _token(world: World, api: APIClient) -> None:
    _post(world, api, "token", "/tokens/", {"name": f"{world.tag} laptop"})


def _post(world: World, api: APIClient, kind: str, path: str, body: dict[str, Any]) -> None:
    made = api.post(f"{API}{path}", body)
    assert made.status_code == 201, (path, made.content)
    world.ids[kind] = made.json()["id"]


def _dividend(asset: Asset) -> Dividend:
    return dividend_declare(asset=asset, ex_date=date(2024, 6, 5), amount=Decimal(2), currency="INR")


def _quarantine(asset: Asset) -> Quarantine:
    now = timezone.now()
    return Quarantine.objects.create(
        asset=asset, reason="wrong_scale", closes={"2024-06-06": "999"}, first_seen_at=now, last_seen_at=now
    )


def _split(asset: Asset) -> Any:
    return asset.actions.create(kind="split", ex_date=date(2023, 5, 2), ratio=Decimal(2))
