"""Somebody with dollars and rupees, shares on both sides of a split, a coin and a fund."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework.test import APIClient

from core.models import Account
from core.services import account_create
from portfolio.models import Asset, PriceSource
from portfolio.services.transactions import TransactionInput, transaction_record
from tests.conftest import api_of, make_person

PAIR = "USDINR=X"
LISTED = {  # symbol or code: provider, class, currency
    "AAPL": ("yahoo", "stock", "USD"),
    "RELIANCE.NS": ("yahoo", "stock", "INR"),
    "BTC-USD": ("yahoo", "crypto", "USD"),
    "122639": ("mfapi", "mutual_fund", "INR"),
}
SYMBOLS = (*LISTED, PAIR)
FIRST_DAY = "2020-06-01"
"""Before Apple's split of 2020-08-31."""


@dataclass(frozen=True, slots=True)
class Person:
    api: APIClient
    main: Account
    schwab: Account

    def asked(self, path: str) -> Any:
        """An answer; in a test, an error of the server is raised as it is."""
        response = self.api.get(f"/api/v1/{path}")
        assert response.status_code == 200, (path, response.content)
        return response.json()

    def enter(self, account: Account, day: str, symbol: str | None, **numbers: str) -> None:
        kind = "buy" if symbol else "deposit"
        asset = Asset.objects.get(symbol=symbol, owner=None) if symbol else None
        amounts: dict[str, Any] = {name: Decimal(text) for name, text in numbers.items()}
        data = TransactionInput(account=account, asset=asset, kind=kind, date=date.fromisoformat(day), **amounts)
        transaction_record(user=account.user, data=data)


def make_investor() -> Person:
    """All that they have is new: no price of it was ever asked for."""
    asha = make_person("asha@example.com", currency="INR", zone="Asia/Kolkata")
    schwab = account_create(user=asha, fields={"name": "Schwab", "currency": "USD", "tracks_cash": True})
    person = Person(api_of(asha), asha.accounts.get(is_default=True), schwab)
    for symbol, (provider, asset_class, currency) in LISTED.items():
        asset = Asset.objects.create(symbol=symbol, name=symbol, asset_class=asset_class, currency=currency)
        PriceSource.objects.create(asset=asset, provider=provider, symbol=symbol)
    person.enter(schwab, FIRST_DAY, None, amount="10000")
    person.enter(schwab, FIRST_DAY, "AAPL", quantity="10", price="320")
    person.enter(person.main, "2023-02-01", "RELIANCE.NS", quantity="20", price="2300")
    person.enter(person.main, "2024-01-02", "BTC-USD", quantity="0.5", price="44000")
    person.enter(person.main, "2022-07-04", "122639", quantity="1000.123", price="45")
    return person
