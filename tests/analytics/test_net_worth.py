"""/analytics/net-worth/."""

import gzip
import json
from datetime import date, timedelta

import pytest

from analytics.apis import series
from core.kept import Kept
from core.renderers import dumps
from tests.analytics.conftest import NET_WORTH, TODAY, closes, enter, travel
from tests.conftest import check_error

CASH = [0, 83_000, 599 * 83, 599 * 84, 599 * 84, 599 * 84, 599 * 84, 599 * 84, 607 * 82, 607 * 82]
APPLE = [0, 0, 400 * 83, 400 * 84, 400 * 84, 400 * 84, 400 * 84, 420 * 84, 420 * 82, 420 * 82]
INFOSYS = [1000, 1000, 1000, 1000, 1100, 1100, 1100, 1100, 1100, 1200]
HELD = [a + b for a, b in zip(APPLE, INFOSYS, strict=True)]
DAYS = [(date(2024, 1, 1) + timedelta(days=i)).isoformat() for i in range(10)]


def test_it_works(asha_api, story):
    response = asha_api.get(NET_WORTH)

    assert response.status_code == 200
    assert response.json() == {
        "fresh": True,
        "as_of": "2024-01-10",
        "currency": "INR",
        "interval": "day",
        "dates": DAYS,
        "series": {
            "net_worth": [a + b for a, b in zip(HELD, CASH, strict=True)],
            "holdings": HELD,
            "cash": CASH,
            "other_assets": [0] * 10,
            "liabilities": [0] * 10,
            "invested": [1000, 1000] + [1000 + 400 * 83] * 8,
            "net_contributions": [1005] + [1005 + 83_000] * 9,
            "income": [0] * 8 + [820] * 2,
        },
        "confidence": {"priced": [1] * 10, "stale": [0] * 10, "estimated": [0] * 10},
        "reasons": [],
    }


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({"from": "2024-01-04"}, DAYS[3:]),
        ({"to": "2024-01-04"}, DAYS[:4]),
        ({"from": "2024-01-04", "to": "2024-01-06"}, DAYS[3:6]),
        ({"from": "2024-01-06", "to": "2024-01-06"}, DAYS[5:6]),
        ({"from": "1900-01-01"}, DAYS),
        ({"to": "2023-12-31"}, []),
        ({"period": "1d"}, DAYS[-2:]),
        ({"period": "1w"}, DAYS[2:]),
        ({"period": "1d", "to": "2024-01-01"}, DAYS[:1]),
        ({"period": "mtd"}, DAYS),
        ({"period": "10y", "to": "1900-01-01"}, []),
        ({"period": "max"}, DAYS),
        ({"interval": "week"}, ["2024-01-07", "2024-01-10"]),
        ({"interval": "week", "to": "2024-01-07"}, ["2024-01-07"]),
        ({"interval": "week", "from": "2024-01-07", "to": "2024-01-08"}, ["2024-01-07", "2024-01-08"]),
        ({"interval": "month"}, ["2024-01-10"]),
    ],
)
def test_it_shows_the_days_that_were_asked_for(asha_api, story, query, days):
    body = asha_api.get(NET_WORTH, query).json()

    assert body["dates"] == days
    expected = [HELD[DAYS.index(day)] for day in days]
    assert body["series"]["holdings"] == expected
    assert all(len(values) == len(days) for values in [*body["series"].values(), *body["confidence"].values()])


def test_no_day_is_missing_over_leap_years(asha_api, main, infosys):
    with travel(date(2024, 3, 1)):
        closes(infosys, d2019_12_31="100")
        enter(main, "buy", "2019-12-31", infosys, quantity="1", price="100")
        days = asha_api.get(NET_WORTH).json()["dates"]
        months = asha_api.get(NET_WORTH, {"interval": "month", "from": "2023-11-30"}).json()["dates"]

    assert len(days) == len(set(days)) == (date(2024, 3, 1) - date(2019, 12, 31)).days + 1
    assert days == sorted(days)
    assert (days[0], days[-1]) == ("2019-12-31", "2024-03-01")
    assert {"2020-02-29", "2024-02-29", "2023-02-28"} <= set(days)
    assert months == ["2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29", "2024-03-01"]


