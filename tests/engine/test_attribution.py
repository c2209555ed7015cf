"""Contributions that add up to the return, and a change of wealth that its causes explain."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.allocation import allocate
from analytics.engine.attribution import Change, average_weights, changes, contributions, effects
from analytics.engine.carry import FloatArray, IntArray
from analytics.engine.panel import Border, Panel
from analytics.engine.returns import returns_daily
from analytics.engine.worth import Worth
from portfolio.books.events import Entry
from tests.engine.makers import FIRST
from tests.engine.test_flows import START, entry, on
from tests.engine.test_panel import panel_of
from tests.engine.test_timeline_properties import quick
from tests.oracle.strategies import worlds
from tests.oracle.world import Account, Pair, Series, World

D = Decimal
EXACT = 1e-12


def worth(value: list[list[float]], *, inflow: object = 0, outflow: object = 0) -> Worth:
    """(things, days) from nothing on."""
    values = np.array(value, float)
    came, went = (np.broadcast_to(np.array(flow, float), values.shape) for flow in (inflow, outflow))
    return Worth(FIRST, values, came, went, before=np.zeros(len(values)))


def whole_of(parts: Worth) -> Worth:
    """Where nothing flows between the parts."""
    return Worth(
        parts.first, *(array.sum(axis=0) for array in (parts.value, parts.inflow, parts.outflow, parts.before))
    )


def test_two_assets_over_three_days_by_hand() -> None:
    """
    Day 1: A is bought for 100, B for 300; at the evening A is worth 110, B 290: 400 at work, +10 and -10.
    Day 2: 100 more of A, at the start: base 500; A 231 (+21), B 319 (+29): 10 % in all, of an index of 1.
    Day 3: 50 of B are sold and go out at the end: base 550; A 220 (-11), B 324.5 (319 + 55.5 - 50): +55.5;
           index 1.1 before, so A brings 1.1 × -11/550 = -0.022 and B 1.1 × 55.5/550 = 0.111.
    A: 10/400 + 21/500 - 0.022 = 0.045; B: -10/400 + 29/500 + 0.111 = 0.144; the index is 1.1 × (1 + 44.5/550) = 1.189.
    """
    parts = worth(
        [[110, 231, 220], [290, 319, 324.5]],
        inflow=[[100, 100, 0], [300, 0, 0]],
        outflow=[[0, 0, 0], [0, 0, 50]],
    )
    found = contributions(parts, whole_of(parts))
    np.testing.assert_allclose(found, [0.045, 0.144], rtol=0, atol=EXACT)
    assert returns_daily(whole_of(parts)).index[-1] - 1 == pytest.approx(0.189, abs=EXACT)


def test_days_without_a_return_add_nothing() -> None:
    """All is sold on day 2; a dividend of 5 comes on day 3, when nothing is at work; 100 are at work again on day 4."""
    parts = worth(
        [[100, 0, 0, 120]], inflow=[[100, 0, 0, 100]], outflow=[[0, 110, 5, 0]],
    )  # fmt: skip
    assert contributions(parts, whole_of(parts)).tolist() == pytest.approx([1.1 * 1.2 - 1])


@pytest.mark.parametrize(
    "value",
    [[[0.0, 0.0]], [[-10.0, -20.0]], [[float("nan"), 1.0]]],
    ids=["nothing", "owed", "unknown"],
)
def test_where_the_whole_has_no_return_nothing_contributes(value: list[list[float]]) -> None:
    parts = worth(value)
    assert np.isnan(contributions(parts, whole_of(parts))).all()


def test_all_that_was_there_is_the_most_that_can_be_lost() -> None:
    """100 become a debt that is less than noise beside them: the return is -1, and so are the contributions."""
    parts = worth([[60, -0.00005], [40, 0]], inflow=[[60, 0], [40, 0]])
    assert returns_daily(whole_of(parts)).index[-1] == 0
    assert contributions(parts, whole_of(parts)).sum() == pytest.approx(-1, abs=EXACT)


def test_fifteen_years_add_up() -> None:
    """50 assets, money that comes and goes on one day in ten, amounts in whole hundredths."""
    random = np.random.default_rng(7)
    days, things = 5500, 50
    growth = 1 + random.normal(0.0005, 0.02, (things, days))
    flows = np.where(random.random((things, days)) < 0.1, random.normal(0, 500, (things, days)), 0).round(2)
    flows[:, 0] = 10_000
    value = np.zeros((things, days))
    held = np.zeros(things)
    for day in range(days):
        flows[:, day] = np.maximum(flows[:, day], -held / 2).round(2)
        held = ((held + np.maximum(flows[:, day], 0)) * growth[:, day] - np.maximum(-flows[:, day], 0)).round(8)
        value[:, day] = held
    parts = worth(value.tolist(), inflow=np.maximum(flows, 0), outflow=np.maximum(-flows, 0))
    twr = returns_daily(whole_of(parts)).index[-1] - 1
    assert twr > 1
    assert contributions(parts, whole_of(parts)).sum() == pytest.approx(twr, rel=0, abs=EXACT)


def groupings(found: Panel) -> list[tuple[IntArray, Border]]:
    lines = np.arange(len(found.account))
    return [(lines, "assets"), (found.asset + 1, "assets"), (found.currency, "assets"), (found.account, "accounts")]


@quick
@given(worlds(), st.integers(0, 10))
def test_in_any_world_the_contributions_of_any_parts_add_up_to_the_return(world: World, tenths: int) -> None:
    for base in ("INR", "USD"):
        found = panel_of(replace(world, base=base))
        start = found.first + timedelta(days=found.days * tenths // 12)
        whole = found.total("whole").period(start, found.last)
        returns = returns_daily(whole)
        growth = np.cumprod(1 + np.nan_to_num(returns.rate)).max(initial=1.0)
        for keys, border in groupings(found):
            names, group = np.unique(keys, return_inverse=True)
            parts = found.grouped(group, len(names), border=border).period(start, found.last)
            brought = contributions(parts, whole)
            if returns.reason:
                assert np.isnan(brought).all()
            else:
                assert brought.sum() == pytest.approx(
                    returns.index[-1] - 1, rel=0, abs=EXACT * bound(parts, whole, growth)
                )


def bound(parts: Worth, whole: Worth, growth: float) -> float:
    """How large the numbers are that cancel: floats add up to 1e-16 of these."""
    base = np.where(whole.base > 1e-6, whole.base, np.inf)
    sizes = np.abs(parts.value).sum(axis=0) + np.abs(parts.inflow).sum(axis=0) + np.abs(parts.outflow).sum(axis=0)
    return max(1.0, growth * float((sizes / base).max(initial=0)))


def test_weights_are_means_of_the_days_on_which_something_was_owned() -> None:
    """3/4 and 1/4, then 1/2 and 1/2, then nothing; 40 of the second part are owed on the second day, and no weight."""
    value = np.array([[75, 60, 0], [25, 60, 0], [0, -40, 0]], float)
    assert average_weights(allocate(value, np.array([0, 1, 1]), 2)).tolist() == [0.625, 0.375]
    assert np.isnan(average_weights(allocate(np.zeros((2, 3)), np.array([0, 1]), 2))).all()
    unknown = np.array([[1, float("nan")], [1, 1]])
    assert np.isnan(average_weights(allocate(unknown, np.array([0, 1]), 2))).all()


def dollars(
    *entries: Entry, closes: tuple[float, ...], rates: tuple[float, ...], base: str = "INR", tracks: bool = False
) -> Panel:
    """An account in dollars, the closes of its asset, and rupees for a dollar, by day."""
    dollar: dict[Pair, Series] = {("USD", "INR"): {on(day): D(str(rate)) for day, rate in enumerate(rates)}}
    return panel_of(
        World(
            accounts={1: Account(1, "USD", tracks_cash=tracks)},
            assets={1: "USD"},
            entries=entries,
            first=START,
            last=on(len(rates) - 1),
            closes={1: {on(day): D(str(close)) for day, close in enumerate(closes)}},
            rates=dollar,
            base=base,
        )
    )


def change_of(found: Panel, start: date = START, *, border: Border = "whole") -> Change:
    (all_of_it,) = _changes(found, np.zeros(len(found.account), np.int64), start, border=border, count=1)
    return all_of_it


def _changes(found: Panel, group: IntArray, start: date, *, border: Border, count: int) -> list[Change]:
    parts = found.grouped(group, count, border=border).period(start, found.last)
    return changes(parts, effects(found, start, found.last).grouped(group, count))


def amounts(change: Change) -> list[float]:
    """start, added, market, currency, income, costs, end"""
    names = ("start", "added", "market", "currency", "income", "costs", "end")
    return [round(getattr(change, name), 8) for name in names]


def test_prices_and_rates_share_what_a_foreign_asset_gained() -> None:
    """$100 and $2 of fees at 80. Then 110 and 84: 8,000 × (84/80 - 1) = 400 by the dollar, 10 × 84 by the price."""
    bought = entry(0, "buy", 1, 100, fee=D(2))
    assert amounts(change_of(dollars(bought, closes=(100, 110), rates=(80, 84)))) == [
        0, 8160, 840, 400, 0, 160, 9240,
    ]  # fmt: skip
    in_dollars = change_of(dollars(bought, closes=(100, 110), rates=(80, 84), base="USD"))
    assert amounts(in_dollars) == [0, 102, 10, 0, 0, 2, 110]


def test_what_an_applied_rate_differs_from_the_days_is_of_the_market() -> None:
    """8,200 rupees for what was worth 8,000 that evening; then the dollar rises by a twentieth."""
    bought = entry(0, "buy", 1, 100, rate=D(82), rate_currency="INR")
    assert amounts(change_of(dollars(bought, closes=(100, 100), rates=(80, 84)))) == [0, 8200, -200, 400, 0, 0, 8400]


def test_foreign_money_changes_by_its_rate_and_its_interest() -> None:
    """$200 at 80, $1 of interest and $0.50 of fees at 84; the interest was not there the evening before."""
    found = dollars(
        entry(0, "deposit", 0, 200, asset=None), entry(1, "interest", 0, 1, asset=None, fee=D("0.5")),
        closes=(), rates=(80, 84), tracks=True,
    )  # fmt: skip
    assert amounts(change_of(found)) == [0, 16000, 0, 800, 84, 42, 16842]
    assert amounts(change_of(found, on(1))) == [16842, 0, 0, 0, 0, 0, 16842]


def test_a_period_takes_what_came_after_its_start() -> None:
    """8,400 at the evening of day 1; on day 2 a dividend of $5 goes out at 80, and the dollar lost 4/84 of 8,400."""
    found = dollars(
        entry(0, "buy", 1, 100, fee=D(2)), entry(2, "dividend", 0, 5, tax=D(1)),
        closes=(100,), rates=(80, 84, 80),
    )  # fmt: skip
    change = change_of(found, on(1))
    assert amounts(change) == [8400, -320, 0, -400, 400, 80, 8000]
    assert (change.inflow, change.outflow, change.gain) == pytest.approx((0, 320, -80))


def test_amounts_without_an_end_add_up_too() -> None:
    """Two assets for $1 each at 0.333333333333: whether both are added up or each is rounded, it is the same."""
    third = D("0.333333333333")
    bought = entry(0, "buy", 1, 1), entry(0, "buy", 1, 1, asset=2, id=2)
    found = panel_of(
        World(
            accounts={1: Account(1, "USD")},
            assets={1: "USD", 2: "USD"},
            entries=bought,
            first=START,
            last=on(1),
            closes={1: {START: D(1), on(1): D(2)}, 2: {START: D(1), on(1): D("1.1")}},
            rates={("USD", "INR"): {START: third}},
        )
    )
    whole = found.total("whole")
    for group in ([0, 1], [0, 0]):
        brought = contributions(found.grouped(np.array(group), 2, border="assets"), whole)
        assert brought.sum() == pytest.approx(returns_daily(whole).index[-1] - 1, rel=0, abs=EXACT)


def test_without_a_rate_a_change_is_not_known() -> None:
    found = panel_of(
        World({1: Account(1, "USD")}, {1: "USD"}, (entry(0, "buy", 1, 100),), START, on(1), closes={1: {START: D(100)}})
    )
    change = change_of(found)
    assert all(np.isnan(value) for value in (change.end, change.added, change.market, change.currency, change.gain))


@quick
@given(worlds(), st.integers(0, 10))
def test_changes_of_any_parts_add_up_to_that_of_the_whole(world: World, tenths: int) -> None:
    for base in ("INR", "EUR"):
        found = panel_of(replace(world, base=base))
        start = found.first + timedelta(days=found.days * tenths // 12)
        whole = change_of(found, start)
        assert explained(whole) == pytest.approx(whole.end, rel=1e-9, abs=size(whole) * 1e-12)
        for keys, border in groupings(found):
            kinds, group = np.unique(keys, return_inverse=True)
            parts = _changes(found, group, start, border=border, count=len(kinds))
            for name in ("start", "added", "market", "currency", "income", "costs", "gain", "end"):
                together = sum(getattr(part, name) for part in parts)
                tolerance = 1e-6 + 1e-12 * sum(map(size, parts))
                assert together == pytest.approx(getattr(whole, name), rel=1e-9, abs=tolerance), name


def explained(change: Change) -> float:
    return change.start + change.added + change.market + change.currency + change.income - change.costs


def size(change: Change) -> float:
    return 1.0 + sum(abs(float(getattr(change, field.name))) for field in fields(change))


@quick
@given(worlds())
def test_what_is_in_the_asked_currency_has_no_currency_effect(world: World) -> None:
    found = panel_of(world)
    effect: FloatArray = effects(found, found.first, found.last).currency
    assert (effect[(found.rates[found.currency] == 1).all(axis=1)] == 0).all()
