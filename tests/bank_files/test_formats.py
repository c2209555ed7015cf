"""OFX, QIF and camt.053: what each of them says of rows, accounts and balances."""

from datetime import date
from decimal import Decimal

import pytest

from ledger.bank_files.detection import format_of
from ledger.bank_files.items import Problem, Refused, Skipped, StatedBalance, Statement, Warned
from tests.bank_files.files import (
    GERMAN,
    INDIAN,
    OFX_2,
    OFX_HEAD,
    QIF,
    camt,
    camt_account,
    camt_balance,
    camt_entry,
    camt_payment,
    ofx,
    ofx_row,
    ofx_statement,
)
from tests.bank_files.readers import of_type, raw, read_camt, read_ofx, read_qif, rows_of

D = Decimal


def test_ofx_1_is_read_where_values_have_no_end():
    text = ofx(
        ofx_statement(
            ofx_row("20240103", "-150.00", "A1", "CAFE MOCHA"),
            ofx_row("20240104", "1000.5", "A2", "Müller &amp; Sons", "ref 7"),
            balance="2000.25 20240131",
        )
    )
    items = list(read_ofx(text).items)
    assert items[0] == Statement(11, "4400123456", "INR")
    assert [(row.date, row.amount, row.external_id, row.payee, row.description) for row in items[1:3]] == [
        (date(2024, 1, 3), D("-150"), "A1", "CAFE MOCHA", ""),
        (date(2024, 1, 4), D("1000.5"), "A2", "Müller & Sons", "ref 7"),
    ]
    assert (items[3].date, items[3].balance) == (date(2024, 1, 31), D("2000.25"))


def test_a_day_of_ofx_is_the_day_that_the_bank_writes():
    """Midnight in India is the day before in Greenwich; the person's statement has the day of the bank."""
    row = ofx_row("20240103", "-1", "A1", "X").replace("20240103120000", "20240103000000")
    assert rows_of(read_ofx(ofx(ofx_statement(row))))[0].date == date(2024, 1, 3)


def test_ofx_2_is_xml():
    items = list(read_ofx(OFX_2).items)
    assert items[0].number == "4111111111111111"
    assert (items[1].payee, items[1].description, items[1].currency) == ("Fish & Chips", "2 < 3", "USD")
    assert items[2].balance == D("-4.5")


@pytest.mark.parametrize(
    "head",
    [
        OFX_HEAD.replace("\n", "\r\n"),
        OFX_HEAD.replace("CHARSET:1252", "CHARSET:NONE"),
        OFX_HEAD.replace("CHARSET:1252", "CHARSET:8859-1"),
        OFX_HEAD.replace("\n", ""),
        "\n\n" + OFX_HEAD,
    ],
)
def test_heads_of_ofx_that_banks_get_wrong(head):
    text = ofx(ofx_statement(ofx_row("20240103", "-1.5", "A1", "Müller"))).replace(OFX_HEAD, head)
    assert rows_of(read_ofx(text))[0].payee == "Müller"


def test_two_statements_in_one_file_have_their_own_balances():
    first = ofx_statement(ofx_row("20240103", "-1", "A", "X"), number="111", balance="5 20240131")
    second = ofx_statement(ofx_row("20240104", "-2", "B", "Y"), number="222", balance="7 20240131")
    told = [getattr(item, "number", getattr(item, "balance", None)) for item in read_ofx(ofx(first, second)).items]
    assert told == ["111", None, D(5), "222", None, D(7)]


def test_wrong_values_of_ofx_are_problems_of_their_line():
    """A row is 7 lines long; the first is on line 13."""
    rows = ofx_row("20241301", "-1", "A", "X"), ofx_row("20240103", "-1,000", "B", "Y"), ofx_row("0103", "x", "C", "Z")
    problems = of_type(Problem, read_ofx(ofx(ofx_statement(*rows))))
    assert [(problem.line, problem.column) for problem in problems] == [(13, "date"), (20, "amount"), (27, "date")]


def test_qif_is_read_with_its_opening_balance():
    """1/13 settles that 12/31 has the month first; a split is one row."""
    items = list(read_qif(QIF).items)
    assert items[0] == Statement(2, "Household")
    assert (items[1].date, items[1].balance) == (date(2023, 12, 31), D(1000))
    assert [(row.line, row.date, row.amount, row.payee, row.description) for row in items[2:]] == [
        (11, date(2024, 1, 13), D("-1234.56"), "Landlord", "Rent"),
        (18, date(2024, 1, 2), D("-4.5"), "Blue Heron", ""),
    ]


def test_days_of_qif_that_may_be_two_are_asked():
    text = "!Type:Bank\nD03/04/2024\nT-5.00\nPTea\n^\n"
    with pytest.raises(Refused, match="03 April 2024 or 04 March 2024"):
        read_qif(text)
    assert rows_of(read_qif(text, date_format="DMY"))[0].date == date(2024, 4, 3)


@pytest.mark.parametrize("day", ["1/15' 4", "1/15'04", "1/15/2004", " 1/15' 4", "1/15'2004"])
def test_years_of_this_century_in_qif(day):
    (row,) = rows_of(read_qif(f"!Type:Bank\nD{day}\nT-5.00\n^\n"))
    assert row.date == date(2004, 1, 15)


def test_qif_with_a_decimal_comma_is_not_read_as_another_amount():
    """The library alone would make -1.23456 of it, and -500 of the other."""
    text = "!Type:Bank\nD13.01.2024\nT-1.234,56\nPRent\n^\nD14.01.2024\nT-5,00\nPTea\n^\n"
    assert [row.amount for row in rows_of(read_qif(text))] == [D("-1234.56"), D("-5")]