def test_of_one_account(asha_api, story, main, schwab):
    body = asha_api.get(NET_WORTH, {"account": schwab.pk}).json()
    assert body["dates"] == DAYS[1:]
    assert body["series"]["net_worth"] == [a + b for a, b in zip(APPLE, CASH, strict=True)][1:]
    assert body["series"]["net_contributions"] == [83_000] * 9

    body = asha_api.get(NET_WORTH, {"account": main.pk, "to": "2024-01-05"}).json()
    assert body["series"]["net_worth"] == INFOSYS[:5]


def test_of_one_asset_without_the_money_of_its_account(asha_api, story, apple):
    body = asha_api.get(NET_WORTH, {"asset": apple.pk}).json()

    assert body["dates"] == DAYS[2:]
    assert body["series"]["net_worth"] == APPLE[2:]
    assert body["series"]["cash"] == [0] * 8
    assert body["series"]["net_contributions"] == [401 * 83] * 6 + [401 * 83 - 8 * 82] * 2


def test_of_one_class(asha_api, story, infosys):
    assert asha_api.get(NET_WORTH, {"asset_class": "stock"}).json()["series"]["net_worth"] == HELD
    assert asha_api.get(NET_WORTH, {"asset_class": "gold"}).json()["dates"] == []
    assert asha_api.get(NET_WORTH, {"asset_class": "gold", "asset": infosys.pk}).json()["dates"] == []


def test_in_another_currency(asha_api, story):
    body = asha_api.get(NET_WORTH, {"currency": "usd", "from": "2024-01-03"}).json()

    assert body["currency"] == "USD"
    assert body["series"]["cash"] == [599] * 6 + [607] * 2
    rates = [83, 84, 84, 84, 84, 84, 82, 82]
    rupees = [value / rate for value, rate in zip(INFOSYS[2:], rates, strict=True)]
    dollars = [400] * 5 + [420] * 3
    assert body["series"]["holdings"] == pytest.approx([a + b for a, b in zip(rupees, dollars, strict=True)], abs=1e-6)
    assert body["series"]["net_contributions"] == pytest.approx([1000 + 1005 / 83] * 8, abs=1e-6)


def test_what_has_no_rate_is_null_with_the_reason(asha_api, story, dollar):
    closes(dollar, d2024_01_01=None, d2024_01_04=None, d2024_01_09=None)

    body = asha_api.get(NET_WORTH).json()

    assert body["series"]["net_worth"] == [1000] + [None] * 9
    assert body["series"]["cash"] == [0] + [None] * 9
    assert body["series"]["holdings"] == [1000, 1000] + [None] * 8
    assert [reason["code"] for reason in body["reasons"]] == ["no_rate"]
    assert "USD" in body["reasons"][0]["detail"]
    assert "INR" in body["reasons"][0]["detail"]
    assert body["fresh"] is True


def test_confidence_says_what_is_stale_and_what_is_estimated(asha_api, asha, main, infosys, apple, dollar):
    closes(dollar, d2024_01_01="80")
    closes(infosys, d2024_01_01="100")
    enter(main, "buy", "2024-01-01", infosys, quantity="3", price="90")
    enter(main, "buy", "2024-01-08", apple, quantity="5", price="2")  # 10 dollars, never priced
    with travel(TODAY):
        confidence = asha_api.get(NET_WORTH, {"from": "2024-01-08"}).json()["confidence"]

    # 300 rupees of a price that is 7, 8, 9 days old, beside 800 of no price, at a rate that is as old
    assert confidence["stale"] == pytest.approx([0, 300 / 1100, 300 / 1100])
    assert confidence["estimated"] == pytest.approx([800 / 1100] * 3)
    assert confidence["priced"] == pytest.approx([300 / 1100, 0, 0], abs=1e-12)


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ({"from": "2024-01-05", "to": "2024-01-04"}, "from"),
        ({"from": "2024-01-05", "period": "1m"}, "period"),
        ({"period": "2w"}, "period"),
        ({"period": ""}, "period"),
        ({"interval": "year"}, "interval"),
        ({"to": "2024-01-11"}, "to"),
        ({"from": "2024-01-11"}, "from"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2024-02-30"}, "to"),
        ({"to": "1899-12-31"}, "to"),
        ({"account": "0"}, "account"),
        ({"account": "x"}, "account"),
        ({"account": "9" * 30}, "account"),
        ({"asset": "9" * 30}, "asset"),
        ({"asset": "-1"}, "asset"),
        ({"asset_class": "lottery"}, "asset_class"),
        ({"currency": "ZZZ"}, "currency"),
        ({"currency": "\0\0\0"}, None),
        ({"curency": "USD"}, "curency"),
    ],
)
def test_it_refuses(asha_api, story, query, attr):
    check_error(asha_api.get(NET_WORTH, query), 400, attr=attr)


