"""/analytics/status/."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from analytics import due
from analytics.models import HistoryMark
from portfolio.models import PriceSource, ProviderState, Quote
from tests.analytics.conftest import NET_WORTH, STATUS, TODAY, closes, enter, travel
from tests.conftest import check_error

NOON = datetime(2024, 1, 10, 12, tzinfo=UTC)


def test_it_works(asha_api, story):
    assert asha_api.get(NET_WORTH).status_code == 200

    body = asha_api.get(STATUS).json()

    assert body == {
        "fresh": True,
        "as_of": "2024-01-10",
        "first_day": "2024-01-01",
        "currency": "INR",
        "dirty_from": None,
        "dirty_since": None,
        "rebuilding": False,
        "built_at": "2024-01-10T12:00:00+00:00",
        "builds": 1,
        "failures": 0,
        "last_error": "",
        "stale": [],
        "reasons": [],
        "problems": [],
        "providers": [never_asked("yahoo"), never_asked("mfapi")],
        "quotes": {"watched": 0, "oldest": None},
        "syncing": 0,
    }


def never_asked(provider: str) -> dict[str, object]:
    """Its state, in a test that asks nobody; what may be asked at once is 5/18 of the limit of an hour."""
    return {
        "name": provider, "state": "off", "since": None, "retry_at": None, "last_ok_at": None, "error_code": "",
        "last_error": "", "requests_left": {"yahoo": 100, "mfapi": 1000}[provider],
    }  # fmt: skip


def test_it_shows_a_mark_and_does_not_mend_it(asha_api, story, main, infosys):
    asha_api.get(NET_WORTH)
    with travel(TODAY, "12:30"):
        enter(main, "buy", "2024-01-05", infosys, quantity="1", price="1")
    with travel(TODAY, "12:40"):
        enter(main, "buy", "2024-01-04", infosys, quantity="1", price="1")
        enter(main, "buy", "2024-01-06", infosys, quantity="1", price="1")
    for _ in range(2):
        body = asha_api.get(STATUS).json()
        assert (body["fresh"], body["dirty_from"], body["builds"]) == (False, "2024-01-04", 1)
        assert body["dirty_since"] == "2024-01-10T12:30:00+00:00"
        assert body["as_of"] == "2024-01-10"


def test_a_new_person(asha_api, at_noon):
    body = asha_api.get(STATUS).json()

    assert (body["as_of"], body["first_day"], body["dirty_from"], body["builds"]) == (None, None, None, 0)
    assert body["currency"] == "INR"


def test_it_says_what_failed(asha_api, story, monkeypatch):
    def burst(user):
        raise ArithmeticError("the price of INFY is a pear")

    monkeypatch.setattr(due, "history_rebuild", burst)
    assert due.rebuild_due_history() is True
    assert due.rebuild_due_history() is False  # not again at once

    body = asha_api.get(STATUS).json()
    assert (body["failures"], body["last_error"]) == (1, "ArithmeticError: the price of INFY is a pear")
    assert (body["fresh"], body["rebuilding"], body["dirty_from"]) == (False, False, "2024-01-01")

    monkeypatch.undo()
    assert asha_api.get(NET_WORTH).json()["fresh"] is True
    body = asha_api.get(STATUS).json()
    assert (body["failures"], body["last_error"], body["fresh"]) == (0, "", True)


def test_it_says_that_somebody_is_at_it(asha_api, story, monkeypatch):
    seen = []
    monkeypatch.setattr(due, "history_rebuild", lambda user: seen.append(asha_api.get(STATUS).json()["rebuilding"]))
    due.rebuild_due_history()
    monkeypatch.undo()

    assert seen == [True]
    assert asha_api.get(STATUS).json()["rebuilding"] is False


def test_it_names_missing_rates_and_prices(asha_api, main, apple, at_noon):
    enter(main, "buy", "2024-01-02", apple, quantity="1", price="1")
    asha_api.get(NET_WORTH)

    body = asha_api.get(STATUS).json()

    assert [row["symbol"] for row in body["stale"]] == ["AAPL"]
    assert [row["code"] for row in body["reasons"]] == ["no_rate"]
    assert [(row["asset"], row["symbol"], row["code"]) for row in body["problems"]] == [
        (None, None, "no_rate"),
        (apple.pk, "AAPL", "missing"),
    ]


def test_what_a_provider_refuses_is_said_with_what_to_do(asha_api, story, apple, settings):
    settings.LIVE_PRICES = True
    PriceSource.objects.create(asset=apple, provider="yahoo", symbol="AAPL", vanished_at=NOON)
    until = NOON + timedelta(seconds=30)
    ProviderState.objects.create(
        provider="yahoo", error_code="rate_limited", last_error="429", last_failed_at=NOON, open_until=until
    )

    body = asha_api.get(STATUS).json()

    (problem,) = body["problems"]
    assert (problem["asset"], problem["symbol"], problem["code"]) == (apple.pk, "AAPL", "vanished")
    assert (problem["since"], bool(problem["todo"])) == ("2024-01-10", True)
    yahoo, mfapi = body["providers"]
    assert (yahoo["name"], yahoo["state"], yahoo["error_code"], yahoo["last_error"]) == (
        "yahoo", "resting", "rate_limited", "429",
    )  # fmt: skip
    assert (yahoo["since"], yahoo["retry_at"]) == ("2024-01-10T12:00:00Z", "2024-01-10T12:00:30Z")
    assert (mfapi["name"], mfapi["state"]) == ("mfapi", "ok")


def test_it_counts_what_is_still_to_be_fetched(asha_api, story, apple, tcs, settings):
    """Apple's history is wanted since the purchase; that of TCS, which nobody holds, by no one."""
    settings.LIVE_PRICES = True
    for asset in (apple, tcs):
        PriceSource.objects.create(asset=asset, provider="yahoo", symbol=asset.symbol, wanted_from=date(2024, 1, 2))
    assert asha_api.get(STATUS).json()["syncing"] == 1

    PriceSource.objects.update(fetched_from=date(2024, 1, 5))
    assert asha_api.get(STATUS).json()["syncing"] == 1

    PriceSource.objects.update(fetched_from=date(2024, 1, 1))
    assert asha_api.get(STATUS).json()["syncing"] == 0


