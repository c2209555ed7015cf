"""CSV in the shapes that banks give it."""

from datetime import date
from decimal import Decimal

import pytest

from ledger.bank_files.items import Problem, Refused, Skipped, StatedBalance, Warned
from tests.bank_files.files import AMERICAN, GERMAN, INDIAN
from tests.bank_files.readers import of_type, read_csv, rows_of

D = Decimal


def told(file):
    return [(row.date.isoformat(), row.amount, row.description) for row in rows_of(file)]


def test_an_indian_bank_writes_lines_above_the_header_and_lakhs():
    items = list(read_csv(INDIAN).items)
    rows = [item for item in items if hasattr(item, "external_id")]
    assert [(row.line, row.date, row.amount, row.balance) for row in rows] == [
        (5, date(2024, 1, 3), D("-150"), D("123306.78")),
        (6, date(2024, 1, 3), D("-150"), D("123156.78")),
        (7, date(2024, 1, 13), D("100000"), D("223156.78")),
    ]
    assert [(item.line, item.reason) for item in items if isinstance(item, Skipped)] == [
        (8, "Has 'STATEMENT SUMMARY :-' where the day should be.")
    ]
    stated = [(item.date.day, item.balance) for item in items if isinstance(item, StatedBalance)]
    assert stated == [(3, D("123156.78")), (13, D("223156.78"))]


def test_an_american_bank_puts_the_month_first():
    """01/15 has no other reading, and settles what 01/02 is."""
    assert told(read_csv(AMERICAN)) == [
        ("2024-01-15", D("-4.5"), "BLUE HERON COFFEE"),
        ("2024-01-02", D("500"), "PAYMENT THANK YOU"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_letters_are_read_in_the_encoding_of_the_file(encoding):
    file = read_csv(GERMAN, encoding=encoding)
    assert told(file)[0] == ("2024-01-02", D("-12.5"), "Bäckerei Müller")


def test_the_encoding_that_was_taken_is_told():
    assert read_csv(GERMAN, encoding="latin-1").encoding == "cp1252"
    assert read_csv(GERMAN.encode("cp1252").replace(b"M\xfcller", b"M\x81ller")).encoding == "latin-1"
    assert read_csv(GERMAN, encoding="utf-16").encoding == "utf-16"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(delimiter):
    text = "Date,Details,Amount\n2024-01-02,Tea,-5.00\n2024-01-03,Milk,-6.00\n".replace(",", delimiter)
    assert [row.amount for row in rows_of(read_csv(text))] == [D("-5"), D("-6")]


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1,234.56", "1234.56"), ("1,23,456.78", "123456.78"), ("-0.05", "-0.05"), ("(12.00)", "-12"),
        ("12.00-", "-12"),
        ("₹ 1,000.50", "1000.5"), ("Rs. 99.10", "99.1"), ("USD 7.25", "7.25"), ("-$7.25", "-7.25"), ("$-7.25", "-7.25"),
        ("5.00 Dr", "-5"), ("5.00 CR.", "5"), ("+3.10", "3.1"), ("−8.40", "-8.4"), ("1 234.56", "1234.56"),
        ("1'234.56", "1234.56"), (".50", "0.5"), ("7.", "7"),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(cell, amount):
    text = f'Date,Details,Amount\n2024-01-02,Tea,"{cell}"\n2024-01-03,Milk,1.50\n'
    assert rows_of(read_csv(text))[0].amount == D(amount)


@pytest.mark.parametrize(
    ("cell", "amount"), [("1.234,56", "1234.56"), ("-12,5", "-12.5"), ("2.000", "2000"), ("1.234.567", "1234567")]
)
def test_amounts_with_a_decimal_comma(cell, amount):
    """1,50 has no other reading, and settles what 2.000 is."""
    text = f"Date;Details;Amount\n2024-01-02;Tea;{cell}\n2024-01-03;Milk;1,50\n"
    assert rows_of(read_csv(text))[0].amount == D(amount)


def test_a_comma_before_three_digits_alone_separates_thousands():
    assert rows_of(read_csv('Date,Details,Amount\n2024-01-02,Rent,"-25,000"\n'))[0].amount == D(-25000)


def test_a_point_before_three_digits_alone_is_asked():
    text = "Date;Details;Amount\n2024-01-02;Tea;2.000\n"
    with pytest.raises(Refused) as refused:
        read_csv(text)
    problem = refused.value.problem
    assert (problem.line, problem.column, problem.code) == (2, "amount", "ambiguous_amount")
    assert rows_of(read_csv(text, decimal=","))[0].amount == D(2000)
    assert rows_of(read_csv(text, decimal="."))[0].amount == D(2)


@pytest.mark.parametrize(
    "cell", ["2024-01-02", "20240102", "02.01.2024 10:30", "2 Jan 2024", "02-JAN-24", "January 2, 2024", "2nd Jan 2024"]
)
def test_days_as_people_write_them(cell):
    text = f'Date,Details,Amount\n"{cell}",Tea,-5.00\n25.12.2023,Gift,-6.00\n'
    assert rows_of(read_csv(text, date_format="YMD" if cell.startswith("2024") else "DMY"))[0].date == date(2024, 1, 2)


def test_a_day_that_may_be_two_is_asked_with_both_readings():
    text = "Date,Details,Amount\n03/04/2024,Tea,-5.00\n05/04/2024,Milk,-5.00\n"
    with pytest.raises(Refused) as refused:
        read_csv(text)
    assert (refused.value.problem.line, refused.value.problem.column) == (2, "date")
    assert "03 April 2024 or 04 March 2024" in refused.value.problem.detail
    assert [row.date for row in rows_of(read_csv(text, date_format="DMY"))] == [date(2024, 4, 3), date(2024, 4, 5)]
    assert [row.date for row in rows_of(read_csv(text, date_format="MDY"))] == [date(2024, 3, 4), date(2024, 5, 4)]


def test_a_day_that_is_the_same_both_ways_is_not_asked():
    assert rows_of(read_csv("Date,Details,Amount\n02/02/2024,Tea,-5.00\n"))[0].date == date(2024, 2, 2)


def test_eight_digits_of_a_year_are_no_day_of_the_middle_ages():
    """20121015 could be 20 December 1015."""
    text = "Date,Details,Amount\n20121015,Tea,-5.00\n20111230,Milk,-6.00\n"
    assert [row.date for row in rows_of(read_csv(text))] == [date(2012, 10, 15), date(2011, 12, 30)]


def test_one_row_against_the_order_of_the_others_is_a_problem_of_its_line():
    rows = "".join(f"{day}/03/2024,Tea,-5.00\n" for day in range(13, 20))
    file = read_csv(f"Date,Details,Amount\n{rows}03/25/2024,Milk,-6.00\n")
    assert [(item.line, item.column) for item in of_type(Problem, file)] == [(9, "date")]


def test_a_marker_column_says_the_sign():
    text = "Date,Details,Amount,Dr/Cr\n2024-01-02,Tea,5.00,DR\n2024-01-03,Pay,7.00,Cr\n2024-01-04,What,8.00,XX\n"
    items = list(read_csv(text).items)
    assert [item.amount for item in items[:2]] == [D(-5), D(7)]
    assert (items[2].line, items[2].column) == (4, "marker")


@pytest.mark.parametrize("invert", [False, True])
def test_a_card_that_marks_what_came_in_alone(invert):
    """As Indian cards do. What has no mark went out, and no `invert` turns round what the cells say themselves."""
    text = 'Date,Details,Amount\n2024-01-13,Shop,"1,234.50"\n2024-01-14,Payment,500.00 Cr\n2024-01-15,Fee,10\n'
    assert [row.amount for row in rows_of(read_csv(text, invert=invert))] == [D("-1234.5"), D(500), D(-10)]


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (("5 Cr", "6 Dr", "7"), (5, -6, 7)),
        (("5 Cr", "-6", "7"), (5, -6, 7)),
        (("6 Dr", "7"), (-6, 7)),
        (("5 Cr",), (5,)),
    ],
)
def test_amounts_without_a_mark_came_in_where_others_say_what_went_out(cells, amounts):
    rows = "".join(f"2024-01-13,Shop,{cell}\n" for cell in cells)
    assert [row.amount for row in rows_of(read_csv(f"Date,Details,Amount\n{rows}"))] == list(amounts)


