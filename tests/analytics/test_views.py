"""The SQL views: one row per person and day, one per asset and day, the same on both databases."""

import math
from datetime import date, timedelta

import pytest
from django.db import connection

from analytics.models import SERIES
from analytics.selectors import history_state
from tests.analytics.conftest import NET_WORTH, closes, enter, travel


def select(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def iso(day) -> str:
    return day if isinstance(day, str) else day.isoformat()


def test_it_works(asha, asha_api, story):
    graph = asha_api.get(NET_WORTH).json()

    columns = "day, currency, net_worth, cash, income, priced"
    rows = select(f"SELECT {columns} FROM analytics_history_day WHERE user_id = %s ORDER BY day", asha.pk)

    names = ("net_worth", "cash", "income")
    expected = zip(graph["dates"], *(graph["series"][name] for name in names), strict=True)
    assert [(iso(day), *figures) for day, _, *figures, _ in rows] == list(expected)
    assert {row[1] for row in rows} == {"INR"}
    assert {row[-1] for row in rows} == {1.0}


def test_every_series_is_there_once_a_day_over_leap_years(asha, asha_api, main, bob, infosys, apple):
    with travel(date(2024, 3, 2)):
        closes(infosys, d2019_12_30="3")
        enter(main, "buy", "2019-12-30", infosys, quantity="7", price="2")
        enter(bob.accounts.get(), "buy", "2024-02-28", apple, quantity="7", price="2")
        for user in (asha, bob):
            history_state(user)
        rows = select(f"SELECT user_id, day, {', '.join(SERIES)} FROM analytics_history_day ORDER BY user_id, day")

    for user, first in ((asha, date(2019, 12, 30)), (bob, date(2024, 2, 28))):
        days = [iso(row[1]) for row in rows if row[0] == user.pk]
        count = (date(2024, 3, 2) - first).days + 1
        assert days == [(first + timedelta(days=i)).isoformat() for i in range(count)]
    assert all(isinstance(value, float) and not math.isnan(value) for row in rows for value in row[2:])
    assert len(rows[0]) == 2 + len(SERIES)


def test_what_is_not_known_is_null(asha, main, apple, at_noon):
    enter(main, "buy", "2024-01-08", apple, quantity="7", price="2")
    history_state(asha)

    assert select("SELECT net_worth, liabilities FROM analytics_history_day") == [(None, 0.0)] * 3


def test_days_after_the_last_one_are_not_there(asha, main, infosys, at_noon):
    enter(main, "buy", "2024-01-08", infosys, quantity="7", price="2")
    history_state(asha)

    assert select("SELECT COUNT(*), MAX(day) FROM analytics_history_day")[0][0] == 3


@pytest.mark.parametrize(
    ("day", "position"),
    [("2024-02-29", 59), ("2024-12-31", 365), ("2023-12-31", 364), ("1900-01-01", 0), ("2000-03-01", 60)],
)
def test_a_close_stands_on_its_day(infosys, day, position):
    with travel(date(2025, 1, 10)):
        closes(infosys, **{f"d{day}".replace("-", "_"): "12.5"})

    ((asset, symbol, currency, found, close),) = select("SELECT * FROM portfolio_price_day")
    assert (asset, symbol, currency, iso(found), close) == (infosys.pk, "INFY", "INR", day, 12.5)
    (row,) = infosys.price_years.all()
    assert row.closes[position] == 12.5


def test_there_is_one_row_for_each_close(infosys, apple):
    closes(infosys, d2019_12_31="1", d2020_02_29="2", d2020_12_31="3", d2021_01_01="4")
    closes(apple, d2020_02_29="5")
    closes(infosys, d2020_02_29=None)

    rows = select("SELECT symbol, day, close FROM portfolio_price_day ORDER BY symbol, day")
    assert [(symbol, iso(day), close) for symbol, day, close in rows] == [
        ("AAPL", "2020-02-29", 5.0),
        ("INFY", "2019-12-31", 1.0),
        ("INFY", "2020-12-31", 3.0),
        ("INFY", "2021-01-01", 4.0),
    ]
