"""A market in memory behind the provider of fixed prices, and short ways to hold, to sync and to look."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import time_machine

from core import background
from core.models import Account, User
from portfolio.lanes import SYNC
from portfolio.models import Asset, PriceSource
from portfolio.providers import registry
from portfolio.providers.base import Payout, PriceHistory, Split
from portfolio.providers.fixed import Fixed
from portfolio.selectors import asset_closes
from portfolio.services.transactions import TransactionInput, transaction_record
from portfolio.sync import needs

TODAY = date(2024, 1, 31)
"""A Wednesday."""


def travel(day: date, at: str = "12:00") -> Any:
    return time_machine.travel(datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=UTC), tick=False)


@pytest.fixture
def clock() -> Iterator[Any]:
    with travel(TODAY) as clock:
        yield clock


def weekdays(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in days if day.weekday() < 5]


def flat(first: str, last: str, close: str) -> dict[date, Decimal]:
    return dict.fromkeys(weekdays(first, last), Decimal(close))


def split(day: str, ratio: str) -> Split:
    return Split(ex_date=date.fromisoformat(day), ratio=Fraction(ratio))


def payout(day: str, amount: str, currency: str = "USD") -> Payout:
    return Payout(ex_date=date.fromisoformat(day), amount=Decimal(amount), currency=currency)


@dataclass
class Shelf(Fixed):
    """What is answered next, as it stands here: closes as traded. asked: (symbol, first day) of each question."""

    answers: dict[str, PriceHistory] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)
    asked: list[tuple[str, date]] = field(default_factory=list)

    def put(self, symbol: str, closes: dict[date, Decimal], *, currency: str = "USD", **events: Any) -> None:
        self.answers[symbol] = PriceHistory(symbol=symbol, currency=currency, closes=closes, **events)

    def history(self, symbol: str, *, first: date, today: date, seconds: float) -> PriceHistory:
        self.asked.append((symbol, first))
        if symbol in self.errors:
            raise self.errors[symbol]
        answer = self.answers[symbol]
        return replace(
            answer,
            closes={day: close for day, close in answer.closes.items() if first <= day <= today},
            splits=[one for one in answer.splits if first <= one.ex_date],
            payouts=[one for one in answer.payouts if first <= one.ex_date],
        )


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """The provider "fixed" answers from here; so nothing is asked of anybody, and no budget is spent."""
    shelf = Shelf()
    monkeypatch.setitem(registry._MAKERS, "fixed", lambda: shelf)
    registry.forget()
    yield shelf
    registry.forget()


def listed(symbol: str, *, currency: str = "USD", provider: str = "fixed", asset_class: str = "stock") -> Asset:
    """In the catalogue, with prices of a provider."""
    asset = Asset.objects.create(symbol=symbol, name=symbol, asset_class=asset_class, currency=currency)
    PriceSource.objects.create(asset=asset, provider=provider, symbol=symbol)
    return asset


@pytest.fixture
def acme(db: None) -> Asset:
    return listed("ACME")


@pytest.fixture
def account(bob: User) -> Account:
    return bob.accounts.get(is_default=True)


def buy(account: Account, asset: Asset, day: str, quantity: str = "10", price: str = "100", kind: str = "buy") -> Any:
    data = TransactionInput(
        account=account, asset=asset, kind=kind, date=date.fromisoformat(day), quantity=Decimal(quantity),
        price=Decimal(price),
    )  # fmt: skip
    return transaction_record(user=account.user, data=data)


def sync() -> None:
    """All that is needed and due now, as the lane does it."""
    needs.needs_changed()
    background.run_due(SYNC)


def stored(asset: Asset) -> dict[str, str]:
    asset.refresh_from_db()
    return {day.isoformat(): f"{close.normalize():f}" for day, close in asset_closes(asset).items()}


def source_of(asset: Asset) -> PriceSource:
    return PriceSource.objects.get(asset=asset)


def due_at(asset: Asset) -> datetime:
    due = source_of(asset).due_at
    assert due is not None
    return due