@pytest.mark.parametrize("sign", ["", "-"])
def test_debits_are_written_with_a_minus_by_some_banks(sign):
    text = (
        f"Date,Details,Debit,Credit\n2024-01-02,Tea,{sign}5.00,\n2024-01-03,Pay,,7.00\n2024-01-04,Milk,{sign}6.00,0\n"
    )
    assert [row.amount for row in rows_of(read_csv(text))] == [D(-5), D(7), D(-6)]


def test_debit_and_credit_in_one_row_contradict_each_other():
    file = read_csv("Date,Details,Debit,Credit\n2024-01-02,Tea,5.00,7.00\n")
    assert [(item.line, item.column) for item in of_type(Problem, file)] == [(2, "debit")]


def test_a_file_without_header_is_read_by_numbers():
    file = read_csv(
        "2024-01-02,-5.00,*,,TEA\n2024-01-03,7.00,*,,PAY\n", header=False, date="1", amount="2", description="5"
    )
    assert told(file) == [("2024-01-02", D(-5), "TEA"), ("2024-01-03", D(7), "PAY")]


def test_rows_newest_first_state_the_balance_of_a_day_in_its_first_row():
    """Before, there were 100: 100 - 10 = 90, - 20 = 70, + 5 = 75."""
    text = "Date,Details,Amount,Balance\n2024-01-03,C,5,75\n2024-01-02,B,-20,70\n2024-01-02,A,-10,90\n"
    stated = of_type(StatedBalance, read_csv(text))
    assert [(one.date.day, one.balance) for one in stated] == [(3, D(75)), (2, D(70))]


