"""`manage.py sync_history`: what is due, what is named, and what came of it."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portfolio.models import Asset
from portfolio.providers.base import Garbled
from tests.sync.conftest import Shelf, buy, flat, listed, split, stored, travel

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def held(shelf: Shelf, acme: Asset, account) -> Asset:
    shelf.put("ACME", flat("2023-01-02", "2024-01-30", "100"))
    buy(account, acme, "2024-01-15")
    return acme


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("sync_history", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_what_is_due(held: Asset, shelf: Shelf) -> None:
    """18 weekdays from 5 to 30 January."""
    assert run() == "1 of 1 fetched: 18 closes stored, 0 refused, 0 dividends, 0 actions recorded, 0 proposed.\n"
    assert run().startswith("0 of 0 fetched")
    assert len(shelf.asked) == 1


def test_all_and_full(held: Asset, shelf: Shelf) -> None:
    run()
    run("--all")
    run("--all", "--full")

    assert [first for _, first in shelf.asked] == [date(2024, 1, 5), date(2024, 1, 20), date(2024, 1, 5)]


def test_one_that_nobody_holds_is_fetched_for_a_while(held: Asset, shelf: Shelf) -> None:
    beta = listed("BETA")
    shelf.put("BETA", flat("2023-01-02", "2024-01-30", "20"))

    run("beta")

    assert shelf.asked == [("BETA", date(2023, 12, 17))]
    assert min(stored(beta)) == "2023-12-18"


def test_what_went_wrong_and_what_is_to_decide_is_said(held: Asset, shelf: Shelf, account) -> None:
    run()
    shelf.errors["BETA"] = Garbled("<html>")
    buy(account, listed("BETA"), "2024-01-15")
    closes = flat("2023-01-02", "2024-01-31", "100") | flat("2024-02-01", "2024-02-02", "25")
    closes[date(2024, 1, 30)] = Decimal(0)
    shelf.put("ACME", closes, splits=[split("2024-02-01", "4")])

    with travel(date(2024, 2, 3)):
        said = run("--all")

    assert "1 of 2 fetched: 3 closes stored, 1 refused, 0 dividends, 1 actions recorded, 0 proposed." in said
    assert "BETA: <html>" in said
    assert "ACME: confirmed split on 2024-02-01, ratio 4." in said


def test_a_symbol_that_is_not_there(held: Asset) -> None:
    with pytest.raises(CommandError, match="NOPE"):
        run("NOPE")
