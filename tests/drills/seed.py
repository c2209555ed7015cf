"""`python -m tests.drills.seed`: two people with some years of monthly buying; prints how to reach them, in JSON."""

import json
import os
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import django

YEARS = range(2019, 2026)
FIRST, LAST = date(2019, 1, 1), date(2025, 12, 31)
INDIAN, AMERICAN = ("RELIANCE", "TCS", "INFY", "HDFCBANK", "ITC"), ("AAPL", "MSFT")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pandaledger.settings")
    django.setup()
    from core import background

    with background.by_hand():
        print(json.dumps(seeded(random.Random(1))))  # noqa: T201  (this is what the command is for)
        background.run_due()


def seeded(chance: random.Random) -> dict[str, Any]:
    from core.models import User

    asha = User.objects.create_user(
        "asha@example.com", "a pass phrase", base_currency="INR", timezone="Asia/Kolkata", is_staff=True
    )
    bob = User.objects.create_user("bob@example.com", "a pass phrase", base_currency="USD", timezone="America/New_York")
    assets = {symbol: _asset(chance, symbol, "INR") for symbol in INDIAN}
    assets |= {symbol: _asset(chance, symbol, "USD") for symbol in AMERICAN}
    _asset(chance, "USDINR=X", "INR", asset_class="fx")
    assets["FLAT"] = _asset(chance, "FLAT", "INR", owner=asha)
    for person in (asha, bob):
        _buy_monthly(person, [asset for asset in assets.values() if asset.owner in (None, person)])
    return {
        "assets": {symbol: asset.pk for symbol, asset in assets.items()},
        "people": {person.email: {"id": person.pk, "token": _token(person)} for person in (asha, bob)},
    }


def _asset(chance: random.Random, symbol: str, currency: str, *, owner: Any = None, asset_class: str = "stock") -> Any:
    from portfolio.services.assets import asset_create
    from portfolio.services.prices import prices_record

    fields = {"symbol": symbol, "name": symbol, "asset_class": asset_class, "currency": currency}
    asset = asset_create(owner=owner, fields=fields)
    close = 100.0
    closes: dict[date, Decimal | None] = {}
    for offset in range((LAST - FIRST).days + 1):
        close *= chance.lognormvariate(0, 0.01)
        closes[FIRST + timedelta(days=offset)] = Decimal(f"{close:.4f}")
    prices_record(closes={asset.pk: closes})
    return asset


def _buy_monthly(person: Any, assets: list[Any]) -> None:
    """So much in the first month that no later sale can be too large."""
    from portfolio.services.transactions import TransactionInput, transactions_record

    account = person.accounts.get()
    rows = [
        TransactionInput(
            account=account,
            asset=asset,
            kind="buy",
            date=date(year, month, 3),
            quantity=Decimal(20_000 if (year, month) == (YEARS[0], 1) else 10),
            price=Decimal(100),
        )
        for asset in assets
        for year in YEARS
        for month in range(1, 13)
    ]
    transactions_record(user=person, rows=rows)


def _token(person: Any) -> str:
    from core.models import ApiToken

    return ApiToken.issue(person, "drill")[1]


if __name__ == "__main__":
    main()
