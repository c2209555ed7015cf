"""Assets of the catalogue and short ways to write transactions over the API."""

from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.models import Account, User
from portfolio.models import Asset, Holding
from tests.portfolio.asking import providers  # noqa: F401

TRANSACTIONS = "/api/v1/transactions/"


@pytest.fixture
def infosys(db: None) -> Asset:
    return Asset.objects.create(symbol="INFY", name="Infosys", asset_class="stock", currency="INR")


@pytest.fixture
def tcs(db: None) -> Asset:
    return Asset.objects.create(symbol="TCS", name="Tata Consultancy", asset_class="stock", currency="INR")


@pytest.fixture
def apple(db: None) -> Asset:
    return Asset.objects.create(symbol="AAPL", name="Apple", asset_class="stock", currency="USD")


@pytest.fixture
def main(asha: User) -> Account:
    return asha.accounts.get(is_default=True)


@pytest.fixture
def broker(asha: User) -> Account:
    return Account.objects.create(user=asha, name="Zerodha", currency="INR")


def post(client: APIClient, kind: str, day: str, asset: Asset | None = None, **fields: Any) -> Any:
    body = {"kind": kind, "date": day, **fields}
    return client.post(TRANSACTIONS, body if asset is None else {**body, "asset": asset.pk})


def record(client: APIClient, kind: str, day: str, asset: Asset | None = None, **fields: Any) -> Any:
    """The body of the answer to a transaction that must be accepted."""
    response = post(client, kind, day, asset, **fields)
    assert response.status_code == 201, response.content
    return response.json()


def action(asset: Asset, kind: str, day: date, **fields: Any) -> Any:
    return asset.actions.create(kind=kind, ex_date=day, **fields)


def figures(user: User, asset: Asset | None, *names: str) -> tuple[str, ...]:
    """Figures of the one position in an asset, as people write them."""
    holding = Holding.objects.get(user=user, asset=asset)
    return tuple(f"{getattr(holding, name):f}" for name in names)
