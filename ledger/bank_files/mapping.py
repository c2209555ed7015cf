"""Which column of a bank's CSV says what: as a person told it, or as the names of the columns suggest.

As JSON, columns by their names (of a file without header by their numbers, "1" is the first):

    {"header": true, "date": "Date", "date_format": "DMY", "amount": "Amount", "invert": false, "debit": "",
     "credit": "", "marker": "", "decimal": ".", "description": ["Narration"], "payee": "", "external_id": "",
     "balance": "Balance", "currency": ""}

Either `amount`, of which money that came in is positive (`invert`: the other way round; `marker`: a column that says
Dr or Cr), or `debit` and `credit`. `date_format` (DMY, MDY, YMD) and `decimal` are found out where they are not told;
of QIF, which has no columns, these two alone can be told.
"""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from ledger.bank_files.amounts import MARKS
from ledger.bank_files.dates import ORDERS

COLUMNS = ("date", "amount", "debit", "credit", "marker", "payee", "external_id", "balance", "currency")
LONGEST_NAME = 200
_NAMES: Dict[str, tuple[str, ...]] = {
    "date": (
        "date", "transaction date", "txn date", "tran date", "posting date", "posted date", "post date", "booking date",
        "value date", "value dt", "trans date", "trans. date", "date posted", "buchungstag", "buchungsdatum",
        "completed date", "started date",
    ),
    "amount": (
        "amount", "transaction amount", "txn amount", "amount (inr)", "amount (usd)", "amount (eur)", "amount(inr)",
        "amount inr", "amount usd", "amt", "value", "betrag", "net amount",
    ),
    "debit": (
        "debit", "withdrawal", "withdrawals", "withdrawal amt", "withdrawal amount", "withdrawal amount (inr)",
        "debit amount", "withdrawal amount (inr )", "paid out", "money out", "dr", "dr amount", "debits",
        "withdrawal(dr)", "soll",
    ),
    "credit": (
        "credit", "deposit", "deposits", "deposit amt", "deposit amount", "deposit amount (inr)", "credit amount",
        "deposit amount (inr )", "paid in", "money in", "cr", "cr amount", "credits", "deposit(cr)", "haben",
    ),
    "marker": ("dr/cr", "cr/dr", "dr / cr", "cr / dr", "debit/credit", "credit/debit", "drcr", "crdr", "type dr/cr"),
    "payee": ("payee", "merchant", "beneficiary", "beneficiary name", "counterparty", "counterparty name"),
    "external_id": ("transaction id", "txn id", "fitid", "unique id", "external_id", "external id"),
    "balance": (
        "balance", "closing balance", "running balance", "available balance", "balance (inr)", "balance(inr)",
        "balance (inr )", "bal", "balance amount", "account balance", "saldo",
    ),
    "currency": ("currency", "ccy", "currency code", "waehrung", "währung"),
    "description": (
        "description", "narration", "particulars", "details", "transaction details", "transaction remarks", "remarks",
        "memo", "transaction description", "original description", "verwendungszweck", "reference text",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """See the module. An empty name: there is no such column."""

    date: str = ""
    header: bool = True
    date_format: str = ""
    amount: str = ""
    invert: bool = False
    debit: str = ""
    credit: str = ""
    marker: str = ""
    decimal: str = ""
    description: tuple[str, ...] = ()
    payee: str = ""
    external_id: str = ""
    balance: str = ""
    currency: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that the file must have."""
        return tuple(name for name in (*(getattr(self, column) for column in COLUMNS), *self.description) if name)

    def as_json(self) -> dict[str, Any]:
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}


class MappingError(ValueError):
    """What is wrong with a mapping, and with which part of it."""

    def __init__(self, part: str | None, detail: str) -> None:
        super().__init__(detail)
        self.part = part


def mapping_of(document: Any, *, columns: bool = True) -> Mapping:
    """Of JSON; MappingError where it is none. columns: it must say what a CSV file can be read by."""
    if not isinstance(document, dict):
        raise MappingError(None, "Must be an object of columns by what they say.")
    known = {one.name for one in fields(Mapping)}
    for name in document:
        if name not in known:
            raise MappingError(str(name)[:100], "There is no such field.")
    mapping = Mapping(**{name: _checked(name, value) for name, value in document.items()})
    if columns:
        _check(mapping)
    return mapping


def canonical(name: str) -> str:
    """A column's name as it is compared."""
    return " ".join(name.split()).strip(" .:*").casefold()


def guessed(header: Sequence[str]) -> dict[str, Any]:
    """What the names suggest, which may be too little to read anything by."""
    by_name = {canonical(name): name for name in reversed(header) if name}
    found: dict[str, Any] = {
        column: next((by_name[name] for name in names if name in by_name), "") for column, names in _NAMES.items()
    }
    found["description"] = [found["description"]] if found["description"] else []
    if found["debit"] and found["credit"]:
        found["amount"] = found["marker"] = ""
    elif found["amount"]:
        found["debit"] = found["credit"] = ""
    return found


def is_enough(found: Dict[str, Any]) -> bool:
    """To read a file by."""
    return bool(found["date"] and (found["amount"] or (found["debit"] and found["credit"])))


def _checked(name: str, value: Any) -> Any:
    if name in ("header", "invert"):
        if not isinstance(value, bool):
            raise MappingError(name, "Must be true or false.")
        return value
    if name == "description":
        return tuple(_name(name, one) for one in ([value] if isinstance(value, str) else _list(value)) if one)
    if value is None:
        return ""
    return _choice(name, value) if name in _CHOICES else _name(name, value)


_CHOICES: Dict[str, tuple[str, ...]] = {"date_format": ORDERS, "decimal": tuple(sorted(MARKS))}


def _choice(name: str, value: Any) -> str:
    if value != "" and value not in _CHOICES[name]:
        raise MappingError(name, f"Must be one of {' '.join(_CHOICES[name])}, or empty.")
    return str(value)


def _name(part: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise MappingError(part, f"Must be the name of a column, of at most {LONGEST_NAME} characters.")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > 20:
        raise MappingError("description", "Must be a column, or a list of at most 20.")
    return value


def _check(mapping: Mapping) -> None:
    if not mapping.date:
        raise MappingError("date", "Must name the column with the days.")
    if bool(mapping.amount) == bool(mapping.debit or mapping.credit):
        raise MappingError("amount", "Must be named, or else debit and credit; not both.")
    if not mapping.amount and not (mapping.debit and mapping.credit):
        missing = "credit" if mapping.debit else "debit"
        raise MappingError(missing, "Debit and credit are named together.")
    if mapping.marker and not mapping.amount:
        raise MappingError("marker", "Says what an amount is; debit and credit say it themselves.")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
