"""Flows in another currency, by hand: each at its own day's rate, or at the one that the broker applied."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portfolio.books.events import Entry
from tests.oracle.engine_input import engine_timeline
from tests.oracle.world import Account, World

START = date(2024, 1, 1)
D = Decimal
ASSET = 1


def on(day: int) -> date:
    return START + timedelta(days=day)


def entry(number: int, kind: str, quantity: Any = 0, gross: Any = 0, **more: Any) -> Entry:
    """On day `number`; in dollars, of the asset."""
    values: dict[str, Any] = {"account": 1, "asset": ASSET, "currency": "USD", "id": number + 1, **more}
    amount = None if gross is None else D(str(gross))
    return Entry(kind=kind, day=on(number), quantity=D(str(quantity)), gross=amount, **values)


def last(*entries: Entry, account: Account, dollar: tuple[float, ...], closes: dict[int, float] | None = None) -> Any:
    """The last day of the timeline; `dollar` in rupees by day."""
    world = World(
        accounts={1: account, 2: Account(2, "USD")},
        assets={ASSET: "USD"},
        entries=entries,
        first=START,
        last=on(len(dollar) - 1),
        closes={ASSET: {on(day): D(str(close)) for day, close in (closes or {}).items()}},
        rates={("USD", "INR"): {on(day): D(str(rate)) for day, rate in enumerate(dollar)}},
    )
    line = engine_timeline(world)
    return {name: getattr(line, name)[-1] for name in line.__dataclass_fields__ if name != "first"}


def test_a_sale_gains_what_it_brought_at_its_rate_less_the_cost_at_its_own() -> None:
    """Bought for $100 at 80 = 8,000; sold for $110 at 90 = 9,900: 1,900 gained, 10 dollars or not."""
    found = last(entry(0, "buy", 1, 100), entry(1, "sell", 1, 110), account=Account(1, "USD"), dollar=(80, 90))
    assert found["realized_gain"] == pytest.approx(1900)
    assert found["cost_basis"] == 0
    assert found["net_contributions"] == pytest.approx(8000 - 9900)


def test_first_in_first_out_releases_the_cost_of_the_oldest_day() -> None:
    """$100 at 80 and $100 at 90; one of two sold for $100 at 90: 9,000 - 8,000."""
    found = last(
        entry(0, "buy", 1, 100), entry(1, "buy", 1, 100), entry(2, "sell", 1, 100),
        account=Account(1, "USD"), dollar=(80, 90, 90),
    )  # fmt: skip
    assert found["realized_gain"] == pytest.approx(1000)
    assert found["cost_basis"] == pytest.approx(9000)


def test_average_cost_is_an_average_in_rupees_too() -> None:
    """$100 at 80 and $300 at 100 are 38,000 rupees; half of it sold for $250 at 100: 25,000 - 19,000."""
    found = last(
        entry(0, "buy", 1, 100), entry(1, "buy", 3, 300), entry(2, "sell", 2, 250),
        account=Account(1, "USD", average=True), dollar=(80, 100, 100),
    )  # fmt: skip
    assert found["realized_gain"] == pytest.approx(6000)
    assert found["cost_basis"] == pytest.approx(19000)
    sold_out = last(
        entry(0, "buy", 1, 100), entry(1, "buy", 3, 300), entry(2, "sell", 2, 250), entry(3, "sell", 2, 250),
        account=Account(1, "USD", average=True), dollar=(80, 100, 100, 100),
    )  # fmt: skip
    assert (sold_out["cost_basis"], sold_out["holdings"]) == (0, 0)


def test_an_applied_rate_takes_the_place_of_the_days() -> None:
    """The account is in rupees and the broker took 82 for a dollar, on a day on which it stood at 80."""
    found = last(entry(0, "buy", 1, 100, rate=D(82), rate_currency="INR"), account=Account(1, "INR"), dollar=(80, 90))
    assert (found["cost_basis"], found["net_contributions"]) == (8200, 8200)


def test_what_is_in_the_base_currency_costs_what_was_paid_whatever_rate_was_applied() -> None:
    """8,000 and 8,800 rupees left a dollar account at an applied 0.01; in rupees they stay 16,800."""
    rupees = {"currency": "INR", "rate_currency": "USD"}
    found = last(
        entry(0, "buy", 1, 8000, rate=D("0.01"), **rupees), entry(1, "buy", 1, 8800, rate=D("0.01"), **rupees),
        entry(2, "sell", 2, 20000, currency="INR"),
        account=Account(1, "USD", average=True), dollar=(100, 110, 110),
    )  # fmt: skip
    assert found["cost_basis"] == 0
    assert found["realized_gain"] == 20000 - 16800


def test_units_in_kind_count_what_they_were_worth_that_day() -> None:
    """Ten came in that had cost $500; worth $70 each at 80 that day: 56,000."""
    found = last(entry(0, "transfer_in", 10, 500), account=Account(1, "USD"), dollar=(80, 90), closes={0: 70, 1: 75})
    assert found["net_contributions"] == pytest.approx(56000)
    assert found["holdings"] == pytest.approx(10 * 75 * 90)
    assert found["cost_basis"] == pytest.approx(40000)


def test_units_in_kind_without_a_price_count_their_cost() -> None:
    found = last(
        entry(0, "transfer_in", 10, 500), entry(1, "transfer_out", 4),
        account=Account(1, "USD"), dollar=(80, 90), closes={},
    )  # fmt: skip
    assert found["net_contributions"] == pytest.approx(500 * 80 - 200 * 90)
    assert found["estimated"] == 1


def test_a_transfer_between_accounts_is_no_flow() -> None:
    found = last(
        entry(0, "buy", 10, 500), entry(1, "transfer_out", 4, id=2), entry(1, "transfer_in", 4, None, id=3, account=2),
        account=Account(1, "USD"), dollar=(80, 90), closes={0: 70},
    )  # fmt: skip
    assert found["net_contributions"] == pytest.approx(40000)
    assert found["cost_basis"] == pytest.approx(40000)
    assert found["realized_gain"] == 0


@pytest.mark.parametrize(("tracks", "contributed", "cash"), [(False, -80 * 45, 0), (True, 0, 80 * 45)])
def test_a_dividend_leaves_or_stays(tracks: bool, contributed: float, cash: float) -> None:
    """$50 less $5 of tax, where there is nothing but the dividend."""
    found = last(entry(0, "dividend", 0, 50, tax=D(5)), account=Account(1, "USD", tracks_cash=tracks), dollar=(80,))
    assert (found["income"], found["costs"]) == (4000, 400)
    assert (found["net_contributions"], found["cash"]) == (contributed, cash)
