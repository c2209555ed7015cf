"""Through the real yfinance and requests, against the replica of Yahoo, MFAPI and AMFI: what is stored never lies."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from core.models import Account
from portfolio.live.gate import QUOTES_RESERVE
from portfolio.models import Asset, Holding, PriceSource, ProviderState, Quarantine
from tests.conftest import api_of
from tests.sync.conftest import buy, due_at, flat, listed, source_of, stored, sync
from tests.upstream.replica import Replica

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
"""A Wednesday; Wall Street has been closed for two hours."""
TODAY = NOW.date()
SPLIT_DAY = date(2026, 11, 19)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=True) as clock:
        yield clock


@pytest.fixture
def world(replica: Replica, clock: Any) -> Replica:
    closes = {day: float(close) for day, close in flat("2026-01-02", "2026-11-30", "100").items()}
    replica.world.add(
        "ACME", closes | {day: 25.0 for day in closes if day >= SPLIT_DAY}, currency="USD", exchange="NMS"
    )
    return replica


@pytest.fixture
def held(world: Replica, acme: Asset, account: Account) -> Asset:
    PriceSource.objects.update(provider="yahoo")
    buy(account, acme, "2026-06-15")
    sync()
    return acme


@pytest.fixture
def acme(transactional_db: None) -> Asset:
    return listed("ACME", provider="yahoo")


def charts(replica: Replica) -> int:
    """Histories that were asked of Yahoo."""
    return sum("/v8/finance/chart/" in record.path and "events" in record.query for record in replica.log)


def later(clock: Any, asset: Asset, **more: float) -> None:
    """At the time at which it is due."""
    clock.move_to(max(due_at(asset), datetime.now(UTC)) + timedelta(seconds=1, **more))
    sync()


def test_the_first_history(world: Replica, held: Asset) -> None:
    closes = stored(held)

    assert (min(closes), max(closes)) == ("2026-06-05", "2026-11-18")
    assert set(closes.values()) == {"100"}
    source = source_of(held)
    assert (source.error_code, source.exchange, source.fetched_from) == ("", "NMS", date(2026, 6, 5))
    assert due_at(held).date() == SPLIT_DAY


def test_the_next_closes_leave_the_quotes_their_share_of_the_budget(
    world: Replica, held: Asset, account: Account, clock: Any
) -> None:
    """What somebody waits for does not."""
    clock.move_to(due_at(held) + timedelta(seconds=1))
    ProviderState.objects.filter(provider="yahoo").update(allowance=QUOTES_RESERVE, counted_at=datetime.now(UTC))
    before = charts(world)
    sync()
    assert (charts(world), source_of(held).failures) == (before, 0)
    assert due_at(held) > datetime.now(UTC)

    buy(account, held, "2026-03-16")
    sync()
    assert min(stored(held)) == "2026-03-06"


def test_edits_download_nothing(world: Replica, held: Asset, account: Account) -> None:
    before = len(world.log)
    buy(account, held, "2026-07-15")
    buy(account, held, "2026-11-17")
    sync()

    assert len(world.log) == before


def test_a_split_is_right_on_both_sides(world: Replica, held: Asset, clock: Any, bob: Any) -> None:
    before = stored(held)
    world.world.add_split("ACME", SPLIT_DAY, 4)

    later(clock, held)
    clock.move_to(datetime(2026, 11, 20, 4, tzinfo=UTC))
    values = api_of(bob).get("/api/v1/analytics/net-worth/").json()

    closes = stored(held)
    assert {day: closes[day] for day in before} == before
    assert (closes["2026-11-18"], closes["2026-11-19"]) == ("100", "25")
    assert Holding.objects.get(asset=held).quantity == 40
    by_day = dict(zip(values["dates"], values["series"]["net_worth"], strict=True))
    assert (by_day["2026-11-18"], by_day["2026-11-19"]) == (1000, 1000)
    assert held.actions.get().source == "yahoo"


@pytest.mark.parametrize("half", [{"listed": False}, {"restated_from": date.max}], ids=["unnamed", "not restated"])
def test_half_of_a_split_waits_for_the_other_half(world: Replica, held: Asset, clock: Any, half: Any) -> None:
    before = stored(held)
    world.world.add_split("ACME", SPLIT_DAY, 4, **half)
    later(clock, held)
    assert stored(held) == before
    assert source_of(held).error_code == "wrong_units"
    assert Holding.objects.get(asset=held).quantity == 10

    world.world.alter_split("ACME", SPLIT_DAY)
    later(clock, held)

    assert stored(held) == before | {"2026-11-19": "25"}
    assert Holding.objects.get(asset=held).quantity == 40
    assert not Quarantine.objects.exists()
    assert source_of(held).error_code == ""


@pytest.mark.parametrize(
    ("sent", "reason"), [(0.0, "not_positive"), (-3.0, "not_positive"), (10000.0, "wrong_scale"), (0.25, "changed")]
)
def test_a_bad_close_stays_out(world: Replica, held: Asset, clock: Any, sent: float, reason: str) -> None:
    before = stored(held)
    world.world.corrupt("ACME", {date(2026, 11, 17): sent})

    later(clock, held)

    assert stored(held) == before | {"2026-11-19": "25"}
    assert held.quarantined.get(reason=reason).closes.keys() == {"2026-11-17"}


def test_pence_all_at_once(world: Replica, held: Asset, clock: Any) -> None:
    before = stored(held)
    world.world.scale("ACME", 100)

    later(clock, held)

    assert stored(held) == before
    assert source_of(held).error_code == "wrong_scale"


def test_another_currency(world: Replica, held: Asset, clock: Any) -> None:
    before = stored(held)
    world.world.change("ACME", currency="INR")

    later(clock, held)

    assert stored(held) == before
    assert (source_of(held).error_code, held.quarantined.get().reason) == ("wrong_currency", "wrong_currency")


def test_it_vanishes_and_comes_back_under_another_name(world: Replica, held: Asset, clock: Any) -> None:
    before = stored(held)
    world.world.rename("ACME", "ZENITH")
    later(clock, held)
    later(clock, held)
    assert source_of(held).vanished_at is not None
    assert stored(held) == before

    PriceSource.objects.update(symbol="ZENITH")
    later(clock, held)

    source = source_of(held)
    assert (source.vanished_at, source.error_code) == (None, "")
    assert max(stored(held)) == "2026-11-20"


@pytest.mark.parametrize("mode", ["429", "500", "503", "garbage", "html", "emptyobj", "chartnull", "drop", "truncate"])
@pytest.mark.parametrize("is_cold", [True, False], ids=["cold", "later"])
def test_a_fault_changes_nothing_and_ends_by_itself(
    world: Replica, acme: Asset, account: Account, clock: Any, *, mode: str, is_cold: bool
) -> None:
    buy(account, acme, "2026-06-15")
    if not is_cold:
        sync()
        clock.move_to(datetime(2026, 11, 19, 23, tzinfo=UTC))
    before = stored(acme)
    world.fault("/v8/finance/chart/", mode)
    sync()
    assert stored(acme) == before
    assert source_of(acme).lease_owner == ""

    world.faults.reset()
    for _ in range(3):
        later(clock, acme)

    assert max(stored(acme)) >= ("2026-11-18" if is_cold else "2026-11-19")
    assert {day: close for day, close in stored(acme).items() if day in before} == before
    assert source_of(acme).error_code == ""
    assert ProviderState.objects.get(provider="yahoo").open_until is None


def test_funds_come_in_parallel(replica: Replica, account: Account, clock: Any) -> None:
    """As many at once as take one: MFAPI answers each after half a second."""
    codes = ["122639", "122640", "120503", "118834"]
    for code in codes:
        buy(account, listed(code, currency="INR", provider="mfapi", asset_class="mutual_fund"), "2024-01-15")
    replica.latency = 0.5
    started = datetime.now(UTC)

    sync()

    assert all(len(stored(Asset.objects.get(symbol=code))) > 600 for code in codes)
    assert (datetime.now(UTC) - started).total_seconds() < 60
    fund_requests = replica.requests_to("mfapi")
    assert max(record.at for record in fund_requests) - min(record.at for record in fund_requests) < 1.5


def test_rates_come_by_themselves(replica: Replica, asha: Any, clock: Any) -> None:
    buy(asha.accounts.get(is_default=True), listed("AAPL", provider="yahoo"), "2024-01-15")

    sync()

    rupees = Asset.objects.get(symbol="USDINR=X", owner=None)
    closes = stored(rupees)
    assert min(closes) <= "2024-01-08"
    assert all(Decimal(60) < Decimal(rate) < Decimal(120) for rate in closes.values())
