"""A site for the drills that kill; assets and threads for the races, which share the test database."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from core.models import User
from portfolio.models import Asset, Transaction
from portfolio.services.prices import prices_record
from portfolio.services.transactions import TransactionInput, transaction_record
from tests.drills.site import Client, Site, site_in

PATIENCE = 30
"""Seconds after which something waits for ever."""
BLINK = 0.3
"""Seconds in which what does not wait is long done."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with site_in(tmp_path) as site:
        yield site


def until_rebuilt(site: Site, seeded: dict[str, Any]) -> None:
    """The background does it: nobody reads the history meanwhile."""
    deadline = time.monotonic() + 2 * PATIENCE
    for person in seeded["people"].values():
        client = Client(site.port, person["token"])
        while (status := client.ask("GET", "/api/v1/analytics/status/")[1])["dirty_from"] is not None:
            assert time.monotonic() < deadline, status
            time.sleep(0.1)
        client.close()


@pytest.fixture
def infosys(transactional_db: None) -> Asset:
    return Asset.objects.create(symbol="INFY", name="Infosys", asset_class="stock", currency="INR")


@pytest.fixture
def apple(transactional_db: None) -> Asset:
    return Asset.objects.create(symbol="AAPL", name="Apple", asset_class="stock", currency="USD")


@pytest.fixture
def dollar(transactional_db: None) -> Asset:
    return Asset.objects.create(symbol="USDINR=X", name="Rupees for a dollar", asset_class="fx", currency="INR")


def enter(user: User, kind: str, day: date, asset: Asset, *, quantity: int = 1, price: int = 100) -> Transaction:
    data = TransactionInput(
        account=user.accounts.get(), asset=asset, kind=kind, date=day, quantity=Decimal(quantity), price=Decimal(price)
    )
    return transaction_record(user=user, data=data)


def closes(asset: Asset, by_day: dict[date, int | None]) -> None:
    prices_record(closes={asset.pk: {day: None if close is None else Decimal(close) for day, close in by_day.items()}})


@contextmanager
def threads() -> Iterator[Callable[..., Future[Any]]]:
    """Starts functions, each in a thread with a connection of its own; at the end all must have come to theirs."""
    with ThreadPoolExecutor(16) as pool:
        yield lambda work, *args: pool.submit(_with_own_connection, work, args)


def _with_own_connection(work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    try:
        return work(*args)
    finally:
        connection.close()


class Held:
    """A database transaction in another thread, that has done its work and not committed."""

    def __init__(self, start: Callable[..., Future[Any]], work: Callable[[], Any]) -> None:
        self._done, self._go_on = threading.Event(), threading.Event()
        self._thread = start(self._run, work)
        while not self._done.wait(0.01) and not self._thread.done():
            pass
        if self._thread.done():
            self._thread.result()

    def _run(self, work: Callable[[], Any]) -> None:
        with transaction.atomic():
            work()
            self._done.set()
            assert self._go_on.wait(PATIENCE)

    def commit(self) -> None:
        self._go_on.set()
        self._thread.result(PATIENCE)
