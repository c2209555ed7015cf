"""A superuser in the admin, and a person with rows of every kind."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from analytics.models import AllocationTarget
from analytics.rebuild import history_rebuild
from core.models import Account, ApiToken, IdempotencyKey, User
from ledger.models import Budget, Entry
from ledger.services.entries import EntryInput, entry_record
from portfolio.models import (
    Asset,
    AssetAlias,
    Benchmark,
    CorporateAction,
    Dividend,
    Instalment,
    InvestmentPlan,
    PriceSource,
    ProviderState,
    Quarantine,
    Quote,
    Transaction,
)
from portfolio.services.actions import action_record
from portfolio.services.assets import asset_create
from portfolio.services.prices import prices_record
from portfolio.services.transactions import TransactionInput, transaction_record
from tests.conftest import PASSWORD


@dataclass(frozen=True)
class Portfolio:
    """Asha bought 10 at 100 on 15 January 2024 and sold 4 at 120 on 1 March, and Acme split 2:1 on 1 June."""

    user: User
    account: Account
    asset: Asset
    buy: Transaction
    sale: Transaction
    split: CorporateAction
    token: ApiToken


@pytest.fixture
def root(db: None) -> Client:
    User.objects.create_superuser("root@example.com", PASSWORD)
    client = Client()
    assert client.login(email="root@example.com", password=PASSWORD)
    assert client.get("/admin/").status_code == 200  # the first look of a session notes that it is in use
    return client


@pytest.fixture
def portfolio(asha: User) -> Portfolio:
    account = asha.accounts.get()
    asset = asset_create(owner=None, fields=fields_of_acme())
    prices_record(closes={asset.pk: {date(2024, 1, 15): Decimal(100), date(2024, 2, 29): Decimal("110.5")}})
    buy = record(account, asset, "buy", date(2024, 1, 15), quantity=10, price=100)
    sale = record(account, asset, "sell", date(2024, 3, 1), quantity=4, price=120)
    split = action_record(
        user=None, fields={"asset": asset, "kind": "split", "ex_date": date(2024, 6, 1), "ratio": Decimal(2)}
    )
    Benchmark.objects.create(user=asha, asset=asset)
    AllocationTarget.objects.create(user=asha, by="asset", key=str(asset.pk), weight=Decimal("0.6"))
    history_rebuild(asha)
    _add_live_prices(asset)
    _add_plan(account, asset)
    budget = Budget.objects.create(user=asha, month=date(2024, 6, 1), amount=500, currency="INR")
    budget.amount = Decimal(600)
    budget.save()  # an edit, for the log
    IdempotencyKey.objects.create(user=asha, key="k-1", fingerprint="f", status=201, body=b'{"id": 1}')
    return Portfolio(asha, account, asset, buy, sale, split, ApiToken.issue(asha, "laptop")[0])


def _add_plan(account: Account, asset: Asset) -> None:
    """500 into Acme every month since June 2024; the first instalment waits for a close."""
    rule = {"frequency": "monthly", "starts_on": date(2024, 6, 3), "next_on": date(2024, 7, 3), "is_paused": True}
    plan = InvestmentPlan.objects.create(
        user=account.user, name="Acme monthly", account=account, asset=asset, amount=Decimal(500), **rule
    )
    Instalment.objects.create(plan=plan, due_on=date(2024, 6, 3), amount=Decimal(500))


def _add_live_prices(asset: Asset) -> None:
    """Acme was Zenith before 2020, costs 130 now, paid 2 on 1 July 2024, and had a close of zero on the day after."""
    now = timezone.now()
    PriceSource.objects.create(asset=asset, provider="fixed", symbol="ACME", wanted_from=date(2024, 1, 5))
    AssetAlias.objects.create(asset=asset, symbol="ZENITH", until=date(2019, 12, 31))
    Quote.objects.create(asset=asset, price=Decimal(130), previous_close=Decimal("129.5"), day=now.date(), at=now)
    ProviderState.objects.create(provider="yahoo", allowance=40, error_code="timed_out", last_error="acme")
    Dividend.objects.create(asset=asset, ex_date=date(2024, 7, 1), amount=Decimal(2), currency="INR")
    Quarantine.objects.create(
        asset=asset, reason="not_positive", closes={"2024-07-02": "0"}, first_seen_at=now, last_seen_at=now
    )


@pytest.fixture
def bank(asha: User) -> Account:
    return Account.objects.create(user=asha, name="Bank", kind="bank", currency="INR")


@pytest.fixture
def entry(bank: Account) -> Entry:
    """Asha spent 100.50 at the shop on 8 January 2024."""
    fields: dict[str, Any] = {"kind": "expense", "date": date(2024, 1, 8), "amount": Decimal("100.5")}
    return entry_record(user=bank.user, data=EntryInput(**fields, account=bank, payee="Shop", tags=("home", "gift")))


def fields_of_acme() -> dict[str, Any]:
    return {"symbol": "ACME", "name": "Acme Industries", "asset_class": "stock", "currency": "INR"}


def record(account: Account, asset: Asset, kind: str, day: date, *, quantity: int, price: int) -> Transaction:
    data = TransactionInput(
        account=account, asset=asset, kind=kind, date=day, quantity=Decimal(quantity), price=Decimal(price)
    )
    return transaction_record(user=account.user, data=data)


def months_since(first: date, zone: Any) -> int:
    """Months from the one of `first` to this one, both counted."""
    today = timezone.now().astimezone(zone).date()
    return (today.year - first.year) * 12 + today.month - first.month + 1


def inputs_of(page: Any) -> dict[str, Any]:
    """What a browser would send back of the form of a change page, unedited."""
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def messages_of(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]
