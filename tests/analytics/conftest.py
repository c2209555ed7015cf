"""A story of ten days in two currencies, and short ways to write prices and to move through time."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from core.models import Account, User
from core.services import account_create
from portfolio.models import Asset
from portfolio.services.prices import prices_record
from portfolio.services.transactions import TransactionInput, transaction_record
from tests.analytics.bank_and_wallet import money, wallet  # noqa: F401
from tests.analytics.household import bank, card, household  # noqa: F401

NET_WORTH = "/api/v1/analytics/net-worth/"
SUMMARY = "/api/v1/analytics/summary/"
STATUS = "/api/v1/analytics/status/"
HOLDINGS = "/api/v1/holdings/"
TODAY = date(2024, 1, 10)
"""A Wednesday: the last day of the story."""


def travel(day: date, at: str = "12:00") -> Any:
    """It is that moment of that day in UTC."""
    return time_machine.travel(datetime.combine(day, time.fromisoformat(at), tzinfo=UTC), tick=False)


@pytest.fixture
def at_noon():
    with travel(TODAY):
        yield


@pytest.fixture
def infosys(asha: User) -> Asset:
    return Asset.objects.create(owner=asha, symbol="INFY", name="Infosys", asset_class="stock", currency="INR")


@pytest.fixture
def apple(db: None) -> Asset:
    return Asset.objects.create(symbol="AAPL", name="Apple", asset_class="stock", currency="USD")


@pytest.fixture
def dollar(db: None) -> Asset:
    return Asset.objects.create(symbol="USDINR=X", name="Rupees for a dollar", asset_class="fx", currency="INR")


@pytest.fixture
def main(asha: User) -> Account:
    return asha.accounts.get(is_default=True)


@pytest.fixture
def schwab(asha: User) -> Account:
    return account_create(user=asha, fields={"name": "Schwab", "currency": "USD", "tracks_cash": True})


def closes(asset: Asset, **by_day: str | None) -> None:
    """closes(infosys, d2024_01_05="110"): None takes a close away."""
    days = {date.fromisoformat(day[1:].replace("_", "-")): close for day, close in by_day.items()}
    prices_record(closes={asset.pk: {day: None if close is None else Decimal(close) for day, close in days.items()}})


def enter(account: Account, kind: str, day: str, asset: Asset | None = None, **fields: Any) -> Any:
    numbers: dict[str, Any] = {name: Decimal(value) if name != "currency" else value for name, value in fields.items()}
    data = TransactionInput(account=account, asset=asset, kind=kind, date=date.fromisoformat(day), **numbers)
    return transaction_record(user=account.user, data=data)


@pytest.fixture
def story(asha, main, schwab, infosys, apple, dollar, at_noon) -> dict[str, Any]:
    """Rupees in an account that keeps no cash, dollars in one that does; the rate and both prices move."""
    closes(infosys, d2024_01_01="100", d2024_01_05="110", d2024_01_10="120")
    closes(apple, d2024_01_02="200", d2024_01_08="210")
    closes(dollar, d2024_01_01="83", d2024_01_04="84", d2024_01_09="82")
    return {
        "infosys": enter(main, "buy", "2024-01-01", infosys, quantity="10", price="100", fee="5"),
        "deposit": enter(schwab, "deposit", "2024-01-02", amount="1000"),
        "apple": enter(schwab, "buy", "2024-01-03", apple, quantity="2", price="200", fee="1"),
        "dividend": enter(schwab, "dividend", "2024-01-09", apple, amount="10", tax="2"),
    }


@pytest.fixture
def tcs(db: None) -> Asset:
    return Asset.objects.create(symbol="TCS", name="Tata Consultancy", asset_class="stock", currency="INR")
