"""Through the real yfinance, against the replica: what people compare with is there a moment after they ask."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from analytics.benchmarks import index_load
from analytics.selectors import history_state
from core import background
from core.models import User
from portfolio.benchmarks import benchmark_default
from portfolio.lanes import SYNC
from portfolio.models import Asset
from portfolio.services.benchmarks import benchmark_choose
from tests.conftest import api_of
from tests.sync.conftest import buy, listed, stored
from tests.upstream.replica import Replica

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("now")]
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
"""A Wednesday, after Mumbai has closed and before New York opens."""
FIRST = date(2026, 6, 15)
PERFORMANCE = "/api/v1/analytics/performance/"


@pytest.fixture
def now() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def nifty(replica: Replica, asha: User) -> Asset:
    return listed("^NSEI", currency="INR", provider="yahoo", asset_class="index")


@pytest.fixture
def held(nifty: Asset, asha: User) -> Asset:
    asset = listed("TCS.NS", currency="INR", provider="yahoo")
    buy(asha.accounts.get(is_default=True), asset, FIRST.isoformat())
    background.run_due(SYNC)
    return asset


def price(user: User, asset: Asset) -> Any:
    state = history_state(user)
    index = index_load(user, asset, currency=user.base_currency, first=FIRST, last=state.as_of, now=state.now)
    assert index.reason is None
    return index.price


def test_the_usual_index_comes_with_the_first_purchase(held: Asset, nifty: Asset, asha: User) -> None:
    closes = stored(nifty)
    assert (min(closes), max(closes)) == ("2026-06-05", "2026-11-18")
    assert stored(held).keys() == closes.keys()

    assert benchmark_default(asha) == nifty
    line = price(asha, nifty)
    days = (NOW.date() - FIRST).days + 2  # from the evening before
    assert len(line) == days
    assert (line > 0).all()
    assert line[-1] == pytest.approx(float(closes["2026-11-18"]))


def test_performance_a_moment_after_the_first_purchase(nifty: Asset, asha: User) -> None:
    """It answers at once, says why there is nothing beside it yet, and shows it as soon as it is there."""
    asset = listed("TCS.NS", currency="INR", provider="yahoo")
    buy(asha.accounts.get(is_default=True), asset, FIRST.isoformat())
    api = api_of(asha)

    early = api.get(PERFORMANCE).json()["benchmark"]
    background.run_due(SYNC)
    later = api.get(PERFORMANCE).json()["benchmark"]

    assert (early["symbol"], early["twr"]["value"]) == ("^NSEI", None)
    assert early["twr"]["reason"]
    closes = stored(nifty)
    bought, now = float(closes["2026-06-15"]), float(closes["2026-11-18"])  # in the evening of the day of the purchase
    assert later["twr"] == {"value": pytest.approx(now / bought - 1), "reason": None}


def test_a_choice_in_another_currency_comes_with_its_rate(held: Asset, asha: User) -> None:
    sp500 = listed("^GSPC", provider="yahoo", asset_class="index")
    assert not stored(sp500)

    benchmark_choose(user=asha, asset=sp500)
    background.run_due(SYNC)

    closes, rates = stored(sp500), stored(Asset.objects.get(symbol="USDINR=X"))
    assert min(closes) == min(rates) == "2026-06-05"
    assert max(closes) == "2026-11-17"
    monday = (date(2026, 11, 16) - FIRST).days + 1
    expected = Decimal(closes["2026-11-16"]) * Decimal(rates["2026-11-16"])
    assert price(asha, sp500)[monday] == pytest.approx(float(expected))
