"""What stands below or between the rows of a CSV file and is none."""

import pytest

from ledger.bank_files.items import Problem, Skipped
from tests.bank_files.files import INDIAN
from tests.bank_files.readers import of_type, read_csv, rows_of


def test_rows_without_amount_or_day_are_skipped_with_the_reason():
    text = "Date,Details,Amount\n2024-01-01,Opening,\n,Carried over,5.00\n2024-01-02,Nothing,0.00\nTotal,,5.00\n"
    text += "2024-01-03,Tea,-1.25\n"
    items = of_type(Skipped, read_csv(text))
    assert [(item.line, item.reason) for item in items] == [
        (2, "Has no amount."),
        (3, "Has no day."),
        (4, "Has an amount of 0."),
        (5, "Has 'Total' where the day should be."),
    ]


def test_a_broken_day_beside_an_amount_is_no_footer():
    file = read_csv("Date,Details,Amount\n2024-01-02,Tea,-5.00\n2024-01-XX,Milk,-6.00\n2024-02-31,Jam,-7.00\n")
    assert [(item.line, item.column) for item in of_type(Problem, file)] == [(3, "date"), (4, "date")]


@pytest.mark.parametrize("opening", ["1,23,456.78", "123456.78", "950.00", "0.00", "-1.234,56", "5,210.00 Cr"])
def test_a_summary_below_the_rows_has_an_amount_where_they_have_the_day(opening):
    """As HDFC writes it: names of totals, and below them the totals."""
    text = INDIAN.rsplit("STATEMENT", 1)[0]
    text += "STATEMENT SUMMARY :-,,,,,,\nOpening Balance,,,,Debits,Credits,Closing Bal\n"
    text += f'"{opening}",,,,300.00,100000.00,9.00\n'
    assert len(rows_of(read_csv(text))) == 3
    assert [item.line for item in of_type(Skipped, read_csv(text))] == [8, 9, 10]


@pytest.mark.parametrize("cell", ["30.02", "2024.02", "31.02.24", "20240231", "2024,13", "1.00"])
def test_what_may_be_part_of_a_day_is_no_total(cell):
    file = read_csv(f'Date,Details,Amount\n13.01.2024,Tea,-5.00\n"{cell}",Milk,-6.00\n')
    assert [(item.line, item.column) for item in of_type(Problem, file)] == [(3, "date")]
