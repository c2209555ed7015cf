"""Files that were cut, broken or made to harm: a clear refusal, at once."""

import random
import time
from contextlib import suppress

import pytest

from ledger.bank_files.items import Problem, Refused
from ledger.bank_files.mapping import MappingError
from tests.bank_files.files import INDIAN, OFX_2, QIF, camt, camt_account, camt_entry, ofx, ofx_row, ofx_statement
from tests.bank_files.readers import of_type, read_camt, read_csv, read_ofx, read_qif, rows_of

BOMB = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FOREIGN = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def refusal(read, text):
    with pytest.raises(Refused) as refused:
        list(read(text).items)
    return refused.value.problem


@pytest.mark.parametrize("declaration", [BOMB, FOREIGN])
def test_declarations_are_refused(declaration):
    xml = camt(camt_account(), camt_entry("5", "DBIT", "2024-01-05"))
    assert refusal(read_camt, xml.replace("<Document", declaration + "<Document", 1)).code == "declaration"
    assert refusal(read_ofx, OFX_2.replace("<OFX>", declaration + "<OFX>", 1)).code == "declaration"
    inside = OFX_2.replace("<NAME>", declaration + "<NAME>", 1)
    assert refusal(read_ofx, inside).code == "declaration"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_files_that_were_cut_are_refused_where_they_end(share):
    statement = ofx(ofx_statement(*(ofx_row("20240103", "-1", f"A{n}", "X") for n in range(9))))
    xml = camt(camt_account(), *(camt_entry("5", "DBIT", "2024-01-05") for _ in range(9)))
    for read, text in ((read_ofx, statement), (read_camt, xml)):
        cut = text[: int(len(text) * share)]
        problem = refusal(read, cut)
        assert problem.code == "cut"
        assert 1 <= problem.line <= text.count("\n") + 1
    assert refusal(read_qif, QIF[: QIF.rindex("^")]).code == "cut"


def test_a_line_that_was_cut_is_a_problem():
    cut = INDIAN[: INDIAN.index("SALARY") + 3]
    problems = of_type(Problem, read_csv(cut))
    assert [(problem.line, problem.code) for problem in problems] == [(7, "cells")]


def test_a_comma_in_a_text_without_quotes_is_a_problem():
    text = "Date,Details,Amount\n2024-01-02,Tea, black,-5.00\n2024-01-03,Milk,-6.00\n"
    assert [(problem.line, problem.code) for problem in of_type(Problem, read_csv(text))] == [(2, "cells")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('Date,Details,Amount\n2024-01-02,"Tea,-5.00\n2024-01-03,Milk,-6.00\n', "unreadable"),
        ("Date,Details,Amount\n2024-01-02,Te\0a,-5.00\n", "encoding"),
        (",".join(["Date", "Amount", *map(str, range(10_000))]) + "\n2024-01-02,-5.00\n", "columns"),
        ("Date,Details,Amount\n2024-01-02," + "x" * 2_000_000 + ",-5.00\n", "too_long"),
        ("Date,Details,Amount\n2024-01-02," + "x" * 200_000 + ",-5.00\n", "unreadable"),
        ("Date,Details,Amount\n", "no_days"),
        ("Date,Details,Amount\nTotal,,5\n", "no_days"),
    ],
)
def test_tables_that_are_none_are_refused(text, code):
    assert refusal(read_csv, text).code == code


def test_a_file_that_changes_its_encoding_is_read_as_far_as_letters_go():
    """UTF-8 with one letter of Windows: each byte is some letter there, so nothing is lost."""
    raw = "Date,Details,Amount\n2024-01-02,Café,-5.00\n".encode() + b"2024-01-03,Caf\xe9,-6.00\n"
    assert [item.description for item in read_csv(raw).items] == ["CafÃ©", "Café"]


def test_half_of_a_letter_of_utf_16_is_refused():
    raw = "Date,Details,Amount\n2024-01-02,Tea,-5.00\n".encode("utf-16")[:-1]
    assert refusal(read_csv, raw).code == "encoding"


def test_a_row_of_ten_thousand_cells_is_a_problem():
    text = "Date,Details,Amount\n2024-01-02,Tea,-5.00\n2024-01-03" + ",x" * 10_000 + "\n"
    assert [problem.code for problem in of_type(Problem, read_csv(text))] == ["cells"]


@pytest.mark.parametrize("read", [read_csv, read_ofx, read_qif, read_camt])
@pytest.mark.parametrize("seed", range(8))
def test_garbage_is_refused_and_breaks_nothing(read, seed):
    chance = random.Random(seed)
    content = (
        chance.randbytes(5000) if seed % 2 else bytes(chance.choices(b"<>!^DTP/0123456789,;\n\"' OFXSTMTRN", k=5000))
    )
    with suppress(Refused, MappingError):  # a header that names no day: no mapping can be made
        assert all(isinstance(item, Problem) or item.line >= 1 for item in read(content).items)


@pytest.mark.parametrize(
    "text",
    [
        ofx(ofx_statement("<STMTTRN>" + "<NAME>" * 100_000)),
        ofx(ofx_statement("<STMTTRN>" + "<![CDATA[" * 100_000)),
        ofx(ofx_statement("<STMTTRN>" + "<!--" * 100_000)),
        ofx(ofx_statement()).replace("<OFX>", "<?OFX" * 100_000 + "<OFX>"),
        ofx("<STMTRS>" * 50_000),
        "<?xml" + " " * 1_000_000 + "?><OFX>",
        ofx("x" * 3_000_000),
    ],
)
def test_ofx_made_to_take_long_does_not(text):
    """It is refused, or has nothing that could be taken."""
    begun = time.monotonic()
    with suppress(Refused):
        assert not rows_of(read_ofx(text))
    assert time.monotonic() - begun < 10


def test_xml_nested_too_deeply_is_refused():
    assert refusal(read_camt, camt(camt_account(), "<Ntry>" + "<a>" * 100_000)).code == "too_deep"


def test_qif_with_endless_records_or_categories_is_refused():
    assert refusal(read_qif, "!Type:Bank\nD2024-01-02\n" + "Mx\n" * 10_000 + "^\n").code == "too_long"
    assert refusal(read_qif, "!Type:Bank\nD2024-01-02\nT1\nL" + "a:" * 10_000 + "\n^\n").code == "too_long"
    deep = read_qif("!Type:Bank\nD2024-01-02\nT1\nPX\nL" + "a:" * 480 + "b\n^\n")
    assert [item.amount for item in deep.items] == [1]


def test_qif_without_a_type_is_refused():
    assert refusal(read_qif, "D2024-01-02\nT1\n^\n").code == "unreadable"