def test_it_says_how_old_the_live_prices_are(asha_api, story, apple, infosys, tcs):
    for asset, minutes in ((apple, 5), (infosys, 7), (tcs, 9)):
        fetched = NOON - timedelta(minutes=minutes)
        Quote.objects.create(asset=asset, price=Decimal(1), fetched_at=fetched, watched_at=NOON)

    assert asha_api.get(STATUS).json()["quotes"] == {"watched": 2, "oldest": "2024-01-10T11:53:00Z"}


def test_problems_of_what_others_hold_are_theirs(asha_api, mallory_api, mallory, story, tcs):
    enter(mallory.accounts.get(), "buy", "2024-01-02", tcs, quantity="1", price="1")

    assert asha_api.get(STATUS).json()["problems"] == []
    assert [row["symbol"] for row in mallory_api.get(STATUS).json()["problems"]] == ["TCS"]


def test_everybody_sees_their_own(asha_api, mallory_api, anonymous_api, story):
    asha_api.get(NET_WORTH)

    assert mallory_api.get(STATUS).json()["builds"] == 0
    check_error(anonymous_api.get(STATUS), 401)


@pytest.mark.parametrize("day", ["2024-01-02", "2024-01-10"])
def test_a_tomorrow_is_not_built_yet(asha_api, story, infosys, day):
    asha_api.get(NET_WORTH)
    with travel(TODAY.replace(day=12)):
        body = asha_api.get(STATUS).json()
        assert (body["fresh"], body["as_of"], body["dirty_from"]) == (False, "2024-01-10", None)
        closes(infosys, **{f"d{day}".replace("-", "_"): "1000"})
        assert asha_api.get(STATUS).json()["dirty_from"] == day
        assert HistoryMark.objects.get().dirty_from == date.fromisoformat(day)
