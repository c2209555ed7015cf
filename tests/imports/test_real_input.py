"""Real closes of 20 US companies, 1990-2022, and 1,500 transactions made from them, against sums over the CSV rows.

The closes come from the installed package skfolio and are written to a temporary folder alone. They are adjusted for
splits and dividends; here they stand for closes as traded.
"""

import csv
import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import time_machine
from skfolio.datasets import load_sp500_dataset

from analytics.history import History, history_read
from analytics.models import HistoryMark
from core.models import User
from portfolio.models import Holding
from tests.imports.conftest import run

pytestmark = pytest.mark.django_db

TODAY = date(2023, 1, 3)
TRANSACTIONS = 1_500
CENT = Decimal("0.01")
TEN_DAYS = (
    date(1990, 6, 29),  # the first half-year
    date(1992, 2, 29),  # a leap day and a Saturday
    date(1997, 10, 27),  # a crash
    date(1999, 12, 31),
    date(2001, 9, 15),  # the exchange was closed from the 11th to the 17th
    date(2008, 11, 20),
    date(2012, 10, 29),  # closed for a storm
    date(2016, 7, 4),  # a holiday
    date(2020, 3, 23),
    date(2022, 12, 31),  # after the last close
)


@dataclass
class Sheet:
    """What a person would do in a spreadsheet: the rows of both files, and sums over them."""

    days: list[date] = field(default_factory=list)
    closes: dict[str, dict[date, Decimal]] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)

    def value(self, day: date) -> Decimal:
        """Quantity × last close on or before the day, summed over the symbols."""
        traded = self.days[bisect_right(self.days, day) - 1]
        return sum((self.quantity(symbol, day) * closes[traded] for symbol, closes in self.closes.items()), Decimal(0))

    def quantity(self, symbol: str, day: date) -> Decimal:
        signs = {"buy": 1, "sell": -1, "dividend": 0}
        return sum(
            (
                signs[row["kind"]] * Decimal(row["quantity"] or 0)
                for row in self.rows
                if row["symbol"] == symbol and row["date"] <= day.isoformat()
            ),
            Decimal(0),
        )

    def contributions(self, day: date) -> Decimal:
        """What went in for buys less what came out of sales and dividends: the account keeps no cash."""
        return sum((self._paid(row) for row in self.rows if row["date"] <= day.isoformat()), Decimal(0))

    def _paid(self, row: dict[str, str]) -> Decimal:
        fee = Decimal(row["fee"])
        if row["kind"] == "dividend":
            return fee - Decimal(row["amount"])
        gross = Decimal(row["quantity"]) * Decimal(row["price"])
        return gross + fee if row["kind"] == "buy" else fee - gross


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    frame = load_sp500_dataset()
    sheet = Sheet(days=[stamp.date() for stamp in frame.index])
    for symbol in frame.columns:
        closes = [Decimal(repr(close)) for close in frame[symbol].tolist()]
        sheet.closes[symbol] = dict(zip(sheet.days, closes, strict=True))
    sheet.rows = list(_transactions(sheet))
    return sheet


def _transactions(sheet: Sheet) -> Iterator[dict[str, str]]:
    """Seeded: three of five are buys, sales are of what is held, dividends of a cent or more per share."""
    dice = random.Random(1990)
    held = dict.fromkeys(sheet.closes, 0)
    for number, position in enumerate(sorted(dice.choices(range(len(sheet.days)), k=TRANSACTIONS))):
        day, symbol = sheet.days[position], dice.choice(list(sheet.closes))
        kind = dice.choices(("buy", "sell", "dividend"), weights=(3, 1, 1))[0] if held[symbol] else "buy"
        row = {"date": day.isoformat(), "kind": kind, "symbol": symbol, "external_id": f"real-{number}", "fee": "0.99"}
        if kind == "dividend":
            yield {**row, "quantity": "", "price": "", "amount": str(held[symbol] * Decimal("0.17"))}
            continue
        quantity = dice.randint(1, 80) if kind == "buy" else dice.randint(1, held[symbol])
        held[symbol] += quantity if kind == "buy" else -quantity
        yield {**row, "quantity": str(quantity), "price": str(sheet.closes[symbol][day]), "amount": ""}


def _prices_csv(sheet: Sheet) -> bytes:
    lines = (
        f"{day},{symbol},{close},USD\n" for symbol, closes in sheet.closes.items() for day, close in closes.items()
    )
    return ("date,symbol,close,currency\n" + "".join(lines)).encode()


def _transactions_csv(sheet: Sheet, folder: Path) -> bytes:
    file = folder / "rows.csv"
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(sheet.rows[0]))
        writer.writeheader()
        writer.writerows(sheet.rows)
    return file.read_bytes()


def test_thirty_three_years_of_real_closes(bob: User, sheet: Sheet, tmp_path: Path) -> None:
    with time_machine.travel(f"{TODAY}T18:00:00+00:00", tick=False):
        said = run("import_prices", _prices_csv(sheet), tmp_path, create_assets=True)
        assert said.startswith(f"{20 * 8313} rows: {20 * 8313} new, 0 known, 0 changed")
        said = run("import_transactions", _transactions_csv(sheet, tmp_path), tmp_path, user=bob.email)
        assert said.startswith("1500 rows: 1500 new")
    mark = HistoryMark.objects.get(user=bob)
    first = date.fromisoformat(sheet.rows[0]["date"])
    assert (mark.builds, mark.dirty_from, mark.first_day, mark.built_through) == (1, None, first, TODAY)
    history = history_read(user_id=bob.pk, first=first, last=TODAY)
    _check_days(history)
    _check_figures(history, sheet)
    _check_holdings(bob, sheet)


def _check_days(history: History) -> None:
    """33 years, every one of their days, each wholly known."""
    assert (history.last - history.first).days > 33 * 365 - 31
    for name in ("net_worth", "holdings", "cost_basis", "invested", "net_contributions", "income", "realized_gain"):
        assert not np.isnan(history.series[name]).any(), name
    assert (history.series["estimated"] == 0).all()


def _check_figures(history: History, sheet: Sheet) -> None:
    for day in (*TEN_DAYS, TODAY):
        index = (day - history.first) // timedelta(days=1)
        assert _cents(history.series["net_worth"][index]) == sheet.value(day).quantize(CENT), day
        assert _cents(history.series["net_contributions"][index]) == sheet.contributions(day).quantize(CENT), day


def _check_holdings(user: User, sheet: Sheet) -> None:
    held = {str(row.asset): row.quantity for row in Holding.objects.filter(user=user).select_related("asset")}
    assert held == {symbol: sheet.quantity(symbol, TODAY) for symbol in sheet.closes}


def _cents(value: float) -> Decimal:
    return Decimal(value).quantize(CENT)
