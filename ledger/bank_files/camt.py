"""camt.053 (and .052): the XML statement of ISO 20022, an entry at a time."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import IO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from ledger.bank_files.camt_entries import CamtProblem, entry_rows, first, signed_amount, text_of
from ledger.bank_files.items import (
    LONGEST_PAYEE,
    BankFile,
    Format,
    Item,
    Problem,
    Refused,
    Skipped,
    StatedBalance,
    Statement,
    Warned,
    shortened,
)

_BLOCK = 64 * 1024
_WHOLE = frozenset({"Acct", "Bal", "Ntry"})
"""Elements that are read when they are whole; what is beside them is forgotten at once."""
_STATEMENTS = frozenset({"Stmt", "Rpt"})
DEEPEST = 60
_CLOSING, _OPENING = "CLBD", ("OPBD", "PRCD")


class _Target:
    """What the parser tells: whole elements, and the ends of statements, each with the line on which it began."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str, Element | None]] = []
        self.parser: DefusedXMLParser | None = None
        self._depth = 0
        self._builder: TreeBuilder | None = None
        self._opened = (0, "", 0)

    @property
    def line(self) -> int:
        return self.parser.parser.CurrentLineNumber if self.parser else 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Refused("Is nested too deeply to be of a bank.", line=self.line, code="too_deep")
        name = tag.rpartition("}")[2]
        if self._builder is None and name in _WHOLE:
            self._builder, self._opened = TreeBuilder(), (self._depth, name, self.line)
        if self._builder is not None:
            self._builder.start(name, attributes)

    def data(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if self._builder is not None:
            self._builder.end(name)
            depth, opened, line = self._opened
            if depth == self._depth:
                self.found.append((line, opened, self._builder.close()))
                self._builder = None
        elif name in _STATEMENTS:
            self.found.append((self.line, name, None))
        self._depth -= 1

    def close(self) -> None:
        pass


class _Reading:
    """The statement that is being read: whose it is, and whether its entries lead from its opening to its closing."""

    def __init__(self) -> None:
        self.found = False
        self._begin()

    def _begin(self) -> None:
        self._opening: Decimal | None = None
        self._closing: Decimal | None = None
        self._sum = Decimal(0)

    def items(self, line: int, name: str, element: Element | None) -> Iterator[Item]:
        try:
            if element is None:
                yield from self._end(line)
            elif name == "Acct":
                self.found = True
                yield _statement(line, element)
            elif name == "Bal":
                yield from self._balance(line, element)
            else:
                yield from self._entry(line, element)
        except CamtProblem as problem:
            yield Problem(line, problem.column, str(problem))

    def _balance(self, line: int, element: Element) -> Iterator[Item]:
        kind = text_of(element, "Tp/CdOrPrtry/Cd")
        if kind in _OPENING:
            self._opening = signed_amount(element, column="balance")[0]
        elif kind == _CLOSING:
            self._closing = signed_amount(element, column="balance")[0]
            yield StatedBalance(line, _day_of(element), self._closing)

    def _entry(self, line: int, element: Element) -> Iterator[Item]:
        status = text_of(element, "Sts/Cd") or text_of(element, "Sts") or "BOOK"
        if status != "BOOK":
            yield Skipped(line, f"Is not booked yet ({status[:20]}).")
            return
        self._sum += signed_amount(element)[0]
        yield from entry_rows(line, element)

    def _end(self, line: int) -> Iterator[Item]:
        if self._opening is not None and self._closing is not None and self._opening + self._sum != self._closing:
            detail = f"The entries lead from {self._opening} to {self._opening + self._sum}, not to {self._closing}."
            yield Warned(line, "balance", f"{detail} Were some cut out?", "balance_gap")
        self._begin()


def camt_file(file: IO[bytes]) -> BankFile:
    return BankFile(Format.CAMT, "utf-8", _items(file))


def _items(file: IO[bytes]) -> Iterator[Item]:
    target = _Target()
    target.parser = DefusedXMLParser(target=target, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    reading = _Reading()
    file.seek(0)
    while block := file.read(_BLOCK):
        yield from _fed(target, reading, block)
    yield from _fed(target, reading, None)
    if not reading.found:
        raise Refused("The file has no statement of an account.", code="no_statement")


def _fed(target: _Target, reading: _Reading, block: bytes | None) -> Iterator[Item]:
    """What a block of the file brings; None is the end."""
    parser = target.parser
    if parser is None:
        raise ValueError("The target has no parser.")
    try:
        parser.close() if block is None else parser.feed(block)
    except ParseError as error:
        line = error.position[0]
        raise Refused(f"From line {line} on this is no whole XML; was the file cut?", line=line, code="cut") from error
    except DefusedXmlException as error:
        raise Refused("Has a declaration, which no bank writes.", line=target.line, code="declaration") from error
    found, target.found = target.found, []
    for line, name, element in found:
        yield from reading.items(line, name, element)


def _statement(line: int, account: Element) -> Statement:
    number = text_of(account, "Id/IBAN") or text_of(account, "Id/Othr/Id")
    return Statement(line, shortened(number, LONGEST_PAYEE), text_of(account, "Ccy").upper())


def _day_of(element: Element) -> date:
    day = first(element, ("Dt/Dt", "Dt/DtTm", "Dt"))[:10]
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise CamtProblem("balance", f"{day!r} is not a day like 2024-01-31.") from error
