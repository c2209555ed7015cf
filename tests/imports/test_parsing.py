"""What a file must be to be read at all, and what each cell may say."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from core.errors import InvalidInput
from portfolio.imports.formats import PRICES, TRANSACTIONS, PriceRow, prices_parse, transactions_parse
from portfolio.imports.problems import Problems
from portfolio.imports.table import rows_read
from tests.imports.conftest import csv_of

HEADER = "date,symbol,close,currency"


def prices(raw: bytes) -> list[PriceRow]:
    problems = Problems()
    rows = list(prices_parse(rows_read(raw, PRICES, problems), problems))
    problems.refuse()
    return rows


def refusal(read: Callable[[bytes], object], raw: bytes) -> list[tuple[str | None, str]]:
    with pytest.raises(InvalidInput) as caught:
        read(raw)
    return [(error.attr, error.code) for error in caught.value.errors]


def test_a_row_is_what_it_says() -> None:
    (row,) = prices(csv_of(HEADER, "2024-01-02,infy,101.50,inr"))
    assert row == PriceRow(2, date(2024, 1, 2), "INFY", close=Decimal("101.50"), currency="INR")


def test_columns_come_in_any_order_and_optional_ones_may_be_missing() -> None:
    (row,) = prices(csv_of("Close, SYMBOL ,date", " 7 ,A,2024-01-02"))
    assert (row.close, row.symbol, row.currency) == (Decimal(7), "A", "")


def test_a_byte_order_mark_windows_lines_and_empty_lines_are_no_matter() -> None:
    raw = b"\xef\xbb\xbf" + f"{HEADER}\r\n\r\n2024-01-02,A,1,\r\n,,,\r\n2024-01-03,A,2,\r\n".encode()
    assert [(row.line, row.close) for row in prices(raw)] == [(3, Decimal(1)), (5, Decimal(2))]


def test_a_row_over_two_lines_is_named_by_its_first() -> None:
    problems = Problems()
    raw = csv_of("date,kind,note", '2024-01-02,deposit,"two', 'lines, ""quoted"""', "2024-01-03,deposit,x")
    rows = list(transactions_parse(rows_read(raw, TRANSACTIONS, problems), problems))
    assert [(row.line, row.note) for row in rows] == [(2, 'two\nlines, "quoted"'), (4, "x")]


@pytest.mark.parametrize("text", ["0", "0.000000000000000001", "1234.5", "+5", ".5", "5.", "1e-5", "1E3"])
def test_a_number_keeps_every_digit(text: str) -> None:
    assert prices(csv_of(HEADER, f"2024-01-02,A,{text},"))[0].close == Decimal(text)


@pytest.mark.parametrize(
    "text", ['"1,234.5"', "1 234", "NaN", "inf", "-Infinity", "₹5", "5-", "0x10", "٣", "1e1000", "9" * 61]
)
def test_what_is_no_number_is_named_by_line_and_column(text: str) -> None:
    assert refusal(prices, csv_of(HEADER, "2024-01-02,A,1,", f"2024-01-03,A,{text},")) == [("3.close", "invalid")]


@pytest.mark.parametrize(
    "text", ["02/01/2024", "2024-1-2", "20240102", "2023-02-29", "2024-13-01", "0000-01-01", "today"]
)
def test_what_is_no_day_is_named_by_line_and_column(text: str) -> None:
    assert refusal(prices, csv_of(HEADER, f"{text},A,1,")) == [("2.date", "invalid")]


def test_an_empty_cell_that_is_needed_is_named() -> None:
    raw = csv_of(HEADER, ",A,1,", "2024-01-02,,1,", "2024-01-02,A,,")
    assert refusal(prices, raw) == [("2.date", "required"), ("3.symbol", "required"), ("4.close", "required")]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", [("file", "empty")]),
        (b"\n\n", [("file", "empty")]),
        (csv_of("date,symbol"), [("1.close", "missing_column")]),
        (csv_of("date,symbol,close,colour"), [("1.colour", "unknown_column")]),
        (csv_of("date,symbol,close,"), [("1", "unknown_column")]),
        (csv_of("date,symbol,close,date"), [("1.date", "repeated_column")]),
        (csv_of("date;symbol;close"), [("1", "separator")]),
        (csv_of(HEADER, "2024-01-02,A,1"), [("2", "cells")]),
        (csv_of(HEADER, "2024-01-02,A,1,,"), [("2", "cells")]),
        (csv_of(HEADER, "2024-01-02,A,1,", '2024-01-03,"A,1,', "2024-01-04,A,1,"), [("3", "unreadable")]),
        (csv_of(HEADER, '2024-01-03,"A"x,1,'), [("2", "unreadable")]),
        (csv_of(HEADER, "2024-01-02,A,1,") + b"2024-01-03,\xe9,1,\n", [("3", "encoding")]),
        (csv_of(HEADER, "2024-01-02,A\0,1,"), [("2", "encoding")]),
        (f"{HEADER}\n2024-01-02,A,1,\n".encode("utf-16"), [("1", "encoding")]),
        (csv_of(HEADER, f"2024-01-02,{'A' * 200_000},1,"), [("2", "unreadable")]),
    ],
)
def test_what_is_no_such_table_is_refused_by_line(raw: bytes, expected: list[tuple[str | None, str]]) -> None:
    assert refusal(prices, raw) == expected


def test_no_more_than_a_hundred_errors_are_named() -> None:
    raw = csv_of(HEADER, *["bad,A,bad,"] * 10_000)
    found = refusal(prices, raw)
    assert len(found) == 100
    assert found[0] == ("2.date", "invalid")


def test_columns_without_a_name_are_told_by_their_place() -> None:
    with pytest.raises(InvalidInput) as refused:
        list(prices(csv_of("date,symbol,,close,")))
    assert [error.detail.partition(";")[0] for error in refused.value.errors] == [
        "Column 3 has no name",
        "Column 5 has no name",
    ]
