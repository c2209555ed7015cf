"""Whoever reads after an edit sees the new truth, whatever was edited; nothing runs in the background here."""

import pytest

from core.models import Account
from tests.analytics.conftest import NET_WORTH, STATUS, SUMMARY, closes
from tests.conftest import check_error
from tests.portfolio.conftest import TRANSACTIONS, post

ACTIONS = "/api/v1/corporate-actions/"


@pytest.fixture
def seen(asha_api, story):
    """The story, of which the person has already seen the graph."""
    assert asha_api.get(NET_WORTH).json()["fresh"]
    return story


def last(api, series="net_worth"):
    body = api.get(NET_WORTH).json()
    assert body["fresh"] is True
    return body["series"][series][-1]


def test_a_recorded_transaction(asha_api, seen, infosys):
    assert post(asha_api, "buy", "2024-01-05", infosys, quantity="1", price="100").status_code == 201
    assert asha_api.get(STATUS).json()["fresh"] is False
    assert last(asha_api) == 85_414 + 120
    assert asha_api.get(STATUS).json()["fresh"] is True


def test_a_changed_and_a_deleted_transaction(asha_api, seen):
    address = f"{TRANSACTIONS}{seen['infosys'].pk}/"
    assert asha_api.patch(address, {"quantity": "5"}).status_code == 200
    assert last(asha_api) == 85_414 - 600
    assert asha_api.patch(address, {"date": "2023-12-01"}).status_code == 200
    assert asha_api.get(NET_WORTH).json()["dates"][0] == "2023-12-01"
    assert asha_api.delete(address).status_code == 204
    assert last(asha_api) == 85_414 - 1200
    assert asha_api.get(NET_WORTH).json()["dates"][0] == "2024-01-02"


def test_a_refused_edit_changes_nothing(asha_api, seen, infosys):
    tag = asha_api.get(NET_WORTH)["ETag"]

    check_error(post(asha_api, "sell", "2024-01-05", infosys, quantity="11", price="1"), 400, attr="quantity")

    assert asha_api.get(STATUS).json()["fresh"] is True
    assert asha_api.get(NET_WORTH, headers={"If-None-Match": tag}).status_code == 304


def test_a_price(asha_api, seen, infosys):
    assert asha_api.put(f"/api/v1/assets/{infosys.pk}/prices/", {"2024-01-10": "121.5"}).status_code == 200
    assert last(asha_api) == 85_414 + 15
    assert asha_api.put(f"/api/v1/assets/{infosys.pk}/prices/", {"2024-01-10": None}).status_code == 200
    assert last(asha_api) == 85_414 - 100


def test_a_rate(asha_api, seen, dollar):
    closes(dollar, d2024_01_10="83")
    assert last(asha_api) == 1200 + (420 + 607) * 83
    closes(dollar, d2023_12_31="70")  # an earlier first rate; every day of the story has its own
    assert last(asha_api) == 1200 + (420 + 607) * 83


def test_a_corporate_action(asha_api, seen, infosys):
    response = asha_api.post(ACTIONS, {"asset": infosys.pk, "kind": "bonus", "ex_date": "2024-01-07", "ratio": "2"})
    assert response.status_code == 201
    body = asha_api.get(NET_WORTH, {"asset": infosys.pk}).json()
    assert body["series"]["net_worth"] == [1000] * 4 + [1100] * 5 + [2400]  # the carried close is halved, a new one not
    address = f"{ACTIONS}{response.json()['id']}/"
    assert asha_api.patch(address, {"status": "rejected"}).status_code == 200
    assert last(asha_api) == 85_414
    assert asha_api.patch(address, {"status": "confirmed"}).status_code == 200
    assert last(asha_api) == 85_414 + 1200
    assert asha_api.delete(address).status_code == 204
    assert last(asha_api) == 85_414


def test_an_action_before_the_purchase_changes_the_carried_close(asha_api, main, infosys, at_noon):
    closes(infosys, d2024_01_01="100")
    assert post(asha_api, "buy", "2024-01-08", infosys, quantity="10", price="50").status_code == 201
    assert last(asha_api) == 1000

    fields = {"asset": infosys.pk, "kind": "split", "ex_date": "2024-01-04", "ratio": "2"}
    action = asha_api.post(ACTIONS, fields).json()
    assert last(asha_api) == 500
    assert asha_api.patch(f"{ACTIONS}{action['id']}/", {"ratio": "4"}).status_code == 200
    assert last(asha_api) == 250
    assert asha_api.patch(f"{ACTIONS}{action['id']}/", {"ex_date": "2024-01-01"}).status_code == 200
    assert last(asha_api) == 1000
    assert asha_api.delete(f"{ACTIONS}{action['id']}/").status_code == 204
    assert last(asha_api) == 1000


