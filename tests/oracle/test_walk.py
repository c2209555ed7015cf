"""The oracle itself, on sums that fit on a napkin: whoever judges is judged first."""

from datetime import date
from decimal import Decimal

from portfolio.books.events import Action, Entry
from tests.oracle.walk import walk
from tests.oracle.world import Account, World

D = Decimal
MONDAY, TUESDAY, WEDNESDAY = (date(2024, 1, day) for day in (1, 2, 3))


def test_a_dollar_share_through_a_split_a_sale_and_a_moving_rate() -> None:
    world = World(
        accounts={1: Account(1, "USD")},
        assets={1: "USD"},
        entries=(
            Entry(1, 1, 1, "buy", MONDAY, "USD", D(10), D(1000), fee=D(10)),
            Entry(2, 1, 1, "sell", WEDNESDAY, "USD", D(5), D(300)),
        ),
        first=MONDAY,
        last=WEDNESDAY,
        actions=(Action(1, 1, "split", TUESDAY, D(2)),),
        closes={1: {MONDAY: D(100), WEDNESDAY: D(60)}},
        rates={("USD", "INR"): {MONDAY: D(80), WEDNESDAY: D(82)}},
    )
    first, second, third = walk(world).days
    assert first.net_worth == first.invested == 80000
    assert first.cost_basis == 80800
    assert second.net_worth == 80000  # 20 × 50 × 80
    assert third.net_worth == 73800  # 15 × 60 × 82
    assert third.cost_basis == 60600  # three quarters
    assert third.realized_gain == 4400  # 300 × 82 - 20,200
    assert third.net_contributions == 56200  # 80,800 - 24,600


def test_what_has_no_price_and_what_is_owed() -> None:
    world = World(
        accounts={1: Account(1, "INR", tracks_cash=True)},
        assets={1: "INR"},
        entries=(Entry(1, 1, 1, "buy", MONDAY, "INR", D(2), D(50)),),
        first=MONDAY,
        last=MONDAY,
    )
    (day,) = walk(world).days
    assert day.holdings == day.liabilities == 50
    assert day.net_worth == day.net_contributions == 0
    assert day.estimated == 1
