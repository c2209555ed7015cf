"""MFAPI and AMFI as requests reads them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from tests.upstream.conftest import Get
from tests.upstream.replica import Replica

MFAPI = "https://api.mfapi.in/mf"
NAV_ALL = "https://portal.amfiindia.com/spages/NAVAll.txt"
HISTORY = "https://portal.amfiindia.com/DownloadNAVHistoryReport_Po.aspx"
INDIAN = timedelta(hours=5, minutes=30)


@pytest.fixture(autouse=True)
def sunday():
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def lines(text: str, code: str) -> list[list[str]]:
    return [line.split(";") for line in text.splitlines() if line.startswith(f"{code};")]


def test_a_fund_has_its_whole_life_newest_first(get: Get) -> None:
    answer = get(f"{MFAPI}/122639").json()
    assert answer["status"] == "SUCCESS"
    assert answer["meta"]["scheme_code"] == 122639
    assert answer["data"][0] == {"date": "20-11-2026", "nav": "93.12470"}
    assert answer["data"][-1]["date"] == "28-05-2013"
    assert len(answer["data"]) > 13 * 240


def test_a_range_and_the_latest_can_be_asked_for(get: Get) -> None:
    ranged = get(f"{MFAPI}/122639?startDate=2026-11-18&endDate=2026-11-19").json()["data"]
    assert [row["date"] for row in ranged] == ["19-11-2026", "18-11-2026"]
    assert [row["date"] for row in get(f"{MFAPI}/122639/latest").json()["data"]] == ["20-11-2026"]
    assert get(f"{MFAPI}/122639?startDate=18-11-2026").status_code == 400


def test_unknown_funds_are_answered_in_two_ways(replica: Replica, get: Get) -> None:
    assert get(f"{MFAPI}/777777").status_code == 404
    for code in ("900000", "900001/latest"):
        empty = get(f"{MFAPI}/{code}")
        assert (empty.status_code, empty.json()["data"]) == (200, [])
    replica.world.funds.unknown_as = "empty"
    assert get(f"{MFAPI}/777777").json() == {"meta": {}, "data": [], "status": "SUCCESS"}


def test_all_schemes_are_listed_in_pages(replica: Replica, get: Get) -> None:
    replica.world.funds.generic = 1000
    everything = get(MFAPI).json()
    assert len(everything) == 1000 + len(get(f"{MFAPI}?limit=1000&offset=1000").json())
    assert get(f"{MFAPI}?limit=2&offset=5").json() == everything[5:7]
    assert set(everything[0]) == {"schemeCode", "schemeName", "isinGrowth", "isinDivReinvestment"}
    assert len(get(f"{MFAPI}/latest").json()) == len(everything)


def test_search_goes_by_the_words_of_the_name(get: Get) -> None:
    found = get(f"{MFAPI}/search?q=direct parag").json()
    assert found == [{"schemeCode": 122639, "schemeName": "Parag Parikh Flexi Cap Fund - Direct Plan - Growth"}]
    assert get(f"{MFAPI}/search?q=zzzz").json() == []
    assert get(f"{MFAPI}/search").status_code == 400


def test_a_nav_comes_on_the_evening_at_amfi_and_in_the_night_at_mfapi(get: Get, sunday: time_machine.Traveller) -> None:
    def newest() -> tuple[str, str]:
        [line] = lines(get(NAV_ALL).text, "122639")
        return line[-1], get(f"{MFAPI}/122639/latest").json()["data"][0]["date"]

    for at, at_amfi, at_mfapi in (
        (datetime(2026, 11, 20, 22, 59), "19-Nov-2026", "19-11-2026"),
        (datetime(2026, 11, 20, 23, 0), "20-Nov-2026", "19-11-2026"),
        (datetime(2026, 11, 21, 3, 9), "20-Nov-2026", "20-11-2026"),
    ):
        sunday.move_to((at - INDIAN).replace(tzinfo=UTC))
        assert newest() == (at_amfi, at_mfapi)


def test_some_funds_are_odd(get: Get) -> None:
    def rows(code: str) -> Any:
        return get(f"{MFAPI}/{code}").json()["data"]

    assert rows("145552")[0]["date"] == "19-11-2026"  # a session late
    assert rows("148064")[0]["date"] == "18-11-2026"  # two
    assert rows("111850")[0]["date"] == "15-03-2018"  # wound up
    assert rows("119800")[0]["date"] == "21-11-2026"  # on weekends, too
    assert any(Decimal(row["nav"]) == 0 for row in rows("112323"))
    navs = {datetime.strptime(row["date"], "%d-%m-%Y").date(): Decimal(row["nav"]) for row in rows("113070")}
    assert navs[date(2018, 3, 1)] / navs[date(2018, 2, 28)] == pytest.approx(10, rel=0.01)


def test_rows_can_be_altered(replica: Replica, get: Get) -> None:
    friday, thursday = date(2026, 11, 20), date(2026, 11, 19)
    funds = replica.world.funds
    funds.add("500001", {thursday: "10.5", friday: "10.75"}, name="A Fund of Mine")
    funds.set_rows("500001", {friday: ("10.75000", "0.00000")})
    answer = get(f"{MFAPI}/500001").json()
    assert answer["meta"]["scheme_name"] == "A Fund of Mine"
    assert [row["nav"] for row in answer["data"]] == ["0.00000", "10.75000", "10.50000"]
    funds.leave_out("500001", {friday})
    assert [row["date"] for row in get(f"{MFAPI}/500001").json()["data"]] == ["19-11-2026"]
    funds.delete("500001")
    assert get(f"{MFAPI}/500001").status_code == 404


def test_the_daily_file_has_two_layouts(replica: Replica, get: Get) -> None:
    new = get(NAV_ALL).text
    assert new.splitlines()[0].split(";")[3:] == ["Scheme Name", "Plan", "Option", "Net Asset Value", "Date"]
    assert lines(new, "122639") == [
        "122639;INF879O01027;-;Parag Parikh Flexi Cap Fund;Direct Plan;Growth Option;93.1247;20-Nov-2026".split(";")
    ]
    assert "Open Ended Schemes(Equity Scheme - Flexi Cap Fund)\r\n" in new
    assert "\r\nPPFAS Mutual Fund\r\n" in new
    assert [line[-2] for code in ("999001", "999002") for line in lines(new, code)] == ["N.A.", "-"]
    replica.world.funds.layout = "old"
    old = get("https://www.amfiindia.com/spages/NAVAll.txt").text
    assert lines(old, "122639") == [
        "122639;INF879O01027;-;Parag Parikh Flexi Cap Fund - Direct Plan - Growth;93.1247;20-Nov-2026".split(";")
    ]


def test_the_history_report_has_two_layouts_and_a_longest_range(replica: Replica, get: Get) -> None:
    span = "frmdt=18-Nov-2026&todt=19-Nov-2026"
    for layout, columns in (("new", 8), ("old", 8)):
        replica.world.funds.layout = layout
        found = lines(get(f"{HISTORY}?{span}").text, "122639")
        assert [row[-1] for row in found] == ["18-Nov-2026", "19-Nov-2026"]
        assert {len(row) for row in found} == {columns}
    assert "90 days" in get(f"{HISTORY}?frmdt=01-Jan-2026&todt=19-Nov-2026").text
