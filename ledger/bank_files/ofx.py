"""OFX and QFX, version 1 (SGML) and 2 (XML), a transaction at a time.

The library makes tags of the text; it is given a transaction or what is between two of them, never the whole file, so
that neither memory nor time grows beyond reason whatever is in it. Declarations (entities, DTDs) are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import IO

from bankfile.normalize import parse_date
from bankfile.ofx.header import read_header
from bankfile.ofx.sgml import Node, parse_tags

from ledger.bank_files.amounts import AmountError, plain_amount
from ledger.bank_files.items import (
    LONGEST_DESCRIPTION,
    LONGEST_PAYEE,
    BankFile,
    Format,
    Item,
    Problem,
    Refused,
    Row,
    Skipped,
    StatedBalance,
    Statement,
    Warned,
    shortened,
)
from ledger.bank_files.texts import UNUSABLE, encoding_of, is_in, opened

_ENCODINGS = frozenset({"utf-8", "cp1252", "iso8859-1", "iso-8859-1", "latin-1", "ascii"})
_HEAD = 16 * 1024
_BLOCK = 64 * 1024
LONGEST_PART = 1024**2
LONGEST_TRANSACTION = 64 * 1024
MOST_STATEMENTS = 1000
MOST_CDATA = 100
_BEGINS = re.compile(r"<STMTTRN>", re.IGNORECASE)
_ENDS = re.compile(r"</STMTTRN>|(?=<STMTTRN>|</BANKTRANLIST>)", re.IGNORECASE)
_STATEMENT = re.compile(r"<(?:CC|INV)?STMTRS>", re.IGNORECASE)
_ACCOUNTS = ("BANKACCTFROM", "CCACCTFROM", "INVACCTFROM")


@dataclass(frozen=True, slots=True)
class _Part:
    """Of the text: one transaction, or what is between two."""

    line: int
    text: str
    is_transaction: bool


class TagProblem(ValueError):
    """What is wrong with the value of a tag; `column` is what it says of a row."""

    def __init__(self, column: str, detail: str) -> None:
        super().__init__(detail)
        self.column = column


def ofx_file(file: IO[bytes]) -> BankFile:
    encoding = _encoding(file)
    return BankFile(Format.OFX, encoding, _items(file, encoding))


def _encoding(file: IO[bytes]) -> str:
    """What the head says, if the file is really in it."""
    file.seek(0)
    head = file.read(_HEAD)
    begin = head.upper().find(b"<OFX>")
    if begin >= 0:
        told = read_header(head[: begin + len(b"<OFX>")]).encoding
        if told.lower() in _ENCODINGS and is_in(file, told):
            return told
    return encoding_of(file)


def _items(file: IO[bytes], encoding: str) -> Iterator[Item]:
    found = False
    currency = ""
    for part in _parts(file, encoding):
        if part.is_transaction:
            yield _transaction(part, currency)
            continue
        for number, (line, text) in enumerate(_split(part)):
            root = _tags(line, text)
            if number:
                found, currency = True, _text(root, "CURDEF").upper()
                yield Statement(line, _account(root), currency)
            yield from _balance(line, root)
    if not found:
        raise Refused("The file has no statement of an account.", code="no_statement")


def _split(part: _Part) -> Iterator[tuple[int, str]]:
    """What belongs to the statement before, and each statement that begins here."""
    if part.text.upper().count("STMTRS>") > MOST_STATEMENTS:
        raise Refused("Has too many statements to be of a bank.", line=part.line, code="too_long")
    ends = [0, *(match.start() for match in _STATEMENT.finditer(part.text)), len(part.text)]
    for begin, end in pairwise(ends):
        yield part.line + part.text.count("\n", 0, begin), part.text[begin:end]


def _transaction(part: _Part, currency: str) -> Item:
    node = _tags(part.line, part.text)
    try:
        return _row(part.line, node, currency)
    except TagProblem as problem:
        return Problem(part.line, problem.column, str(problem))


def _row(line: int, node: Node, currency: str) -> Item:
    day, amount = _day(node, "DTPOSTED", "date"), _amount(node, "TRNAMT", "amount")
    if not amount:
        return Skipped(line, "Has an amount of 0.")
    payee, memo = _text(node, "NAME"), _text(node, "MEMO")
    other = node.find("CURRENCY")
    return Row(
        line=line,
        date=day,
        amount=amount,
        currency=((_text(other, "CURSYM") if other else "") or currency).upper(),
        payee=shortened(payee, LONGEST_PAYEE),
        description=shortened(memo, LONGEST_DESCRIPTION),
        external_id=_text(node, "FITID"),
    )


def _balance(line: int, root: Node) -> Iterator[Item]:
    node = root.find("LEDGERBAL")
    if node is None:
        return
    try:
        yield StatedBalance(line, _day(node, "DTASOF", "balance"), _amount(node, "BALAMT", "balance"))
    except TagProblem as problem:
        yield Warned(line, "balance", f"The balance is not taken: {problem}", "balance_unclear")


def _account(root: Node) -> str:
    for tag in _ACCOUNTS:
        if node := root.find(tag):
            return shortened(_text(node, "ACCTID"), LONGEST_PAYEE)
    return ""


def _text(node: Node, tag: str) -> str:
    """Empty where there is none. A tag may also name by its number what is no letter: `&#0;`, `&#xD800;`."""
    return UNUSABLE.sub("\N{REPLACEMENT CHARACTER}", node.text(tag) or "")


def _day(node: Node, tag: str, column: str) -> date:
    text = _text(node, tag)
    day, warnings = parse_date(text, field=tag)
    if day is None or warnings:
        raise TagProblem(column, f"{tag} {text[:40]!r} is not a day like 20240131.")
    return day


def _amount(node: Node, tag: str, column: str) -> Decimal:
    try:
        return plain_amount(_text(node, tag))
    except AmountError as error:
        raise TagProblem(column, f"{tag}: {error}") from error


def _tags(line: int, text: str) -> Node:
    if text.count("<![CDATA[") > MOST_CDATA or "<!" in text.replace("<![CDATA[", ""):
        raise Refused("Has a declaration or a comment, which no bank writes.", line=line, code="declaration")
    return parse_tags(text)[0]


def _parts(file: IO[bytes], encoding: str) -> Iterator[_Part]:
    """In their order, from the first tag on. Refuses a file that ends before its end."""
    line, rest, is_transaction = 1, "", False
    with opened(file, encoding) as text:
        while block := text.read(_BLOCK):
            rest += block
            while (found := _next(rest, is_transaction)) is not None:
                yield _Part(line, rest[:found], is_transaction)
                line += rest.count("\n", 0, found)
                rest, is_transaction = rest[found:], not is_transaction
            if len(rest) > (LONGEST_TRANSACTION + _BLOCK if is_transaction else LONGEST_PART):
                raise Refused("Is too long from here on to be of a bank.", line=line, code="too_long")
    if is_transaction or "</OFX>" not in rest.upper():
        raise Refused("The file ends before its end; was it cut?", line=line + rest.count("\n"), code="cut")
    yield _Part(line, rest, is_transaction=False)


def _next(text: str, is_transaction: bool) -> int | None:
    """Where a transaction ends, or the next begins."""
    if is_transaction:
        match = _ENDS.search(text, 1)
        return match.end() if match else None
    match = _BEGINS.search(text)
    return match.start() if match else None
