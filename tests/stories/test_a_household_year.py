"""A year of a household, worked out on paper: every balance, every day's worth, budgets and months.

The paper is `PAPER`: who paid how much to whom on which day, walked through day by day in Decimal with nothing of the
project; the figures that matter most are written out beside it, with their sums.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from core.models import User
from portfolio.models import Asset
from portfolio.services.prices import prices_record

D = Decimal
FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)
RUPEES = ("HDFC", "Card", "Cash", "Zerodha", "Deposit", "House", "Home loan")
KINDS = {
    "HDFC": "bank", "Card": "card", "Cash": "cash", "Zerodha": "broker", "Deposit": "deposit", "House": "property",
    "Home loan": "loan", "Wise": "bank",
}  # fmt: skip
SHARES = {3: (100, 150), 93: (100, 160), 184: (100, 170), 276: (100, 165)}
"""By day of the year, how many were bought at which price: 3 January, 3 April, 3 July, 3 October."""
BROUGHT = {1: 15_000, 4: 16_000, 7: 17_000, 10: 18_000}
"""By month, what was sent to the broker for it on the 3rd; in October 1,500 stay there."""
CLOSES = {3: 150, 93: 160, 184: 170, 276: 165, 363: 180}
DOLLAR = {1: 80, 60: 81, 222: 82, 363: 83}
"""1 January, 1 March, 10 August, 29 December."""


def on(month: int, day: int) -> date:
    return date(2023, month, day)


def month_ends() -> list[date]:
    return [date(2023 + month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in range(1, 13)]


def year_days() -> Iterator[date]:
    return (FIRST + timedelta(days=n) for n in range(365))


def at(series: dict[int, int], day: date) -> D:
    """The last value up to a day of the year; 0 before the first."""
    number = day.timetuple().tm_yday
    return D(max(((n, value) for n, value in series.items() if n <= number), default=(0, 0))[1])


@dataclass
class Paper:
    """Balances at the end of each day, and what was in all worth how much."""

    balances: dict[str, list[D]] = field(default_factory=dict)
    holdings: list[D] = field(default_factory=list)
    worth: list[D] = field(default_factory=list)

    def on(self, name: str, day: date) -> D:
        return self.balances[name][day.timetuple().tm_yday - 1]


def moves_of(day: date) -> list[tuple[str, str, int]]:
    """(from, to, how much): "" is the world outside. The dollars of Wise are told in dollars."""
    month, moves = day.month, list[tuple[str, str, int]]()
    if day in month_ends():
        moves.append(("", "HDFC", 90_000))
    moves += {
        1: [("HDFC", "Home loan", 25_000)] if month > 1 else [],
        3: [("HDFC", "Zerodha", BROUGHT[month])] if month in BROUGHT else [],
        5: [("HDFC", "", 20_000)],
        7: [("Cash", "", 200)],
        10: [("Card", "", 5_000)],
        12: [("HDFC", "", 1_500)],
        20: [("Card", "", 3_000)],
        28: [("HDFC", "Card", {6: 7_000, 8: 16_200}.get(month, 8_000))],
    }.get(day.day, [])
    once = {
        on(1, 6): ("HDFC", "Cash", 2_000),
        on(2, 1): ("HDFC", "Deposit", 40_000),
        on(6, 21): ("", "Card", 1_000),
        on(8, 10): ("Card", "", 8_200),  # 100 dollars at 82
        on(9, 1): ("HDFC", "", 41_100),  # to Wise, with a fee of 100
        on(10, 31): ("", "HDFC", 60_000),
    }
    return [*moves, *([once[day]] if day in once else [])]


def write_paper() -> Paper:
    paper, now, shares = Paper(), dict.fromkeys(KINDS, D(0)), 0
    now |= {"HDFC": D(100_000), "House": D(5_000_000), "Home loan": D(-2_000_000)}
    paper.balances = {name: [] for name in KINDS}
    for day in year_days():
        credit_interest(now, day)
        pay(now, day)
        shares += buy(now, day)
        paper.holdings.append(shares * at(CLOSES, day))
        in_rupees = sum(now[name] for name in RUPEES) + now["Wise"] * at(DOLLAR, day)
        paper.worth.append(paper.holdings[-1] + in_rupees + accrued(now, day))
        for name, balance in now.items():
            paper.balances[name].append(balance)
    return paper


def credit_interest(now: dict[str, D], day: date) -> None:
    if day.day == 1 and day.month > 1:  # three quarters of a percent a month, of what was owed in it
        now["Home loan"] *= D("1.0075")
    if day in (on(5, 1), on(8, 1), on(11, 1)):  # two percent a quarter
        now["Deposit"] *= D("1.02")


def pay(now: dict[str, D], day: date) -> None:
    for source, target, amount in moves_of(day):
        for name, change in ((source, -amount), (target, amount)):
            if name:
                now[name] += change
    now["Wise"] += {on(3, 1): 500, on(9, 1): 495}.get(day, 0)
    if day == on(7, 1):
        now["House"] = D(5_200_000)
    if day == LAST:
        now["Cash"] = D(0)


def buy(now: dict[str, D], day: date) -> int:
    units, price = SHARES.get(day.timetuple().tm_yday, (0, 0))
    now["Zerodha"] -= units * price
    return units


def accrued(now: dict[str, D], day: date) -> D:
    """Interest since it was last credited: of the loan since the first of the month, of the deposit in its quarter."""
    owed = now["Home loan"] * D("0.0075") * (day.day - 1) / _length(day.month, 1)
    starts = [month for month in (2, 5, 8, 11) if month <= day.month]
    if not starts:
        return owed
    return owed + now["Deposit"] * D("0.02") * (day - on(starts[-1], 1)).days / _length(starts[-1], 3)


def _length(start: int, months: int) -> int:
    """Days from the first of the month `start` to that of so many months later."""
    years, month = divmod(start + months - 1, 12)
    return (date(2023 + years, month + 1, 1) - on(start, 1)).days


PAPER = write_paper()


@pytest.fixture
def at_the_end():
    with time_machine.travel("2023-12-31T12:00:00+00:00", tick=False):
        yield


@pytest.fixture
def post(asha_api: APIClient) -> Any:
    def ask(path: str, body: Any) -> Any:
        response = asha_api.post(f"/api/v1/{path}/", body, format="json")
        assert response.status_code in (200, 201), (path, body, response.content)
        return response.json()

    return ask


@pytest.fixture
def household(asha: User, post: Any, at_the_end: None) -> dict[str, int]:
    """All of it through the API, as a person would have entered it."""
    ids = {}
    for name, kind in KINDS.items():
        currency = "USD" if name == "Wise" else "INR"
        body = {"name": name, "kind": kind, "currency": currency, "tracks_cash": name == "Zerodha"}
        ids[name] = post("accounts", body)["id"]
    market(asha)
    for name, day, balance in (
        ("HDFC", "2023-01-01", "100000"), ("House", "2023-01-01", "5000000"), ("Home loan", "2023-01-01", "-2000000"),
        ("Cash", "2023-01-06", "2000"), ("Wise", "2023-03-01", "500"), ("House", "2023-07-01", "5200000"),
        ("Cash", "2023-12-31", "0"),
    ):  # fmt: skip
        post("balances", {"account": ids[name], "date": day, "balance": balance})
    terms = {"starts_on": "2023-02-01", "rates": [{"since": "2023-02-01", "rate": "0.08"}]}
    post("terms", {"account": ids["Deposit"], "product": "fixed_deposit", **terms})
    terms = {"starts_on": "2023-01-01", "rates": [{"since": "2023-01-01", "rate": "0.09"}]}
    post("terms", {"account": ids["Home loan"], "product": "loan", **terms})
    post("entries/bulk", [row for day in year_days() for row in entries_of(day, ids)])
    etf = Asset.objects.get(symbol="NIFTYBEES").pk
    for number, (units, price) in SHARES.items():
        bought_on = FIRST + timedelta(days=number - 1)
        body = {"account": ids["Zerodha"], "asset": etf, "kind": "buy", "date": str(bought_on)}
        post("transactions", {**body, "quantity": str(units), "price": str(price)})
    post("budgets", {"amount": "35000", "starts_on": "2023-01"})
    post("budgets", {"category": "Food", "amount": "9000", "starts_on": "2023-01", "carries_over": True})
    return ids


def market(asha: User) -> None:
    etf = Asset.objects.create(owner=asha, symbol="NIFTYBEES", name="Nifty 50", asset_class="etf", currency="INR")
    dollar = Asset.objects.create(symbol="USDINR=X", name="Rupees for a dollar", asset_class="fx", currency="INR")
    days = {
        asset.pk: {FIRST + timedelta(days=number - 1): D(value) for number, value in series.items()}
        for asset, series in ((etf, CLOSES), (dollar, DOLLAR))
    }
    prices_record(closes=days)


NAMES = {
    ("HDFC", "", 20_000): ("Housing:Rent", "Landlord"),
    ("HDFC", "", 1_500): ("Housing:Power", "Electricity board"),
    ("Cash", "", 200): ("Food:Coffee", "Café"),
    ("Card", "", 5_000): ("Food:Groceries", "Market"),
    ("Card", "", 3_000): ("Food:Groceries", "Market"),
    ("", "Card", 1_000): ("Food:Groceries", "Market"),
    ("Card", "", 8_200): ("Books", "Bookshop"),
    ("", "HDFC", 90_000): ("Salary", "Employer"),
    ("", "HDFC", 60_000): ("Bonus", "Employer"),
}


def entries_of(day: date, ids: dict[str, int]) -> Iterator[dict[str, Any]]:
    for source, target, amount in moves_of(day):
        body = {"date": str(day), "amount": str(amount)}
        if day == on(9, 1) and amount == 41_100:
            sent = {"amount": "41000", "fee": "100", "to_amount": "495"}
            yield {**body, **sent, "kind": "transfer", "account": ids["HDFC"], "to_account": ids["Wise"]}
        elif source and target:
            yield {**body, "kind": "transfer", "account": ids[source], "to_account": ids[target]}
        else:
            category, payee = NAMES[source, target, amount]
            kind = "income" if category in ("Salary", "Bonus") else "expense"
            told = {"amount": "-1000"} if amount == 1_000 else {}
            told = {"amount": "100", "currency": "USD"} if amount == 8_200 else told
            yield {**body, **told, "kind": kind, "account": ids[source or target], "category": category, "payee": payee}


def test_net_worth_of_every_day(household: dict[str, int], asha_api: APIClient) -> None:
    answer = asha_api.get("/api/v1/analytics/net-worth/").json()
    series = answer["series"]
    assert answer["dates"] == [str(day) for day in year_days()]
    assert series["net_worth"] == pytest.approx([float(worth) for worth in PAPER.worth], abs=0.005)
    assert series["holdings"] == pytest.approx([float(worth) for worth in PAPER.holdings])
    parts = zip(series["holdings"], series["cash"], series["other_assets"], series["liabilities"], strict=True)
    assert series["net_worth"] == pytest.approx([a + b + c - d for a, b, c, d in parts])


def test_some_days_by_hand(household: dict[str, int], asha_api: APIClient) -> None:
    answer = asha_api.get("/api/v1/analytics/net-worth/").json()

    def told(name: str, day: date) -> float:
        return float(answer["series"][name][day.timetuple().tm_yday - 1])

    assert told("net_worth", FIRST) == 100_000 + 5_000_000 - 2_000_000
    # HDFC 100,000 - 15,000 - 2,000 - 20,000, cash 2,000; 100 units at 150; the loan's interest of 6 days of 31
    assert told("cash", on(1, 7)) == 63_000 + 1_800
    assert told("holdings", on(1, 7)) == 15_000
    assert told("liabilities", on(1, 7)) == pytest.approx(2_000_000 + 15_000 * 6 / 31)
    # the first payment after a whole month: 15,000 of interest and 10,000 of the loan
    assert told("liabilities", on(2, 1)) == 1_990_000
    # the card owes 8,000 before it is paid; the loan 1,990,000 x 1.0075 - 25,000 less nothing else: on 1 March
    assert told("liabilities", on(3, 1)) == 1_979_925
    assert told("other_assets", on(4, 30)) == pytest.approx(5_000_000 + 40_000 + 800 * 88 / 89)
    assert told("other_assets", on(5, 1)) == 5_040_800
    assert told("other_assets", on(8, 1)) == 5_200_000 + 41_616
    # what the bank took for the dollars: 41,000 became 495 x 82 = 40,590, and a fee of 100
    lost = told("net_worth", on(9, 1)) - told("net_worth", on(8, 31))
    loan = float(PAPER.on("Home loan", on(8, 31))) * 0.0075 / 31  # the last day's interest of August
    deposit = 41_616 * 0.02 / 92
    assert lost == pytest.approx(-510 + loan + deposit)
    assert told("cash", LAST) == pytest.approx(float(PAPER.on("HDFC", LAST)) + 1_500 + 995 * 83)


def test_balances_at_the_end(household: dict[str, int], asha_api: APIClient) -> None:
    answer = asha_api.get("/api/v1/analytics/balances/").json()
    told = {row["name"]: D(row["balance"]) for row in answer["accounts"]}
    for name in KINDS:
        assert told[name] == pytest.approx(PAPER.on(name, LAST), abs=D("0.0001")), name
    # 100,000; 12 x 90,000 + 60,000 in; 12 x 21,500 spent, 66,000 invested, 275,000 to the lender, 2,000 as cash,
    # 103,200 to the card (10 x 8,000 + 7,000 + 16,200), 40,000 deposited, 41,100 sent
    assert told["HDFC"] == 100_000 + 1_140_000 - 258_000 - 66_000 - 275_000 - 2_000 - 103_200 - 40_000 - 41_100
    assert told["Deposit"] == D("42448.32")  # 40,000 x 1.02 x 1.02 x 1.02
    assert told["Zerodha"] == 1_500
    assert told["Wise"] == 995
    assert told["Card"] == 0


def test_a_statement_that_disagrees(household: dict[str, int], asha_api: APIClient) -> None:
    rows = asha_api.get("/api/v1/balances/", {"account": household["Cash"]}).json()["results"]
    counted = {row["date"]: row for row in rows}["2023-12-31"]
    # 2,000 on 6 January, and twelve coffees of 200 after it
    assert (D(counted["expected"]), D(counted["difference"])) == (-400, 400)
    assert counted["agreed_on"] == "2023-01-06"


SPENT = {6: 28_700, 8: 37_900, 9: 29_800}
"""Of a month 29,700: rent 20,000, power 1,500, groceries 8,000, coffee 200; in June 1,000 of it came back, in August
100 dollars at 82 went for books, and in September a fee of 100."""


@pytest.mark.parametrize("month", range(1, 13))
def test_months(household: dict[str, int], asha_api: APIClient, month: int) -> None:
    told = asha_api.get("/api/v1/ledger/stats/", {"month": f"2023-{month:02}"}).json()
    spent, income = SPENT.get(month, 29_700), 150_000 if month == 10 else 90_000
    assert (D(told["spent"]), D(told["income"]), D(told["saved"])) == (spent, income, income - spent)
    assert told["savings_rate"]["value"] == pytest.approx((income - spent) / income)
    whole, food = (budget_of(told, path) for path in (None, "Food"))
    assert (D(whole["spent"]), D(whole["remaining"])) == (spent, 35_000 - spent)
    # 9,000 a month for food, of which 8,200 are eaten: 800 are carried on, from July on 1,000 more
    carried = 800 * (month - 1) + (1_000 if month > 6 else 0)
    eaten = 7_200 if month == 6 else 8_200
    assert (D(food["carried"]), D(food["spent"])) == (carried, eaten)
    assert D(food["remaining"]) == 9_000 + carried - eaten
    by_path = {row["path"]: D(row["spent"]) for row in told["by_category"] if row["path"] is not None}
    assert by_path["Food"] == eaten
    assert by_path["Food:Coffee"] == 200
    assert by_path["Housing"] == 21_500


def budget_of(told: dict[str, Any], path: str | None) -> dict[str, Any]:
    (found,) = (row for row in told["budgets"] if row["category"] == path)
    return dict(found)


def test_investments_are_measured_alone(household: dict[str, int], asha_api: APIClient) -> None:
    """Neither salary nor rent, house or loan is a return: what the fund and the deposit did is."""
    told = asha_api.get("/api/v1/analytics/performance/").json()
    # 400 units for 66,000 less 1,500, worth 72,000; of the deposit, 2,448.32 credited and 60 days of 92 since
    since = D("42448.32") * D("0.02") * 60 / 92
    assert D(told["gains"]["total"]) == pytest.approx(7_500 + D("2448.32") + since, abs=D("0.0001"))
    assert D(told["flows"]["inflow"]) == 66_000 + 40_000


def test_the_summary_tells_it_all(household: dict[str, int], asha_api: APIClient) -> None:
    told = asha_api.get("/api/v1/analytics/summary/").json()
    assert D(told["net_worth"]) == pytest.approx(PAPER.worth[-1], abs=D("0.01"))
    assert (D(told["spend"]["value"]), D(told["spend"]["budget"])) == (29_700, 35_000)