def test_qif_tells_where_each_day_ends():
    """So that what is known of a day is forgotten after it: days need not be in order."""
    text = "!Type:Bank\nD2024-01-02\nT-1\n^\nD2024-01-03\nT-2\n^\nD2024-01-02\nT-1\n^\n"
    file = read_qif(text)
    assert file.last_rows == {date(2024, 1, 2): 8, date(2024, 1, 3): 5}
    assert [row.line for row in rows_of(file)] == [2, 5, 8]


def test_lists_in_qif_are_skipped():
    text = "!Type:Cat\nNFood\nE\n^\nNRent\nE\n^\n!Type:Bank\nD2024-01-02\nT-5.00\nPTea\n^\n"
    items = list(read_qif(text).items)
    assert [(item.line, item.reason) for item in items if isinstance(item, Skipped)] == [
        (2, "From here on 'cat', which is no movement of money.")
    ]
    assert len(items) == 2


def test_wrong_values_of_qif_are_problems_of_their_line():
    text = "!Type:Bank\nD2024-01-02\nT-5.00\n^\nDsoon\nT-5.00\n^\nD2024-01-03\nTfive\n^\n"
    problems = of_type(Problem, read_qif(text))
    assert [(problem.line, problem.column) for problem in problems] == [(5, "date"), (8, "amount")]


def test_camt_has_the_other_side_and_what_it_was_for():
    entry = camt_entry(
        "30.00", "DBIT", "2024-01-05", inner=f"<NtryDtls>{camt_payment('30', 'Café', 'Cake')}</NtryDtls>"
    )
    items = list(read_camt(camt(camt_account(), entry)).items)
    assert items[0] == Statement(3, "DE89370400440532013000", "EUR")
    row = items[1]
    assert (row.date, row.amount, row.payee, row.description) == (date(2024, 1, 5), D(-30), "Café", "Cake")
    assert row.external_id == ""


def test_payments_booked_together_are_rows_of_their_own():
    inner = camt_payment("10.00", "A", "one", "E1") + camt_payment("20.00", "B", "two", "E2")
    entry = camt_entry("30.00", "DBIT", "2024-01-05", inner=f"<NtryDtls>{inner}</NtryDtls>")
    rows = rows_of(read_camt(camt(camt_account(), entry)))
    assert [(row.amount, row.payee, row.external_id) for row in rows] == [(D(-10), "A", "E1"), (D(-20), "B", "E2")]


def test_payments_that_do_not_add_up_are_one_row():
    inner = camt_payment("10.00", "A", "one") + camt_payment("15.00", "B", "two")
    entry = camt_entry("30.00", "DBIT", "2024-01-05", inner=f"<NtryDtls>{inner}</NtryDtls>")
    items = list(read_camt(camt(camt_account(), entry)).items)
    assert [item.code for item in items if isinstance(item, Warned)] == ["batch_unclear"]
    assert items[-1].amount == D(-30)


def test_what_the_bank_calls_an_entry_comes_before_what_the_payer_did():
    inner = f"<AcctSvcrRef>R9</AcctSvcrRef><NtryDtls>{camt_payment('30', 'A', 'x', 'E1')}</NtryDtls>"
    row = rows_of(read_camt(camt(camt_account(), camt_entry("30", "CRDT", "2024-01-05", inner=inner))))[0]
    assert (row.external_id, row.amount) == ("R9", D(30))


def test_a_reversal_says_by_its_side_where_the_money_went():
    inner = "<RvslInd>true</RvslInd>"
    assert rows_of(read_camt(camt(camt_account(), camt_entry("5", "CRDT", "2024-01-05", inner=inner))))[0].amount == D(
        5
    )


def test_entries_that_are_not_booked_are_skipped():
    items = list(read_camt(camt(camt_account(), camt_entry("5", "DBIT", "2024-01-05", status="PDNG"))).items)
    assert [item.reason for item in items[1:]] == ["Is not booked yet (PDNG)."]


def test_the_closing_balance_is_stated_and_checked_against_the_opening():
    """100 - 30 = 70; with an entry cut out 100 is not 70."""
    ends = camt_balance("OPBD", "100.00", "2024-01-01"), camt_balance("CLBD", "70.00", "2024-01-05")
    whole = list(read_camt(camt(camt_account(), *ends, camt_entry("30", "DBIT", "2024-01-05"))).items)
    stated = [item for item in whole if isinstance(item, StatedBalance)]
    assert [(one.date, one.balance) for one in stated] == [(date(2024, 1, 5), D(70))]
    assert not [item for item in whole if isinstance(item, Warned)]
    warned = of_type(Warned, read_camt(camt(camt_account(), *ends)))
    assert [one.code for one in warned] == ["balance_gap"]


def test_a_negative_closing_balance_is_what_is_owed():
    text = camt(camt_account(), camt_balance("CLBD", "70.00", "2024-01-05", side="DBIT"))
    assert of_type(StatedBalance, read_camt(text))[0].balance == D(-70)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (INDIAN, "csv"), (GERMAN, "csv"), (ofx(ofx_statement()), "ofx"), (OFX_2, "ofx"), (QIF, "qif"),
        (camt(camt_account()), "camt"),
    ],
)  # fmt: skip
def test_formats_are_found_by_what_is_in_the_file(text, name):
    assert format_of(raw(text)) == name


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"PK\x03\x04workbook", "format"),
        (b"%PDF-1.7", "format"),
        (b"\xd0\xcf\x11\xe0old", "format"),
        (b"<html><body>Please log in</body></html>", "format"),
    ],
)
def test_what_is_no_bank_file_is_refused(content, code):
    with pytest.raises(Refused) as refused:
        format_of(raw(content))
    assert refused.value.problem.code == code
