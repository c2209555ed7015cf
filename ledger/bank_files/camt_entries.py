"""One entry of a camt statement: a row, or one for each of the payments that were booked together."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element

from ledger.bank_files.amounts import AmountError, plain_amount
from ledger.bank_files.items import (
    LONGEST_DESCRIPTION,
    LONGEST_PAYEE,
    Item,
    Row,
    Skipped,
    Warned,
    shortened,
)

_SIGNS = {"CRDT": 1, "DBIT": -1}
_NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NONREF", "NONE"})


class CamtProblem(ValueError):
    """What is wrong with an entry; `column` is what it says of a row."""

    def __init__(self, column: str, detail: str) -> None:
        super().__init__(detail)
        self.column = column


def entry_rows(line: int, entry: Element) -> Iterator[Item]:
    """A reversal (RvslInd) needs nothing of its own: its CdtDbtInd says already where the money went."""
    amount, currency = signed_amount(entry)
    day = _day(entry)
    if not amount:
        yield Skipped(line, "Has an amount of 0.")
        return
    details = entry.findall("NtryDtls/TxDtls")
    parts = [_part(detail, amount, currency) for detail in details] if len(details) > 1 else []
    if parts and None not in parts and sum(part for part in parts if part) == amount:
        for detail, part in zip(details, parts, strict=True):
            if part:
                yield _row(line, (day, part, currency), (detail,), entry)
        return
    if any(parts):
        yield Warned(line, "amount", "The payments in it do not add up to its amount; it is one row.", "batch_unclear")
    yield _row(line, (day, amount, currency), details[:1] if len(details) == 1 else (), entry)


def signed_amount(element: Element, *, column: str = "amount") -> tuple[Decimal, str]:
    """The Amt of an element by its CdtDbtInd, and its currency."""
    sign = _SIGNS.get(text_of(element, "CdtDbtInd"))
    if sign is None:
        raise CamtProblem(column, "CdtDbtInd says neither CRDT nor DBIT.")
    node = element.find("Amt")
    return _amount(node, column) * sign, "" if node is None else node.get("Ccy", "").upper()


def text_of(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def first(element: Element, paths: Sequence[str]) -> str:
    return next((text for path in paths if (text := text_of(element, path))), "")


def _row(line: int, what: tuple[date, Decimal, str], details: Sequence[Element], entry: Element) -> Row:
    """details: of the payment, where it is one; what they leave open the entry says."""
    day, amount, currency = what
    sources = (*details, entry)
    return Row(
        line=line,
        date=day,
        amount=amount,
        currency=currency,
        payee=shortened(_payee(details, amount), LONGEST_PAYEE),
        description=shortened(_description(sources), LONGEST_DESCRIPTION),
        external_id=_reference(details, entry, is_whole=amount == signed_amount(entry)[0]),
    )


def _payee(details: Sequence[Element], amount: Decimal) -> str:
    """The other side: who was paid, or who did."""
    other = "Cdtr" if amount < 0 else "Dbtr"
    paths = tuple(f"RltdPties/{role}/{name}" for role in (other, f"Ultmt{other}") for name in ("Nm", "Pty/Nm"))
    return next((name for detail in details if (name := first(detail, paths))), "")


def _description(sources: Sequence[Element]) -> str:
    for source in sources:
        told = [(node.text or "").strip() for node in source.findall("RmtInf/Ustrd")]
        told += [(node.text or "").strip() for node in source.findall("RmtInf/Strd/CdtrRefInf/Ref")]
        if text := " ".join(filter(None, told)) or first(source, ("AddtlTxInf", "AddtlNtryInf")):
            return text
    return ""


def _reference(details: Sequence[Element], entry: Element, *, is_whole: bool) -> str:
    """What the bank calls it, else what the payer did. NtryRef is none: many banks count the entries of a statement
    by it, so that each statement has a 1. The reference of a batch is not that of a payment in it."""
    paths = [(detail, path) for detail in details for path in ("Refs/AcctSvcrRef", "Refs/EndToEndId")]
    if is_whole:
        paths.insert(0, (entry, "AcctSvcrRef"))
    found = (text_of(element, path) for element, path in paths)
    return next((text for text in found if text.upper() not in _NO_REFERENCE), "")


def _part(detail: Element, whole: Decimal, currency: str) -> Decimal | None:
    """What a payment of a batch is of it; None where that is not told in the currency of the entry."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        node = detail.find(path)
        if node is not None and node.get("Ccy", currency).upper() == currency:
            sign = _SIGNS.get(text_of(detail, "CdtDbtInd"), 1 if whole > 0 else -1)
            return _amount(node, "amount") * sign
    return None


def _amount(node: Element | None, column: str) -> Decimal:
    try:
        return plain_amount("" if node is None else (node.text or "").strip())
    except AmountError as error:
        raise CamtProblem(column, str(error)) from error


def _day(entry: Element) -> date:
    day = first(entry, ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"))[:10]
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise CamtProblem("date", f"{day!r} is not a day like 2024-01-31.") from error