def test_an_action_to_come(asha_api, seen, infosys):
    fields = {"asset": infosys.pk, "kind": "split", "ex_date": "2024-02-01", "ratio": "2"}
    assert asha_api.post(ACTIONS, fields).status_code == 201
    assert last(asha_api) == 85_414
    assert asha_api.get(STATUS).json()["fresh"] is True


def test_whether_an_account_keeps_its_cash(asha_api, seen, schwab):
    response = asha_api.patch(f"/api/v1/accounts/{schwab.pk}/", {"tracks_cash": False})
    assert response.status_code == 200
    assert last(asha_api) == 85_414 - 607 * 82
    assert last(asha_api, "cash") == 0


def test_an_account_that_is_saved_past_the_services(asha_api, seen, schwab):
    schwab.tracks_cash = False
    schwab.save()
    assert asha_api.get(STATUS).json()["fresh"] is False
    assert last(asha_api) == 85_414 - 607 * 82


def test_a_pair_that_goes_takes_its_rates_along(asha_api, seen, dollar):
    dollar.delete()
    body = asha_api.get(NET_WORTH).json()
    assert (body["fresh"], body["series"]["net_worth"][-1]) == (True, None)
    assert [reason["code"] for reason in body["reasons"]] == ["no_rate"]


def test_how_an_account_costs_its_sales(asha_api, seen, main, infosys):
    post(asha_api, "buy", "2024-01-04", infosys, quantity="10", price="200", fee="5")
    post(asha_api, "sell", "2024-01-05", infosys, quantity="10", price="200")
    assert asha_api.get(SUMMARY).json()["realized_gain"] == "995"
    assert asha_api.patch(f"/api/v1/accounts/{main.pk}/", {"cost_method": "average"}).status_code == 200
    body = asha_api.get(SUMMARY).json()
    assert (body["realized_gain"], body["fresh"]) == ("495", True)


def test_the_currency_of_the_person(asha_api, seen):
    assert asha_api.patch("/api/v1/me/", {"base_currency": "USD"}).status_code == 200
    assert asha_api.get(STATUS).json()["fresh"] is False
    body = asha_api.get(NET_WORTH).json()
    assert (body["currency"], body["fresh"]) == ("USD", True)
    assert body["series"]["net_worth"][-1] == pytest.approx(1200 / 82 + 1027)
    assert asha_api.patch("/api/v1/me/", {"base_currency": "INR"}).status_code == 200
    assert last(asha_api) == 85_414


def test_the_name_of_the_person_is_no_edit_of_the_history(asha_api, seen):
    assert asha_api.patch("/api/v1/me/", {"name": "Asha R."}).status_code == 200
    assert asha_api.get(STATUS).json()["fresh"] is True


def test_all_is_deleted(asha_api, seen):
    for name in ("dividend", "apple", "deposit", "infosys"):
        assert asha_api.delete(f"{TRANSACTIONS}{seen[name].pk}/").status_code == 204
    body = asha_api.get(NET_WORTH).json()
    assert (body["dates"], body["fresh"]) == ([], True)
    status = asha_api.get(STATUS).json()
    assert (status["fresh"], status["first_day"]) == (True, None)
    assert Account.objects.filter(user__email="asha@example.com").count() == 2


def test_a_private_rate_comes_before_the_shared_one(asha, asha_api, mallory_api, mallory, seen, apple):
    response = asha_api.post(
        "/api/v1/assets/", {"symbol": "USDINR=X", "name": "Mine", "asset_class": "fx", "currency": "INR"}
    )
    assert response.status_code == 201
    prices = f"/api/v1/assets/{response.json()['id']}/prices/"
    assert asha_api.put(prices, {"2024-01-01": "100"}).status_code == 200
    assert last(asha_api) == 1200 + 1027 * 100
    assert asha_api.delete(f"/api/v1/assets/{response.json()['id']}/").status_code == 204
    assert last(asha_api) == 85_414
