"""AMFI: its files by the names of their columns, and each of them asked for once by many."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from portfolio.providers import base
from portfolio.providers.amfi import MOST_DAYS, Amfi
from portfolio.providers.amfi_file import Row, rows_of
from portfolio.providers.schemes import Nav, newest_day_due, sector_of
from tests.providers.fund_makers import FLEXI, FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, friday_at, made, seconds
from tests.upstream.replica import Replica

OLD = """\
Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date\r
\r
Open Ended Schemes(Equity Scheme - Flexi Cap Fund)\r
 \r
PPFAS Mutual Fund\r
 \r
122639;INF879O01027;-;Parag Parikh Flexi Cap Fund - Direct Plan - Growth;90.5324;24-Aug-2026\r
122640;-;INF879O01035;Parag Parikh Flexi Cap Fund - Regular Plan - Growth;N.A.;24-Aug-2026\r
 \r
Close Ended Schemes ( Income )\r
 \r
Another Mutual Fund\r
 \r
100001;-;;Another Fund;0.0000;31-Dec-2008\r
100002;-;;Too;many;words;1;31-Dec-2008\r
"""
NEW = """\
Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Plan;Option;Net Asset Value;Date
Open Ended Schemes(Equity Scheme - Flexi Cap Fund)
PPFAS Mutual Fund
122639;INF879O01027;-;Parag Parikh Flexi Cap Fund;Direct Plan;Growth Option;90.5324;24-Aug-2026
122640;-;INF879O01035;Parag Parikh Flexi Cap Fund Regular Plan;Regular Plan;-;N.A.;24-Aug-2026
"""


@pytest.fixture
def amfi(replica: Replica) -> Iterator[Amfi]:
    with friday_at("23:45"):
        yield made(Amfi, replica)


def test_the_layout_before_august_2026() -> None:
    direct, regular, other = rows_of(OLD)
    assert direct.nav() == Nav(date(2026, 8, 24), Decimal("90.5324"))
    assert direct.scheme().name == "Parag Parikh Flexi Cap Fund - Direct Plan - Growth"
    assert (direct.scheme().isin, direct.scheme().sector) == ("INF879O01027", "Equity: Flexi Cap")
    assert regular.nav() is None
    assert regular.scheme().isin == "INF879O01035"
    assert other.nav() == Nav(date(2008, 12, 31), Decimal(0))
    assert (other.scheme().isin, other.scheme().sector) == ("", "Income")


def test_the_layout_since_august_2026() -> None:
    direct, regular = rows_of(NEW)
    assert direct.nav() == Nav(date(2026, 8, 24), Decimal("90.5324"))
    assert direct.scheme().name == "Parag Parikh Flexi Cap Fund - Direct Plan - Growth Option"
    assert direct.scheme().isin == "INF879O01027"
    assert regular.scheme().name == "Parag Parikh Flexi Cap Fund Regular Plan"


def test_columns_are_known_by_their_names() -> None:
    text = "Scheme Code;Date;Something New;NAV Name;Net Asset Value\n1;24-aug-2026;x;One;1.5\n"
    (row,) = rows_of(text)
    assert (row.nav(), row.scheme().name) == (Nav(date(2026, 8, 24), Decimal("1.5")), "One")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>Please; come; later</html>",
        "Scheme Code;Scheme Name;Date\n1;One;24-Aug-2026",
        OLD.split("\r\n", 1)[1],
    ],
)
def test_another_file_is_garbled(text: str) -> None:
    with pytest.raises(base.Garbled):
        list(rows_of(text))


@pytest.mark.parametrize("day", ["", "-", "24-08-2026", "31-Feb-2026", "24-Aug", "24 Aug 2026", "1-1-1-1"])
def test_a_line_without_a_day_has_no_nav(day: str) -> None:
    assert Row({"scheme code": "1", "net asset value": "1", "date": day}, "").nav() is None


@pytest.mark.parametrize(
    ("category", "sector"),
    [
        ("Equity Scheme - Flexi Cap Fund", "Equity: Flexi Cap"),
        ("Equity Scheme - Large & Mid Cap Fund", "Equity: Large & Mid Cap"),
        ("Equity Scheme - ELSS", "Equity: ELSS"),
        ("Other Scheme - Index Funds", "Other: Index"),
        ("Other Scheme - FoF Overseas", "Other: FoF Overseas"),
        ("Solution Oriented Scheme - Retirement Fund", "Solution Oriented: Retirement"),
        (
            " Debt Scheme  -  Gilt Fund with 10 year duration ",
            "Debt: Gilt Fund with 10 year duration",
        ),
        ("Income", "Income"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_category_in_the_words_of_people(category: str | None, sector: str) -> None:
    assert sector_of(category) == sector


@pytest.mark.parametrize(
    ("now", "due"),
    [("20T23:29", THURSDAY), ("20T23:30", FRIDAY), ("21T12:00", FRIDAY), ("22T23:45", FRIDAY), ("23T12:00", FRIDAY)],
)
def test_navs_are_due_late_on_weekdays(now: str, due: date) -> None:
    with time_machine.travel(f"2026-11-{now}:00+05:30", tick=False):
        assert newest_day_due() == due


@pytest.mark.parametrize("layout", ["new", "old"])
def test_the_newest_navs_of_all_schemes_in_one_request(amfi: Amfi, replica: Replica, layout: str) -> None:
    replica.world.funds.layout = layout
    replica.world.funds.add("500001", {THURSDAY: "1.1", FRIDAY: "1.23456"}, house="Mine")
    for code in ("500001", FLEXI, "122640"):
        scheme, nav = amfi.scheme(code, deadline=seconds())
        assert (scheme.code, nav.day) == (code, FRIDAY)
    assert str(amfi.scheme("500001", deadline=seconds())[1].value) == "1.23456"
    assert amfi.scheme("999001", deadline=seconds())[1] is None
    with pytest.raises(base.UnknownSymbol):
        amfi.scheme("400001", deadline=seconds())
    assert len(replica.log) == 1


def test_it_is_asked_again_after_ten_minutes(replica: Replica) -> None:
    amfi = made(Amfi, replica)
    for clock, requests in (("22:55", 1), ("23:04", 1), ("23:05", 2), ("23:00", 3)):
        with friday_at(clock):
            amfi.newest(deadline=seconds())
        assert len(replica.log) == requests


def test_many_threads_ask_once(amfi: Amfi, replica: Replica) -> None:
    replica.latency = 0.2
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: amfi.newest(deadline=seconds()), range(8)))
    assert len(replica.log) == 1


def test_who_waits_for_another_waits_no_longer_than_agreed(amfi: Amfi, replica: Replica) -> None:
    replica.fault("NAVAll", "hang")
    started = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        patient = pool.submit(amfi.newest, deadline=seconds(3))
        while not replica.log:
            time.sleep(0.01)
        hasty = pool.submit(amfi.newest, deadline=seconds(0.5))
        assert isinstance(hasty.exception(), base.TimedOut)
        assert time.monotonic() - started < 2.5
        assert isinstance(patient.exception(), base.TimedOut)


@pytest.mark.parametrize("layout", ["new", "old"])
def test_the_days_of_a_gap_come_from_the_reports(amfi: Amfi, replica: Replica, layout: str) -> None:
    replica.world.funds.layout = layout
    before = {date(2026, 11, 13): "1", MONDAY: "2"}
    days = {**before, TUESDAY: "3.3", WEDNESDAY: "4", THURSDAY: "5", FRIDAY: "6.0001"}
    replica.world.funds.add("500001", days)
    replica.world.funds.add("500002", days)
    navs = amfi.navs("500001", first=TUESDAY, deadline=seconds())
    assert [(day, f"{nav:f}") for day, nav in navs.items()] == [
        (TUESDAY, "3.3000"),
        (WEDNESDAY, "4.0000"),
        (THURSDAY, "5.0000"),
        (FRIDAY, "6.0001"),
    ]
    others = amfi.navs("500002", first=date(2026, 11, 13), deadline=seconds())
    assert others == {day: Decimal(nav) for day, nav in days.items()}
    assert len(replica.log) == 3  # the newest, this week and the one before, for both of them


def test_the_one_newest_day_needs_no_report(amfi: Amfi, replica: Replica) -> None:
    assert list(amfi.navs(FLEXI, first=FRIDAY, deadline=seconds())) == [FRIDAY]
    assert amfi.navs(FLEXI, first=FRIDAY + timedelta(days=1), deadline=seconds()) == {}
    assert len(replica.log) == 1


def test_a_long_gap_is_filled_from_its_beginning(amfi: Amfi, replica: Replica) -> None:
    """What comes has no hole, so that whoever asks for what follows gets the rest."""
    first = date(2026, 6, 1)
    navs = amfi.navs(FLEXI, first=first, deadline=seconds())
    assert min(navs) == first
    assert max(navs) == date(2026, 7, 3)  # the last Friday within 35 days
    assert all((later - day).days <= 4 for day, later in zip(navs, list(navs)[1:], strict=False))
    assert MOST_DAYS == 35


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("404", base.Unreachable),
        ("429", base.RateLimited),
        ("500", base.Unreachable),
        ("garbage", base.Garbled),
        ("html", base.Garbled),
        ("empty", base.Garbled),
        ("drop", base.Unreachable),
        ("truncate", base.Unreachable),
        ("trickle", base.TimedOut),
        ("hang", base.TimedOut),
    ],
)
def test_every_fault_has_its_name(amfi: Amfi, replica: Replica, mode: str, error: type[base.ProviderError]) -> None:
    replica.fault("NAVAll", mode, times=1)
    is_slow = error is base.TimedOut
    started = time.monotonic()
    with pytest.raises(error):
        amfi.newest(deadline=seconds(1 if is_slow else 30))
    assert not is_slow or time.monotonic() - started < 5
    assert amfi.newest(deadline=seconds())[FLEXI][1].day == FRIDAY


def test_the_budget_counts_its_requests(replica: Replica) -> None:
    with friday_at("23:45"):
        amfi = made(Amfi, replica, budget=1)
        amfi.newest(deadline=seconds())
        with pytest.raises(base.BudgetSpent):
            amfi.navs(FLEXI, first=MONDAY, deadline=seconds())
