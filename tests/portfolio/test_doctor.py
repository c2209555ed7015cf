"""What is wrong with the data, and `manage.py doctor`, which says it."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.models import Account
from portfolio.data_problems import problems_of
from portfolio.models import Asset, PriceSource, ProviderState, Quarantine, Quote
from portfolio.services.prices import prices_record
from portfolio.tracked import histories_awaited
from tests.analytics.conftest import travel
from tests.portfolio.conftest import action, record

NOW = date(2026, 3, 11)
"""A Wednesday; the exchanges of India and America are open on all days from Monday to Friday of its week."""


@pytest.fixture(autouse=True)
def midday_in_london():
    with travel(NOW):
        yield


def price(asset: Asset, day: date, close: str = "100") -> None:
    prices_record(closes={asset.pk: {day: Decimal(close)}})
    asset.refresh_from_db()


def sourced(asset: Asset, **fields) -> PriceSource:
    return PriceSource.objects.create(asset=asset, provider="yahoo", symbol=asset.symbol, **fields)


@pytest.fixture
def held(asha_api, infosys: Asset) -> Asset:
    """Infosys, with a close of yesterday, from Yahoo."""
    record(asha_api, "buy", "2026-03-02", infosys, quantity="1", price="100")
    sourced(infosys, fetched_from=date(2026, 3, 1))
    price(infosys, NOW - timedelta(days=1))
    return infosys


def found(*people) -> list[tuple[str | None, str]]:
    problems = problems_of(people)
    return [(problem.asset.symbol if problem.asset else None, problem.code) for problem in problems]


def doctor(*args: str) -> tuple[int, str]:
    """(exit code, what it printed)"""
    out = StringIO()
    try:
        call_command("doctor", *args, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_nothing_is_wrong(asha, held):
    assert found(asha) == []
    code, text = doctor()
    assert code == 0
    assert "No problem with any price." in text
    assert "yahoo: off, no answer yet" in text


def test_what_has_no_price_is_missing(asha, asha_api, infosys, tcs, settings):
    settings.LIVE_PRICES = True
    for asset in (infosys, tcs):
        record(asha_api, "buy", "2026-03-02", asset, quantity="1", price="100")
    sourced(infosys)

    by_source, by_hand = problems_of([asha])

    assert (by_source.code, by_hand.code) == ("missing", "missing")
    assert "being fetched" in by_source.todo
    assert f"PUT /api/v1/assets/{tcs.pk}/prices/" in by_hand.todo


@pytest.mark.parametrize(
    ("last", "now", "is_wrong"),
    [
        (date(2026, 3, 10), "2026-03-11 18:00", False),
        (date(2026, 3, 9), "2026-03-11 18:00", True),  # Tuesday's and Wednesday's are not there
        (date(2026, 3, 6), "2026-03-08 12:00", False),  # Sunday: Friday's is the last that can be
        (date(2026, 3, 6), "2026-03-09 12:00", False),
        (date(2026, 1, 23), "2026-01-27 06:00", False),  # Monday was Republic Day
        (date(2026, 1, 22), "2026-01-27 06:00", True),
    ],
)
def test_a_close_that_should_be_there_is_stale(asha, asha_api, last, now, is_wrong):
    asset = Asset.objects.create(symbol="INFY.NS", name="Infosys", asset_class="stock", currency="INR")
    with travel(date(2026, 1, 5)):
        record(asha_api, "buy", "2026-01-05", asset, quantity="1", price="100")
    sourced(asset, exchange="NSI")
    price(asset, last) if last <= NOW else None

    with travel(date.fromisoformat(now[:10]), now[11:]):
        assert found(asha) == ([("INFY.NS", "stale")] if is_wrong else [])


@pytest.mark.parametrize(("now", "is_wrong"), [("00:24", False), ("00:31", True)])
def test_a_close_is_not_stale_before_it_was_asked_for(asha, asha_api, now, is_wrong):
    """Tuesday's close of a coin can be had from 00:15 on, and is asked for within ten minutes."""
    coin = Asset.objects.create(symbol="BTC-USD", name="Bitcoin", asset_class="crypto", currency="INR")
    with travel(date(2026, 1, 5)):
        record(asha_api, "buy", "2026-01-05", coin, quantity="1", price="100")
    sourced(coin)
    price(coin, date(2026, 3, 9))

    with travel(date(2026, 3, 11), now):
        assert found(asha) == ([("BTC-USD", "stale")] if is_wrong else [])


