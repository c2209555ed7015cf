"""/analytics/status/."""

from datetime import date

import pytest

from analytics import due
from analytics.models import HistoryMark
from tests.analytics.conftest import NET_WORTH, STATUS, TODAY, closes, enter, travel
from tests.conftest import check_error


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
    }


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
