"""A person with a little of everything, made over the API, so that whatever is asked of it has something to answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from rest_framework.test import APIClient

from core.models import ApiToken, User
from portfolio.models import Asset, Dividend, Instalment, InvestmentPlan, Quarantine
from tests.conftest import make_person
from tests.fuzz.bodies import file_of, valid_bodies

NOW = datetime(2024, 6, 30, 6, 30, tzinfo=UTC)
"""Noon in India, on a Sunday: the moment of every test here."""
API = "/api/v1/"
_RESOURCES = ("accounts", "assets", "categories", "entries", "transactions", "balances", "budgets", "recurring")
_LATER = ("rules", "plans", "terms", "corporate-actions", "tokens")
_IN_THE_STORY: dict[str, dict[str, Any]] = {
    "categories": {"name": "Food"},
    "balances": {"date": "2024-04-30"},
    "budgets": {"month": "2024-06"},
    "corporate-actions": {"ex_date": "2024-02-01", "kind": "bonus"},
}
"""Where the body of another row like it, which a test sends, must differ."""


@dataclass(frozen=True)
class Story:
    """key: of the person, to read and write. ids: what the addresses and bodies of each resource can name."""

    person: User
    key: str
    ids: Mapping[str, int]


def tell(email: str = "fuzz@example.com") -> Story:
    person = make_person(email, currency="INR", zone="Asia/Kolkata")
    _, key = ApiToken.issue(person, "fuzz")
    ids = {"accounts": person.accounts.get(is_default=True).pk}
    _tell_api(_client(key), ids)
    _tell_rows(person, ids)
    return Story(person, key, ids)


def _client(key: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


def _tell_api(client: APIClient, ids: dict[str, int]) -> None:
    ids["other_accounts"] = _made(client, "accounts/", {"name": "HDFC", "kind": "bank"})
    ids["deposits"] = _made(client, "accounts/", {"name": "Deposit", "kind": "deposit"})
    asset = {"symbol": "FUZZ", "name": "Fuzz Ltd", "asset_class": "stock", "currency": "INR", "sector": "Wool"}
    ids["assets"] = _made(client, "assets/", asset)
    days = [(month, day) for month in range(1, 7) for day in range(1, 28, 3)]
    prices = {f"2024-{month:02}-{day:02}": f"{100 + month + day}.25" for month, day in days}
    assert client.put(f"{API}assets/{ids['assets']}/prices/", prices).status_code == 200
    for resource in (*_RESOURCES[2:], *_LATER):
        body = valid_bodies(ids)[f"POST {resource}/"] | _IN_THE_STORY.get(resource, {})
        ids[resource] = _made(client, f"{resource}/", body)
    ids["deleted_entries"] = _made(client, "entries/", valid_bodies(ids)["POST entries/"])
    assert client.delete(f"{API}entries/{ids['deleted_entries']}/").status_code == 204
    ids["deposits"] = _made(client, "accounts/", {"name": "Another deposit", "kind": "deposit"})
    ids["bank-imports"] = _uploaded(client, ids)


def _made(client: APIClient, address: str, body: Any) -> int:
    answer = client.post(API + address, body)
    assert answer.status_code == 201, (address, answer.content)
    return int(answer.json()["id"])


def _uploaded(client: APIClient, ids: Mapping[str, int]) -> int:
    body = {"account": ids["other_accounts"], "dry_run": "false", "file": file_of("bank-imports/")}
    answer = client.post(f"{API}bank-imports/", body, format="multipart")
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def _tell_rows(person: User, ids: dict[str, int]) -> None:
    """What no person writes: the catalogue, and what the engine found."""
    asset = Asset.objects.get(pk=ids["assets"])
    index = Asset.objects.create(symbol="^NSEI", name="Nifty 50", asset_class="index", currency="INR")
    person.benchmarks.create(asset=index)
    ids["indices"] = Asset.objects.create(symbol="^GSPC", name="S&P 500", asset_class="index", currency="USD").pk
    ids["benchmarks"] = person.benchmarks.get().pk
    per_share = Dividend.objects.create(asset=asset, ex_date=date(2024, 5, 20), amount=Decimal("0.5"), currency="INR")
    ids["dividends"] = per_share.pk
    held = Quarantine.objects.create(
        asset=asset, reason="wrong_scale", closes={"2024-05-03": "9999"}, first_seen_at=NOW, last_seen_at=NOW
    )
    ids["quarantine"] = held.pk
    plan = InvestmentPlan.objects.get(pk=ids["plans"])
    refused = Instalment.objects.create(plan=plan, due_on=date(2024, 4, 5), amount=Decimal(500), status="refused")
    ids["instalments"] = refused.pk