def test_entered_prices_may_be_a_week_old(asha, asha_api, infosys):
    record(asha_api, "buy", "2026-03-02", infosys, quantity="1", price="100")
    price(infosys, NOW - timedelta(days=7))
    assert found(asha) == []

    with travel(NOW + timedelta(days=1)):
        (problem,) = problems_of([asha])
    assert (problem.code, problem.since) == ("stale", NOW - timedelta(days=7))
    assert "Enter newer closes" in problem.todo


def test_what_is_sold_needs_no_price(asha, asha_api, infosys):
    record(asha_api, "buy", "2026-03-02", infosys, quantity="1", price="100")
    record(asha_api, "sell", "2026-03-03", infosys, quantity="1", price="100")

    assert found(asha) == []


def test_quarantined_closes_are_shown_with_their_days(asha, held):
    seen = datetime(2026, 3, 9, 4, tzinfo=UTC)
    days = [f"2026-03-0{day}" for day in range(2, 7)]
    row = Quarantine.objects.create(
        asset=held, reason="wrong_scale", closes=dict.fromkeys(days, "1.5"), detail="1.5 after 150.",
        first_seen_at=seen, last_seen_at=seen,
    )  # fmt: skip
    Quarantine.objects.create(
        asset=held, reason="changed", status="rejected", closes={}, first_seen_at=seen, last_seen_at=seen
    )

    (problem,) = problems_of([asha])

    assert (problem.code, problem.since) == ("quarantined", date(2026, 3, 9))
    assert problem.detail == (
        "5 closes are not believed (ten or a hundred times off): 2026-03-02, 2026-03-03, 2026-03-04 … 2026-03-06. "
        "1.5 after 150."
    )
    assert f"/api/v1/quarantine/{row.pk}/accept/" in problem.todo


def test_proposed_actions_wait_for_an_answer(asha, held):
    jump = action(held, "split", date(2026, 3, 4), ratio=2, status="proposed", source="jump")
    action(held, "bonus", date(2026, 3, 5), ratio=3, status="proposed", source="yahoo")
    action(held, "split", date(2026, 3, 6), ratio=3, status="rejected", source="yahoo")

    suspected, unconfirmed = sorted(problems_of([asha]), key=lambda problem: str(problem.since))

    assert (suspected.code, unconfirmed.code) == ("suspected_split", "unconfirmed")
    assert suspected.detail == "The prices look like a split on 2026-03-04, ratio 2."
    assert f"/api/v1/corporate-actions/{jump.pk}/" in suspected.todo


def test_a_symbol_that_vanished_or_fails_is_named(asha, held, settings):
    settings.LIVE_PRICES = True
    source = held.source
    source.failures, source.error_code, source.last_error = 2, "wrong_answer", "It is in USD."
    source.synced_at, source.due_at = timezone.now() - timedelta(days=1), timezone.now() + timedelta(hours=1)
    source.save()
    (failing,) = problems_of([asha])
    assert (failing.code, failing.since) == ("failing", NOW - timedelta(days=1))
    assert failing.detail == "Yahoo Finance gave no new closes (wrong_answer): It is in USD."
    assert failing.todo == "It is tried again at 2026-03-11 13:00 UTC."

    source.vanished_at = timezone.now()
    source.save()
    (vanished,) = problems_of([asha])
    assert (vanished.code, vanished.since) == ("vanished", NOW)


def test_a_live_price_that_is_not_believed_is_named(asha, held):
    Quote.objects.create(asset=held, problem="100 times the last close")

    assert found(asha) == [("INFY", "quote_refused")]


def test_a_missing_rate_is_named_until_it_comes(asha, asha_api, apple):
    record(asha_api, "buy", "2026-03-02", apple, quantity="1", price="100")
    price(apple, NOW)
    assert found(asha) == [(None, "no_rate")]

    dollar = Asset.objects.create(symbol="USDINR=X", name="Rupees", asset_class="fx", currency="INR")
    sourced(dollar, failures=1, error_code="timed_out", last_error="It took 5 s.")
    assert found(asha) == [(None, "no_rate"), ("USDINR=X", "failing"), ("USDINR=X", "missing")]

    PriceSource.objects.update(failures=0)
    price(dollar, NOW, "83")
    assert found(asha) == []