WRONG = "Date,Details,Amount,Balance\n2024-01-01,A,10,90\n2024-01-02,B,20,70\n2024-01-03,C,20,50\n2024-01-04,D,-5,55\n"


@pytest.mark.parametrize("is_newest_first", [True, False])
def test_a_day_that_ends_without_a_balance_states_none(is_newest_first):
    """What is pending has no balance yet: the one before it would take its amount back."""
    rows = ["2024-01-02,Salary,100,100\n", "2024-01-03,Shop,-10,90\n", "2024-01-03,Coffee,-5,\n"]
    ordered = reversed(rows) if is_newest_first else rows
    file = read_csv("Date,Details,Amount,Balance\n" + "".join(ordered))
    assert [(one.date.day, one.balance) for one in of_type(StatedBalance, file)] == [(2, 100)]


def test_balances_that_fall_with_what_comes_in_say_that_the_sign_is_wrong():
    """Two equal amounts in a row fit the other direction by accident; that does not make the file right."""
    with pytest.raises(Refused) as refused:
        read_csv(WRONG)
    assert refused.value.problem.code == "wrong_sign"
    assert refused.value.problem.line == 3
    assert "invert" in refused.value.problem.detail
    file = read_csv(WRONG, invert=True)
    items = list(file.items)
    assert [item.amount for item in items if hasattr(item, "payee")] == [D(-10), D(-20), D(-20), D(5)]
    assert [item.balance for item in items if isinstance(item, StatedBalance)] == [D(90), D(70), D(50), D(55)]


def test_a_card_that_tells_what_is_owed_is_inverted_with_its_balance():
    """Spent 10, 20, paid 5: owed 110, 130, 125 is a balance of -110, -130, -125."""
    text = "Date,Details,Amount,Balance\n2024-01-01,A,10,110\n2024-01-02,B,20,130\n2024-01-03,C,-5,125\n"
    stated = of_type(StatedBalance, read_csv(text, invert=True))
    assert [one.balance for one in stated] == [D(-110), D(-130), D(-125)]


def test_one_balance_that_does_not_follow_is_warned_of():
    rows = "".join(f"2024-01-{day:02},T,-1,{100 - day}\n" for day in (1, 2, 3, 5, 6, 7))  # the 4th was cut out
    warned = of_type(Warned, read_csv(f"Date,Details,Amount,Balance\n{rows}"))
    assert [(one.line, one.column, one.code) for one in warned] == [(5, "balance", "balance_gap")]


def test_balances_that_follow_nothing_are_not_taken():
    text = "Date,Details,Amount,Balance\n2024-01-01,A,10,5\n2024-01-02,B,20,800\n2024-01-03,C,3,77\n"
    items = list(read_csv(text).items)
    assert [item.code for item in items if isinstance(item, Warned)] == ["balances_unclear"]
    assert not [item for item in items if isinstance(item, StatedBalance)]


@pytest.mark.parametrize("name", ["Balance (INR )", "BAL", "Balance(INR)", "Closing Balance"])
def test_balances_are_found_by_the_names_that_banks_give_them(name):
    file = read_csv(f"Tran Date,Particulars,DR,CR,{name}\n13-01-2024,Tea,5.00,,95.00\n14-01-2024,Pay,,10.00,105.00\n")
    assert [one.balance for one in of_type(StatedBalance, file)] == [D("95"), D("105")]


@pytest.mark.parametrize("cell", ["1.23456", "1000000000000", "abc", "1.2.3", "9" * 61, "NaN", "1e5", "Infinity"])
def test_amounts_that_are_none_are_problems_of_their_cell(cell):
    file = read_csv(f"Date,Details,Amount\n2024-01-02,Tea,-5.00\n2024-01-03,Milk,{cell}\n")
    assert [(item.line, item.column) for item in of_type(Problem, file)] == [(3, "amount")]


def test_two_columns_of_one_name_are_told_apart():
    text = "Date,Amount,Amount,Details\n2024-01-02,-5.00,-450.00,Tea\n"
    file = read_csv(text, date="Date", amount="amount (2)", description=["Details"])
    assert told(file) == [("2024-01-02", D(-450), "Tea")]


def test_the_header_that_is_repeated_on_each_page_is_no_row():
    text = "Date,Details,Amount\n2024-01-02,Tea,-5.00\nDate,Details,Amount\n2024-01-03,Milk,-6.00\n"
    assert len(list(read_csv(text).items)) == 2


def test_a_mapping_finds_the_header_by_the_names_of_its_columns():
    text = "Konto,1\nTag,Wert,Wozu\n2024-01-02,-5.00,Tee\n"
    file = read_csv(text, date="tag", amount="WERT", description="Wozu")
    assert told(file) == [("2024-01-02", D(-5), "Tee")]
