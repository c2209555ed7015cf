"""What is not believed is kept aside with a reason, and the old series stays."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.errors import Conflict, InvalidInput
from portfolio.models import Asset, Quarantine
from portfolio.services.quarantine import quarantine_accept, quarantine_reject
from portfolio.sync.claims import claim
from portfolio.sync.due import histories_sync
from tests.sync.conftest import Shelf, buy, due_at, flat, source_of, split, stored, sync, travel

pytestmark = pytest.mark.usefixtures("clock")
LATER, LATER_STILL = date(2024, 2, 3), date(2024, 2, 7)


@pytest.fixture
def held(shelf: Shelf, acme: Asset, account) -> Asset:
    shelf.put("ACME", flat("2023-01-02", "2024-01-30", "100"))
    buy(account, acme, "2023-06-15")
    sync()
    return acme


def answer(shelf: Shelf, last: str = "2024-02-02", *, currency: str = "USD", **odd: str) -> None:
    """100 each day, but for `d2024_02_01="0"`."""
    closes = flat("2023-01-02", last, "100")
    closes |= {date.fromisoformat(day[1:].replace("_", "-")): Decimal(close) for day, close in odd.items()}
    shelf.put("ACME", closes, currency=currency)


@pytest.mark.parametrize(
    ("close", "reason"),
    [
        ("0", "not_positive"),
        ("-100", "not_positive"),
        ("NaN", "not_a_number"),
        ("1E+30", "not_a_number"),
        ("10000", "wrong_scale"),
        ("1", "wrong_scale"),
    ],
)
def test_one_bad_close(shelf: Shelf, held: Asset, close: str, reason: str) -> None:
    before = stored(held)
    answer(shelf, d2024_01_30=close, d2024_02_01=close)

    with travel(LATER):
        sync()

    row = held.quarantined.get()
    assert (row.reason, row.status) == (reason, "open")
    assert {day: Decimal(value) for day, value in row.closes.items()}.keys() == {"2024-01-30", "2024-02-01"}
    closes = stored(held)
    assert {day: closes[day] for day in before} == before
    assert "2024-02-01" not in closes
    assert (closes["2024-01-31"], closes["2024-02-02"]) == ("100", "100")


def test_another_currency_is_believed_in_nothing(shelf: Shelf, held: Asset) -> None:
    before = stored(held)
    answer(shelf, currency="INR")

    with travel(LATER):
        sync()

    row = held.quarantined.get()
    assert row.reason == "wrong_currency"
    assert "INR" in row.detail
    assert stored(held) == before
    source = source_of(held)
    assert (source.error_code, source.failures) == ("wrong_currency", 1)
    assert due_at(held) <= datetime(2024, 2, 3, 12, 10, tzinfo=UTC)


def test_an_old_close_that_changed_without_a_cause(shelf: Shelf, held: Asset) -> None:
    answer(shelf, d2024_01_22="103")

    with travel(LATER):
        sync()

    row = held.quarantined.get()
    assert (row.reason, row.closes) == ("changed", {"2024-01-22": "103"})
    closes = stored(held)
    assert (closes["2024-01-22"], closes["2024-02-02"]) == ("100", "100")


def test_half_of_a_split(shelf: Shelf, held: Asset) -> None:
    """Restated before it is named: nothing is believed until it is whole, and then all at once."""
    before = stored(held)
    shelf.put("ACME", flat("2023-01-02", "2024-01-31", "25") | flat("2024-02-01", "2024-02-02", "25"))
    with travel(LATER):
        sync()
        assert held.quarantined.get().reason == "wrong_units"
        assert stored(held) == before
        assert due_at(held) <= datetime(2024, 2, 3, 12, 10, tzinfo=UTC)

    whole = flat("2023-01-02", "2024-01-31", "100") | flat("2024-02-01", "2024-02-02", "25")
    shelf.put("ACME", whole, splits=[split("2024-02-01", "4")])
    with travel(LATER, at="18:30"):
        sync()

    assert held.actions.get().status == "confirmed"
    assert not Quarantine.objects.exists()
    closes = stored(held)
    assert {day: closes[day] for day in before} == before
    assert closes["2024-02-02"] == "25"
    assert source_of(held).error_code == ""


def test_a_split_that_is_named_before_closes_are_restated(shelf: Shelf, held: Asset) -> None:
    """The provider un-adjusted closes that were still in old shares: four times too much."""
    before = stored(held)
    half = flat("2023-01-02", "2024-01-31", "400") | flat("2024-02-01", "2024-02-02", "25")
    shelf.put("ACME", half, splits=[split("2024-02-01", "4")])

    with travel(LATER):
        sync()

    assert held.quarantined.get().reason == "wrong_units"
    assert not held.actions.exists()
    assert stored(held) == before


def test_what_the_provider_puts_right_needs_no_decision(shelf: Shelf, held: Asset) -> None:
    answer(shelf, d2024_02_01="10000")
    with travel(LATER):
        sync()
    assert held.quarantined.count() == 1

    answer(shelf, "2024-03-15")
    with travel(date(2024, 3, 16)):
        sync()

    assert not held.quarantined.exists()
    assert stored(held)["2024-02-01"] == "100"


@pytest.mark.parametrize("last", ["2022-12-30", "2024-01-31"])
def test_what_an_answer_leaves_out_is_as_undecided_as_before(shelf: Shelf, held: Asset, last: str) -> None:
    answer(shelf, d2024_02_01="10000")
    with travel(LATER):
        sync()
    answer(shelf, last)

    with travel(LATER_STILL):
        sync()

    assert held.quarantined.get().closes == {"2024-02-01": "10000"}


def test_an_old_refusal_is_asked_for_again_until_it_is_decided(shelf: Shelf, held: Asset) -> None:
    answer(shelf, "2024-02-02", d2024_02_01="10000")
    with travel(LATER):
        sync()
    answer(shelf, "2024-03-15", d2024_02_01="10000")
    for day in (date(2024, 3, 16), date(2024, 3, 19)):
        with travel(day):
            sync()

    assert shelf.asked[-1] == ("ACME", date(2024, 2, 1))
    assert held.quarantined.get().closes == {"2024-02-01": "10000"}


def test_accepting_stores_and_is_not_reported_again(shelf: Shelf, held: Asset) -> None:
    answer(shelf, d2024_02_01="1000")
    with travel(LATER):
        sync()
        quarantine_accept(quarantine=held.quarantined.get())
    assert stored(held)["2024-02-01"] == "1000"

    answer(shelf, "2024-02-06", d2024_02_01="1000")
    with travel(LATER_STILL):
        sync()

    row = held.quarantined.get()
    assert row.status == "accepted"
    closes = stored(held)
    assert (closes["2024-02-01"], closes["2024-02-05"]) == ("1000", "100")


def test_rejecting_keeps_what_is_stored_and_is_not_reported_again(shelf: Shelf, held: Asset) -> None:
    answer(shelf, d2024_01_22="103", d2024_02_01="0")
    with travel(LATER):
        sync()
    for row in held.quarantined.all():
        quarantine_reject(quarantine=row)

    answer(shelf, "2024-02-06", d2024_01_22="103", d2024_02_01="0")
    with travel(LATER_STILL):
        sync()

    assert {row.status for row in held.quarantined.all()} == {"rejected"}
    assert stored(held)["2024-01-22"] == "100"
    assert "2024-02-01" not in stored(held)


def test_another_value_than_the_rejected_one_is_reported(shelf: Shelf, held: Asset) -> None:
    answer(shelf, d2023_12_20="104")
    with travel(LATER):
        histories_sync(claim([held.pk]), is_full=True)
        quarantine_reject(quarantine=held.quarantined.get())
        answer(shelf, d2023_12_20="105")
        histories_sync(claim([held.pk]), is_full=True)

    assert held.quarantined.get(status="open").closes == {"2023-12-20": "105"}
    assert stored(held)["2023-12-20"] == "100"


def test_what_cannot_be_stored_cannot_be_accepted(shelf: Shelf, held: Asset) -> None:
    answer(shelf, d2024_02_01="NaN")
    with travel(LATER):
        sync()
        with pytest.raises(InvalidInput):
            quarantine_accept(quarantine=held.quarantined.get())

    assert held.quarantined.get().status == "open"


def test_a_decision_is_made_once(shelf: Shelf, held: Asset) -> None:
    answer(shelf, d2024_02_01="10000")
    with travel(LATER):
        sync()
        row = held.quarantined.get()
        quarantine_reject(quarantine=row)
        with pytest.raises(Conflict):
            quarantine_accept(quarantine=row)

    assert "2024-02-01" not in stored(held)


@pytest.mark.parametrize("last", ["2022-12-30", "2023-03-01"])
def test_an_empty_or_shrunken_answer_changes_nothing(shelf: Shelf, held: Asset, last: str) -> None:
    before = stored(held)
    shelf.put("ACME", flat("2022-12-30", last, "100"))

    with travel(LATER):
        sync()

    assert stored(held) == before
    assert not Quarantine.objects.exists()