def test_cash_needs_a_rate_too(asha, asha_api, held):
    """Rupee shares in an account whose cash is in dollars: what was paid for them is dollars."""
    schwab = Account.objects.create(user=asha, name="Schwab", currency="USD", tracks_cash=True)
    assert found(asha) == []

    record(asha_api, "buy", "2026-03-02", held, quantity="1", price="100", account=schwab.pk)
    assert found(asha) == [(None, "no_rate")]


def test_rates_go_by_way_of_the_dollar(bob, bob_api, infosys):
    """From rupees to euros: USDINR=X and EURUSD=X."""
    bob.base_currency = "EUR"
    bob.save()
    record(bob_api, "buy", "2026-03-02", infosys, quantity="1", price="100")
    price(infosys, NOW)
    dollar = Asset.objects.create(symbol="USDINR=X", name="Rupees", asset_class="fx", currency="INR")
    price(dollar, NOW - timedelta(days=20), "83")

    no_rate, stale = problems_of([bob])

    assert no_rate.detail == "No exchange rate from INR to EUR is known."
    assert no_rate.todo == "LIVE_PRICES is off: enter or import closes of USDINR=X and EURUSD=X, or turn it on."
    assert (stale.asset, stale.code) == (dollar, "stale")


def test_each_sees_what_concerns_them(asha, bob, bob_api, held, apple):
    mine = Asset.objects.create(owner=bob, symbol="HUT", name="A hut", asset_class="other", currency="USD")
    record(bob_api, "buy", "2026-03-02", mine, quantity="1", price="100")

    assert found(asha) == []
    assert found(bob) == [("HUT", "missing")]
    assert doctor("--user", "asha@example.com")[0] == 0
    code, text = doctor()
    assert code == 1
    assert "HUT (A hut, private to bob@example.com)\n  missing: No price of it is stored.\n    → Enter" in text
    with pytest.raises(CommandError, match="no person with"):
        doctor("--user", "nobody@example.com")


def test_one_asset_of_many_holders_is_named_once(asha, bob, bob_api, held):
    record(bob_api, "buy", "2026-03-02", held, quantity="1", price="100")
    Quote.objects.create(asset=held, problem="100 times the last close")

    assert found(asha, bob) == [(None, "no_rate"), ("INFY", "quote_refused")]


def test_json_is_for_programs(asha, held):
    Quote.objects.create(asset=held, problem="100 times the last close")

    code, text = doctor("--json")

    body = json.loads(text)
    assert code == 1
    assert [(row["asset"], row["symbol"], row["owner"], row["code"]) for row in body["problems"]] == [
        (held.pk, "INFY", None, "quote_refused")
    ]
    assert [row["provider"] for row in body["providers"]] == ["yahoo", "mfapi"]


def test_a_provider_that_rests_is_a_problem(asha, held, settings):
    settings.LIVE_PRICES = True
    assert doctor()[0] == 0
    ProviderState.objects.create(
        provider="yahoo", error_code="rate_limited", last_error="429", open_until=timezone.now() + timedelta(seconds=30)
    )

    code, text = doctor()

    assert code == 1
    assert "yahoo: resting: rate_limited, 429, no answer yet, asked again at 2026-03-11 12:00:30 UTC" in text


@pytest.mark.parametrize("is_live", [True, False])
def test_nothing_is_promised_while_nobody_is_asked(asha, held, settings, is_live):
    settings.LIVE_PRICES = is_live
    failing = {"failures": 3, "error_code": "unreachable", "due_at": timezone.now() + timedelta(minutes=5)}
    PriceSource.objects.filter(asset=held).update(**failing, wanted_from=date(2026, 2, 1), fetched_from=None)
    resting = {"open_until": timezone.now() + timedelta(seconds=30), "error_code": "unreachable"}
    ProviderState.objects.create(provider="yahoo", **resting)

    (problem,) = problems_of([asha])
    _, text = doctor()

    assert ("tried again" in problem.todo) == is_live
    assert ("LIVE_PRICES is off: enter or import its closes" in problem.todo) != is_live
    assert ("asked again at" in text) == is_live
    assert histories_awaited(asha) == (1 if is_live else 0)
