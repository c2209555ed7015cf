"""`python -m tests.drills.seed_herd PEOPLE ASSETS`: people who each bought something this month; prints their keys."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import django
import time_machine

BEGIN = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""A Friday, 10:00 in New York, whose session has six more hours."""


def main(people: int, assets: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pandaledger.settings")
    django.setup()
    from core import background

    with time_machine.travel(BEGIN, tick=False), background.by_hand():
        print(json.dumps(seeded(people, assets)))  # noqa: T201  (this is what the command is for)
        background.run_due()


def seeded(people: int, assets: int) -> list[str]:
    from portfolio.models import Asset
    from portfolio.services.sources import source_set

    shares = [
        Asset.objects.create(symbol=f"SYM{number}", name=f"Share {number}", asset_class="stock", currency="USD")
        for number in range(assets)
    ]
    for share in shares:
        source_set(asset=share, provider="yahoo", symbol=share.symbol)
    return [_person(number, shares[number % assets]) for number in range(people)]


def _person(number: int, share: Any) -> str:
    from core.models import ApiToken, User
    from portfolio.services.transactions import TransactionInput, transactions_record

    user = User.objects.create_user(f"person{number}@example.com", base_currency="USD", timezone="America/New_York")
    bought = TransactionInput(
        account=user.accounts.get(),
        asset=share,
        kind="buy",
        date=BEGIN.date() - timedelta(days=8),
        quantity=Decimal(10),
        price=Decimal(100),
    )
    transactions_record(user=user, rows=[bought])
    return ApiToken.issue(user, "drill")[1]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
