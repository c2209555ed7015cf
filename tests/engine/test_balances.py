"""The money of accounts, worked out by hand: openings, differences, several currencies, trades, interest and what is
not known."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from analytics.engine.balances import Balances, balances_of
from analytics.engine.interest import Terms
from analytics.engine.timeline import Timeline, timeline
from portfolio.books.events import Entry
from tests.oracle.engine_input import engine_inputs
from tests.oracle.world import Account, Everyday, World

D = Decimal
START = date(2024, 1, 1)
BANK, WALLET, BROKER, HOUSE, CARD, FIXED, DOLLARS = range(1, 8)
ACCOUNTS = {
    BANK: Account(BANK, "INR", kind="bank"),
    WALLET: Account(WALLET, "INR", kind="wallet"),
    BROKER: Account(BROKER, "INR"),
    HOUSE: Account(HOUSE, "INR", kind="property"),
    CARD: Account(CARD, "INR", kind="card"),
    FIXED: Account(FIXED, "INR", kind="deposit"),
    DOLLARS: Account(DOLLARS, "USD", kind="bank"),
}


def on(day: int) -> date:
    return START + timedelta(days=day)


def entered(account: int, kind: str, day: int, amount: str, currency: str = "INR", **more: Any) -> Everyday:
    return Everyday(account, kind, on(day), D(amount), currency, **more)


def household(*everyday: Everyday, stated: dict[tuple[int, int], str] | None = None, **more: Any) -> World:
    """Three days; a dollar is 80 rupees, then 82, then 85."""
    statements = {(account, on(day)): D(amount) for (account, day), amount in (stated or {}).items()}
    rates = {("USD", "INR"): {on(0): D(80), on(1): D(82), on(2): D(85)}}
    world = World(ACCOUNTS, {}, (), START, on(2), rates=rates, everyday=everyday, statements=statements)
    return replace(world, **more)


def balances(world: World) -> Balances:
    book, _, rates, money = engine_inputs(world)
    return balances_of(money, book, rates)


def line(world: World) -> Timeline:
    return timeline(*engine_inputs(world))


def test_a_salary_and_a_rent() -> None:
    found = balances(household(entered(BANK, "income", 1, "1000"), entered(BANK, "expense", 2, "300")))
    assert found.account.tolist() == [BANK]
    assert found.begins.tolist() == [1]
    assert found.balance.tolist() == found.worth.tolist() == [[0, 1000, 700]]
    assert found.outside.tolist() == [[0, 1000, -300]]


def test_what_was_there_before_the_first_entry_follows_from_the_first_statement() -> None:
    """500 on the third day after 300 were spent on the second: 800 before."""
    found = balances(household(entered(BANK, "expense", 1, "300"), stated={(BANK, 2): "500"}))
    assert found.balance.tolist() == [[0, 500, 500]]
    assert found.outside.tolist() == [[0, 800 - 300, 0]]
    assert found.difference.tolist() == [[0, 0, 0]]


def test_a_statement_that_disagrees() -> None:
    """1,000, less 100, is 900; the bank says 850."""
    found = balances(household(entered(BANK, "expense", 1, "100"), stated={(BANK, 0): "1000", (BANK, 2): "850"}))
    assert found.balance.tolist() == [[1000, 900, 850]]
    assert found.difference.tolist() == [[0, 0, -50]]
    assert found.outside.tolist() == [[1000, -100, -50]]


def test_a_house_is_worth_more_and_nobody_paid_for_it() -> None:
    found = line(household(stated={(HOUSE, 0): "5000000", (HOUSE, 2): "5200000"}))
    assert found.other_assets.tolist() == found.net_worth.tolist() == [5_000_000, 5_000_000, 5_200_000]
    assert found.net_contributions.tolist() == [5_000_000] * 3
    assert found.cash.tolist() == [0, 0, 0]


def test_where_money_stands() -> None:
    """A bank is cash, a deposit another asset, what a card owes a liability, and what a bank owes too."""
    world = household(
        entered(BANK, "income", 0, "1000"),
        entered(BANK, "transfer", 1, "400", to_account=FIXED),
        entered(CARD, "expense", 1, "250"),
        entered(BANK, "expense", 2, "700"),
    )
    found = line(world)
    assert found.cash.tolist() == [1000, 600, 0]
    assert found.other_assets.tolist() == [0, 400, 400]
    assert found.liabilities.tolist() == [0, 250, 350]
    assert found.net_worth.tolist() == [1000, 750, 50]
    assert found.net_contributions.tolist() == [1000, 750, 50]
    assert found.priced.tolist() == [1, 1, 1]


def test_a_transfer_has_a_fee_and_two_currencies() -> None:
    """10,000 rupees become 120 dollars, at 82 worth 9,840, and 50 rupees are the fee."""
    moved = entered(BANK, "transfer", 1, "10000", to_account=DOLLARS, to_amount=D(120), fee=D(50))
    world = household(moved, stated={(BANK, 0): "20000"})
    found = balances(world)
    assert found.balance.tolist() == [[20000, 9950, 9950], [0, 120, 120]]
    assert found.moved.tolist() == [[0, -10000, 0], [0, 120, 0]]
    assert found.outside.tolist() == [[20000, -50, 0], [0, 0, 0]]
    days = line(world)
    assert days.net_worth.tolist() == [20000, 9950 + 9840, 9950 + 120 * 85]
    assert days.net_contributions.tolist() == [20000, 19950, 19950]


def test_what_goes_to_an_account_without_money_of_its_own_is_gone() -> None:
    moved = entered(BANK, "transfer", 1, "400", to_account=BROKER)
    found = line(household(entered(BANK, "income", 0, "1000"), moved, entered(BROKER, "expense", 1, "99")))
    assert found.net_worth.tolist() == found.net_contributions.tolist() == [1000, 600, 600]


def test_an_entry_in_another_currency_is_charged_at_the_rate_of_its_day() -> None:
    """10 dollars at 82 are 820 rupees; where the bank said 850, it is that."""
    coffee = entered(BANK, "expense", 1, "10", "USD")
    assert balances(household(coffee)).balance.tolist() == [[0, -820, -820]]
    said = replace(coffee, account_amount=D(850))
    assert balances(household(said)).balance.tolist() == [[0, -850, -850]]


def test_an_account_begins_with_entries_that_add_up_to_nothing() -> None:
    """100 in and 100 out on the first day; on the second there were 70."""
    both = entered(BANK, "income", 0, "100"), entered(BANK, "expense", 0, "100")
    found = balances(household(*both, stated={(BANK, 1): "70"}))
    assert found.balance.tolist() == [[70, 70, 70]]
    assert found.outside.tolist() == [[70, 0, 0]]


def test_sums_are_exact() -> None:
    """0.1 + 0.2 is no 0.3 to floats, and 90 billion leave 16 digits."""
    small = [entered(BANK, "income", 0, "0.1"), entered(BANK, "income", 1, "0.2"), entered(BANK, "expense", 2, "0.3")]
    found = balances(household(*small, stated={(BANK, 1): "0.3", (BANK, 2): "0"}))
    assert found.balance.tolist() == [[0.1, 0.3, 0]]
    assert found.difference.tolist() == [[0, 0, 0]]
    large = [entered(BANK, "income", 0, "90000000000.0001"), entered(BANK, "expense", 1, "90000000000")]
    assert balances(household(*large)).balance.tolist() == [[90000000000.0001, 0.0001, 0.0001]]


def test_an_account_that_keeps_the_cash_of_its_trades() -> None:
    """1,000 paid in as a transaction, 300 as an entry, 400 bought: 900 expected; the broker says 890."""
    accounts = {BROKER: Account(BROKER, "INR", tracks_cash=True)}
    trades = (
        Entry(1, BROKER, None, "deposit", on(0), "INR", gross=D(1000)),
        Entry(2, BROKER, 1, "buy", on(1), "INR", D(4), D(400)),
    )
    world = household(entered(BROKER, "income", 1, "300"), stated={(BROKER, 2): "890"})
    world = replace(world, accounts=accounts, assets={1: "INR"}, entries=trades, closes={1: {on(1): D(110)}})
    found = balances(world)
    assert found.balance.tolist() == [[990, 890, 890]]
    assert found.outside.tolist() == [[-10, 300, 0]]
    days = line(world)
    assert days.cash.tolist() == [990, 890, 890]
    assert days.net_worth.tolist() == [990, 890 + 440, 890 + 440]
    assert days.net_contributions.tolist() == [990, 1290, 1290]
    assert days.invested.tolist() == [0, 400, 400]


def test_the_first_statement_counts_though_it_is_of_a_later_day() -> None:
    """Asked up to the third day: on the fourth 30 were spent, and on the fifth 500 are left."""
    spent = entered(BANK, "expense", 1, "100"), entered(BANK, "expense", 3, "30")
    found = line(household(*spent, stated={(BANK, 4): "500"}))
    assert found.net_worth.tolist() == [0, 530, 530]


def test_what_is_not_known_is_known_again_by_a_statement() -> None:
    """Nobody knows what a pound is; where it was spent between two statements the second says what is left."""
    world = household(entered(BANK, "expense", 1, "10", "GBP"), stated={(BANK, 0): "1000", (BANK, 2): "100"})
    found = balances(world)
    np.testing.assert_array_equal(found.balance, [[1000, np.nan, 100]])
    np.testing.assert_array_equal(found.difference, [[0, 0, np.nan]])
    days = line(world)
    np.testing.assert_array_equal(days.net_worth, [1000, np.nan, 100])
    np.testing.assert_array_equal(days.net_contributions, [1000, np.nan, np.nan])


def test_before_the_first_statement_what_is_not_known_is_behind() -> None:
    """100 on the third day, and a pound spent on the second: what was there before that nobody knows."""
    spent = entered(BANK, "expense", 0, "5"), entered(BANK, "expense", 1, "10", "GBP")
    found = balances(household(*spent, stated={(BANK, 2): "100"}))
    np.testing.assert_array_equal(found.balance, [[np.nan, 100, 100]])


def test_interest_is_worth_something_before_it_is_credited() -> None:
    """36.5 % a year on 1,000 are 1 a day; a debt grows as well. Interest came from nobody: it is a gain."""
    terms = Terms("yearly", "daily", start=START.toordinal(), until=None, rates=((START.toordinal(), 0.365),))
    book, market, rates, money = engine_inputs(household(stated={(FIXED, 0): "1000", (CARD, 0): "-2000"}))
    earning = replace(money, accounts=[replace(account, terms=terms) for account in money.accounts])
    found, days = balances_of(earning, book, rates), timeline(book, market, rates, earning)
    year = 366 / 365  # of which 2024 has one day more
    assert found.balance.tolist() == [[-2000] * 3, [1000] * 3]
    assert found.accrued[1].tolist() == pytest.approx([0, 1 / year, 2 / year])
    assert days.other_assets.tolist() == pytest.approx([1000, 1000 + 1 / year, 1000 + 2 / year])
    assert days.liabilities.tolist() == pytest.approx([2000, 2000 + 2 / year, 2000 + 4 / year])
    assert days.net_contributions.tolist() == [-1000, -1000, -1000]


def test_a_rate_that_is_old_or_guessed_makes_its_money_so() -> None:
    """The first rate is of the third day and stands for the two before; beside 800 there are 200 rupees."""
    world = household(entered(DOLLARS, "income", 0, "10", "USD"), entered(BANK, "income", 0, "200"))
    world = replace(world, rates={("USD", "INR"): {on(2): D(80)}}, last=on(10))
    found = line(world)
    assert found.estimated.tolist() == pytest.approx([0.8, 0.8, *[0] * 9])
    assert found.stale.tolist() == pytest.approx([0] * 10 + [0.8])


def test_what_is_not_known_earns_what_nobody_knows() -> None:
    """Interest rests on every balance since the first statement; before that nobody knows what would have to rest."""
    terms = Terms("yearly", "daily", start=START.toordinal(), until=None, rates=((START.toordinal(), 0.365),))

    def earning(stated: dict[tuple[int, int], str]) -> list[float]:
        book, _, rates, money = engine_inputs(household(entered(FIXED, "expense", 1, "1", "GBP"), stated=stated))
        owners = [replace(account, terms=terms) for account in money.accounts]
        found: list[float] = balances_of(replace(money, accounts=owners), book, rates).balance[0].tolist()
        return found

    np.testing.assert_array_equal(earning({(FIXED, 0): "1000", (FIXED, 2): "900"}), [1000, np.nan, np.nan])
    np.testing.assert_array_equal(earning({(FIXED, 2): "900"}), [0, np.nan, np.nan])
