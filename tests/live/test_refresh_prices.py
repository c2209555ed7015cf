"""`manage.py refresh_prices`: what it asks for, what it says, and how it ends."""

from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portfolio.models import PriceSource, ProviderState, Quote
from tests.live.conftest import at, stored_source, travel

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _friday():
    with travel("2026-11-20 15:00"):
        yield


@pytest.fixture
def apple(replica) -> PriceSource:
    replica.world.set_price("AAPL", 271.5)
    return held("AAPL")


def held(symbol: str, **facts: Any) -> PriceSource:
    source = stored_source(symbol, **facts)
    source.is_held = True
    source.save()
    return source


def refresh_prices(*symbols: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("refresh_prices", *symbols, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_asks_for_what_is_held(replica, apple) -> None:
    stored_source("MSFT")
    held("122639", provider="mfapi", asset_class="mutual_fund", currency="INR")
    out, err = refresh_prices()
    assert out.splitlines() == ["mfapi: 1 of 1 prices.", "yahoo: 1 of 1 prices."]
    assert err == ""
    assert Quote.objects.count() == 2
    assert Quote.objects.get(asset=apple.asset_id).price == Decimal("271.5")
    assert not ProviderState.objects.exclude(lease_owner="").exists()


def test_it_asks_for_what_the_market_shows_and_for_what_was_looked_at(replica, apple) -> None:
    stored_source("^NSEI", asset_class="index", currency="INR")
    seen = stored_source("MSFT")
    Quote.objects.create(asset_id=seen.asset_id, watched_at=at("2026-11-20 09:00"))
    assert refresh_prices()[0] == "yahoo: 3 of 3 prices.\n"


def test_it_asks_also_for_what_is_fresh(replica, apple) -> None:
    refresh_prices()
    replica.world.set_price("AAPL", 272.5)
    with travel("2026-11-20 15:00:10"):
        Quote.objects.update(stale_at=at("2026-11-23 00:00"))
        refresh_prices()
    assert Quote.objects.get().price == Decimal("272.5")


def test_it_can_be_told_what_to_ask_for(replica, apple) -> None:
    stored_source("MSFT")
    assert refresh_prices("MSFT")[0] == "yahoo: 1 of 1 prices.\n"
    with pytest.raises(CommandError, match="under NOPE"):
        refresh_prices("NOPE", "MSFT")


def test_it_says_that_there_is_nothing(db) -> None:
    assert refresh_prices()[0] == "There is nothing to refresh.\n"


def test_it_names_what_is_not_known(replica, apple) -> None:
    held("NOSUCHTHING")
    out, err = refresh_prices()
    assert out == "yahoo: 1 of 2 prices, 1 refused.\n"
    assert "Yahoo does not know NOSUCHTHING" in err


def test_many_come_in_steps(replica, apple) -> None:
    for number in range(250):
        held(f"SYM{number}")
    assert refresh_prices()[0] == "yahoo: 251 of 251 prices.\n"


def test_it_fails_where_a_provider_fails_and_asks_the_others(replica, apple) -> None:
    held("122639", provider="mfapi", asset_class="mutual_fund", currency="INR")
    replica.fault("yahoo.com", 429)
    with pytest.raises(CommandError) as failed:
        refresh_prices()
    assert "Yahoo" in str(failed.value)
    assert Quote.objects.filter(price__isnull=False).count() == 1
    with travel("2026-11-20 15:00:11"), pytest.raises(CommandError):  # the probe
        refresh_prices()
    ProviderState.objects.filter(provider="yahoo").update(open_until=at("2026-11-20 15:01:00"))
    with travel("2026-11-20 15:00:22"), pytest.raises(CommandError, match="yahoo failed and is left alone"):
        refresh_prices()


def test_it_fails_where_live_prices_are_off(replica, apple, settings) -> None:
    settings.LIVE_PRICES = False
    with pytest.raises(CommandError, match="LIVE_PRICES is off"):
        refresh_prices()


def test_it_does_not_wait_for_the_next_refresh_of_a_server(replica, apple, monkeypatch) -> None:
    """Those who poll refresh every ten seconds, and would be first again and again."""
    monkeypatch.setattr("portfolio.management.commands.refresh_prices.PATIENCE", 0)
    ProviderState.objects.create(provider="yahoo", refreshed_at=at("2026-11-20 14:59:59"))
    assert refresh_prices()[0] == "yahoo: 1 of 1 prices.\n"


def test_it_waits_for_its_turn_and_then_gives_up(replica, apple, monkeypatch) -> None:
    monkeypatch.setattr("portfolio.management.commands.refresh_prices.PATIENCE", 0.3)
    ProviderState.objects.create(provider="yahoo", lease_owner="other", lease_until=at("2026-11-20 15:00:30"))
    with pytest.raises(CommandError, match="Another process is asking yahoo"):
        refresh_prices()
    assert not replica.log