def test_a_strangers_account_and_asset_do_not_exist(mallory_api, story, schwab, infosys):
    check_error(mallory_api.get(NET_WORTH, {"account": schwab.pk}), 400, attr="account", code="does_not_exist")
    check_error(mallory_api.get(NET_WORTH, {"asset": infosys.pk}), 400, attr="asset", code="does_not_exist")
    assert mallory_api.get(NET_WORTH).json()["dates"] == []


def test_it_is_closed_to_the_anonymous(anonymous_api, story):
    check_error(anonymous_api.get(NET_WORTH), 401)


def test_who_has_nothing_has_an_empty_series(asha_api):
    with travel(TODAY):
        for query in ({}, {"period": "1y"}, {"currency": "USD"}, {"interval": "month"}, {"from": "2020-01-01"}):
            body = asha_api.get(NET_WORTH, query).json()
            assert (body["fresh"], body["dates"], body["reasons"]) == (True, [], [])
            assert set(map(len, [*body["series"].values(), *body["confidence"].values()])) == {0}


@pytest.mark.parametrize("query", [{}, {"interval": "week"}, {"currency": "USD"}, {"asset_class": "stock"}])
def test_the_same_answer_is_not_sent_twice(asha_api, story, infosys, query):
    first = asha_api.get(NET_WORTH, query)
    again = asha_api.get(NET_WORTH, query, headers={"If-None-Match": first["ETag"]})
    closes(infosys, d2024_01_07="111")
    edited = asha_api.get(NET_WORTH, query, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert edited.status_code == 200
    assert edited["ETag"] != first["ETag"]
    assert edited.json()["series"]["holdings"] != first.json()["series"]["holdings"]
    assert "private" in first["Cache-Control"]


def test_a_new_day_is_a_new_answer(asha_api, story):
    first = asha_api.get(NET_WORTH)
    with travel(date(2024, 1, 11)):
        response = asha_api.get(NET_WORTH, headers={"If-None-Match": first["ETag"]})

    assert response.status_code == 200
    assert response.json()["dates"] == [*DAYS, "2024-01-11"]


def test_the_tag_of_one_person_says_nothing_to_another(asha_api, mallory, mallory_api, story, apple):
    enter(mallory.accounts.get(), "buy", "2024-01-03", apple, quantity="1", price="1")
    tags = {api.get(NET_WORTH)["ETag"] for api in (asha_api, mallory_api)}

    assert len(tags) == 2
    for tag in tags - {mallory_api.get(NET_WORTH)["ETag"]}:
        assert mallory_api.get(NET_WORTH, headers={"If-None-Match": tag}).status_code == 200


def test_it_comes_compressed_where_that_is_understood(asha_api, story):
    plain = asha_api.get(NET_WORTH)
    packed = asha_api.get(NET_WORTH, headers={"Accept-Encoding": "gzip, deflate"})

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content)) == plain.json()
    assert packed["Content-Length"] == str(len(packed.content))
    assert "Accept-Encoding" in packed["Vary"]


def test_a_graph_is_kept_for_its_parameters_however_they_are_written(asha_api, story, monkeypatch):
    made = []

    def counted(data):
        made.append(data)
        return dumps(data)

    monkeypatch.setattr(series, "dumps", counted)
    monkeypatch.setattr(series, "_kept", Kept(series.MOST_BYTES))

    answers = [
        asha_api.get(f"{NET_WORTH}?{query}").json()["dates"]
        for query in ("from=2024-01-03&to=2024-01-04", "to=2024-01-04&from=2024-01-03", "to=2024-01-09&to=2024-01-03")
    ]
    assert answers == [DAYS[2:4], DAYS[2:4], DAYS[:3]]
    assert len(made) == 2


def test_keys_count_as_what_is_kept(asha_api, story, monkeypatch):
    room = 20 * series.KEY_BYTES
    kept = Kept[series.Key, bytes](room)
    monkeypatch.setattr(series, "_kept", kept)

    for day in DAYS * 3:
        assert asha_api.get(NET_WORTH, {"from": day}).status_code == 200
        assert asha_api.get(NET_WORTH, {"to": day}).status_code == 200
    assert 0 < len(kept._values) < 20
