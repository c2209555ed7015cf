"""Splits that a provider names: applied to quantities, never to stored closes, once, and only where they are clear."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.errors import InvalidInput
from portfolio.models import Asset, CorporateAction, Holding, Quarantine
from portfolio.services.actions import action_change, action_record
from tests.conftest import api_of
from tests.sync.conftest import Shelf, buy, flat, source_of, split, stored, sync, travel

pytestmark = pytest.mark.usefixtures("clock")
EX_DATE = "2024-02-01"
"""A Thursday."""
AFTER = date(2024, 2, 3)


@pytest.fixture
def market(shelf: Shelf) -> Shelf:
    shelf.put("ACME", flat("2023-01-02", "2024-01-30", "100"))
    return shelf


@pytest.fixture
def held(market: Shelf, acme: Asset, account) -> Asset:
    """Ten, for 100 each, in June; fetched."""
    buy(account, acme, "2023-06-15")
    sync()
    market.asked.clear()
    return acme


def publish_split(
    market: Shelf, ratio: str = "4", *, before: str = "100", after: str = "25", day: str = EX_DATE
) -> None:
    """The closes until the day before, and from it on."""
    until = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    closes = flat("2023-01-02", until, before) | flat(day, "2024-02-02", after)
    market.put("ACME", closes, splits=[split(day, ratio)])


def quantity(asset: Asset) -> Decimal:
    return Holding.objects.get(asset=asset).quantity


def test_a_split_multiplies_what_is_held_and_changes_no_stored_close(market: Shelf, held: Asset, bob) -> None:
    before = stored(held)
    publish_split(market)

    with travel(AFTER):
        sync()
        values = api_of(bob).get("/api/v1/analytics/net-worth/").json()

    action = held.actions.get()
    assert (action.kind, action.ratio, action.status, action.source) == ("split", 4, "confirmed", "fixed")
    assert action.ex_date == date(2024, 2, 1)
    assert quantity(held) == 40
    closes = stored(held)
    assert {day: closes[day] for day in before} == before
    assert (closes["2024-01-31"], closes["2024-02-01"], closes["2024-02-02"]) == ("100", "25", "25")
    by_day = dict(zip(values["dates"], values["series"]["net_worth"], strict=True))
    assert {by_day[day] for day in ("2024-01-30", "2024-01-31", "2024-02-01", "2024-02-02")} == {1000}


def test_a_new_split_downloads_the_whole_history_to_compare_it(market: Shelf, held: Asset) -> None:
    publish_split(market)
    with travel(AFTER):
        sync()
    assert [first for _, first in market.asked] == [date(2024, 1, 20), date(2023, 6, 5)]

    market.asked.clear()
    with travel(AFTER + timedelta(days=3)):
        sync()

    assert len(market.asked) == 1
    assert held.actions.count() == 1
    assert quantity(held) == 40


def test_an_old_split_comes_with_the_first_fetch(market: Shelf, acme: Asset, account) -> None:
    publish_split(market, day="2023-09-01")
    buy(account, acme, "2023-06-15")
    buy(account, acme, "2023-10-02", price="25")

    sync()

    assert quantity(acme) == 50
    closes = stored(acme)
    assert (closes["2023-08-31"], closes["2023-09-01"]) == ("100", "25")
    assert not Quarantine.objects.exists()


def test_a_split_after_the_last_stored_close_breaks_nothing(market: Shelf, held: Asset) -> None:
    """The market has just opened on the ex-date: the split is named, and no close of its day is there."""
    market.put("ACME", flat("2023-01-02", "2024-01-31", "100"), splits=[split(EX_DATE, "4")])

    with travel(date(2024, 2, 1)):
        sync()

    assert max(stored(held)) == "2024-01-31"
    assert quantity(held) == 40
    assert source_of(held).error_code == ""


@pytest.mark.parametrize("status", ["confirmed", "proposed", "rejected"])
@pytest.mark.parametrize(("kind", "day"), [("split", "2024-02-01"), ("bonus", "2024-01-29")])
def test_what_is_known_is_not_recorded_again(market: Shelf, held: Asset, status: str, kind: str, day: str) -> None:
    fields = {"asset": held, "kind": kind, "ex_date": date.fromisoformat(day), "ratio": Decimal(4), "status": status}
    action_record(user=None, fields=fields)
    publish_split(market)

    with travel(AFTER):
        sync()

    assert held.actions.get().status == status
    assert quantity(held) == (40 if status == "confirmed" else 10)


def test_a_split_and_a_bonus_of_one_day_are_known_as_their_product(market: Shelf, held: Asset) -> None:
    for kind, ratio in (("split", 2), ("bonus", 2)):
        fields = {"asset": held, "kind": kind, "ex_date": date(2024, 2, 1), "ratio": Decimal(ratio)}
        action_record(user=None, fields=fields)
    publish_split(market)

    with travel(AFTER):
        sync()

    assert quantity(held) == 40
    assert held.actions.count() == 2


def test_another_ratio_than_the_known_one_is_a_question(market: Shelf, held: Asset) -> None:
    fields = {"asset": held, "kind": "split", "ex_date": date(2024, 2, 1), "ratio": Decimal(2)}
    action_record(user=None, fields=fields)
    publish_split(market)

    with travel(AFTER):
        sync()

    asked = held.actions.get(status="proposed")
    assert (asked.kind, asked.ratio, asked.source) == ("bonus", 4, "fixed")
    assert quantity(held) == 20


def test_an_odd_ratio_is_proposed_as_a_spin_off(market: Shelf, held: Asset) -> None:
    """5:4 of value: a fifth of it left. The day after, the share is at 80."""
    publish_split(market, "1250/1001", after="80.08")

    with travel(AFTER):
        sync()

    action = held.actions.get()
    assert (action.kind, action.status, action.new_asset) == ("spinoff", "proposed", None)
    assert action.cost_fraction == Decimal("0.1992")
    assert "1250:1001" in action.note
    assert quantity(held) == 10
    assert (stored(held)["2024-01-31"], stored(held)["2024-02-01"]) == ("100", "80.08")


def test_a_proposed_spin_off_is_confirmed_only_with_what_was_received(market: Shelf, held: Asset) -> None:
    publish_split(market, "1250/1001", after="80.08")
    with travel(AFTER):
        sync()
        action = held.actions.get()

        with pytest.raises(InvalidInput) as refused:
            action_change(action=action, changes={"status": "confirmed"})

    assert refused.value.attr == "new_asset"


def test_a_split_that_contradicts_somebodys_books_is_proposed(market: Shelf, held: Asset, account) -> None:
    """They sold nine of ten on the ex-date of a reverse split 1:4, after which there are 2.5."""
    with travel(date(2024, 2, 1)):
        buy(account, held, EX_DATE, quantity="9", kind="sell")
    publish_split(market, "1/4", after="400")

    with travel(AFTER):
        sync()

    action = held.actions.get()
    assert (action.status, action.ratio, action.source) == ("proposed", Decimal("0.25"), "fixed")
    assert "contradict" in action.note
    assert quantity(held) == 1
    assert stored(held)["2024-02-01"] == "400"


def test_a_jump_that_nobody_explains_is_proposed_and_withdrawn_when_it_goes(market: Shelf, held: Asset) -> None:
    closes = flat("2023-01-02", "2024-01-31", "100")
    market.put("ACME", closes | flat("2024-02-01", "2024-02-02", "50"))
    with travel(AFTER):
        sync()
    action = held.actions.get()
    assert (action.kind, action.ratio, action.status, action.source) == ("split", 2, "proposed", "jump")
    assert quantity(held) == 10

    market.put("ACME", closes | flat("2024-02-01", "2024-02-05", "100"))
    with travel(date(2024, 2, 6)):
        sync()

    assert not held.actions.exists()


def test_a_rejected_jump_is_not_proposed_again(market: Shelf, held: Asset) -> None:
    closes = flat("2023-01-02", "2024-01-31", "100")
    market.put("ACME", closes | flat("2024-02-01", "2024-02-05", "50"))
    with travel(AFTER):
        sync()
    CorporateAction.objects.update(status="rejected")

    with travel(date(2024, 2, 6)):
        sync()

    assert held.actions.get().status == "rejected"


def test_a_guess_gives_way_to_the_split_that_the_provider_names_later(market: Shelf, held: Asset) -> None:
    closes = flat("2023-01-02", "2024-01-31", "100") | flat("2024-02-01", "2024-02-05", "50")
    market.put("ACME", closes)
    with travel(AFTER):
        sync()
    market.put("ACME", closes, splits=[split(EX_DATE, "2")])

    with travel(date(2024, 2, 6)):
        sync()

    action = held.actions.get()
    assert (action.status, action.source, action.ratio) == ("confirmed", "fixed", 2)
    assert quantity(held) == 20


def test_a_split_entered_by_hand_that_the_provider_never_names(market: Shelf, held: Asset) -> None:
    """It restates all closes for it without a word: wrong units, until somebody says what happened."""
    restated = flat("2023-01-02", "2024-01-31", "25") | flat("2024-02-01", "2024-02-05", "25")
    market.put("ACME", restated)
    with travel(AFTER):
        sync()
    assert source_of(held).error_code == "wrong_units"
    assert max(stored(held)) == "2024-01-30"

    with travel(AFTER + timedelta(days=1)):
        fields = {"asset": held, "kind": "split", "ex_date": date(2024, 2, 1), "ratio": Decimal(4)}
        action_record(user=None, fields=fields)
        sync()

    closes = stored(held)
    assert (closes["2024-01-30"], closes["2024-01-31"], closes["2024-02-01"]) == ("100", "100", "25")
    assert source_of(held).error_code == ""
    assert not Quarantine.objects.exists()
