"""What a transaction must be by itself, field by field, before the books see it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from core.days import EARLIEST_DAY
from core.errors import FieldError
from core.models import Account
from core.money import CURRENCIES, LARGEST, shortest
from portfolio.books.events import ZERO, gross_of
from portfolio.models import Asset, Transaction

DECIMAL_PLACES = 18
AGREEMENT = Decimal("0.01")
"""quantity × price and a stated amount may differ by this fraction: brokers round the price that they print."""
NOT_HELD = frozenset({Asset.Class.INDEX, Asset.Class.FX})
_NUMBERS = ("quantity", "price", "amount", "fee", "tax", "fx_rate")
_TEXTS = {"note": 500, "external_id": 200}  # as long as their columns


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionInput:
    """A transaction as a person states it; amounts are in `currency`, which is the asset's where it is left empty.

    amount: the gross value, before `fee` and `tax`. Without an asset, an empty currency means the account's.
    """

    account: Account
    asset: Asset | None
    kind: str
    date: dt.date
    time: dt.time | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    fee: Decimal = ZERO
    tax: Decimal = ZERO
    amount: Decimal | None = None
    currency: str = ""
    fx_rate: Decimal | None = None
    note: str = ""
    external_id: str | None = None


class Need(Enum):
    REQUIRED = "required"
    OPTIONAL = "optional"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class KindRule:
    """What a kind of transaction is made of.

    is_valued: its gross value must be known, from the amount or from quantity × price.
    """

    asset: Need
    quantity: Need = Need.REFUSED
    price: Need = Need.REFUSED
    amount: Need = Need.REFUSED
    is_valued: bool = False


_TRADE = KindRule(Need.REQUIRED, Need.REQUIRED, price=Need.OPTIONAL, amount=Need.OPTIONAL, is_valued=True)
_CHARGE = KindRule(Need.OPTIONAL, amount=Need.REQUIRED)
_MONEY = KindRule(Need.REFUSED, amount=Need.REQUIRED)
RULES = {
    "buy": _TRADE,
    "sell": _TRADE,
    "transfer_in": replace(_TRADE, is_valued=False),
    "transfer_out": KindRule(Need.REQUIRED, Need.REQUIRED),
    "dividend": replace(_TRADE, quantity=Need.OPTIONAL),
    "interest": _CHARGE,
    "fee": _CHARGE,
    "tax": _CHARGE,
    "deposit": _MONEY,
    "withdrawal": _MONEY,
}


def transaction_errors(data: TransactionInput, *, today: dt.date) -> list[FieldError]:
    """All that is wrong with one transaction by itself; its account and asset are the person's own or shared."""
    if data.kind not in RULES:
        return [FieldError("kind", "invalid_choice", f"{data.kind!r} is no kind of transaction.")]
    unusable = [*_number_errors(data), *_text_errors(data)]
    if unusable:  # NaN cannot even be compared
        return unusable
    rule = RULES[data.kind]
    return [
        *_need_errors(data, rule),
        *_value_errors(data, rule),
        *_currency_errors(data),
        *_day_errors(data, today),
    ]


def _number_errors(data: TransactionInput) -> Iterator[FieldError]:
    for name in _NUMBERS:
        value: Decimal | None = getattr(data, name)
        problem = None if value is None else number_problem(value)
        if problem:
            yield FieldError(name, *problem)


def number_problem(value: Decimal) -> tuple[str, str] | None:
    """(code, detail) where `value` is no number, or negative, or too large or too fine to be kept."""
    if not value.is_finite():
        return "invalid", "A valid number is required."
    if value < 0:
        return "min_value", "Must not be negative."
    if value > LARGEST:
        return "max_value", f"Must not be more than {LARGEST:f}."
    if _places(value) > DECIMAL_PLACES and _places(shortest(value)) > DECIMAL_PLACES:
        return "max_decimal_places", f"Must not have more than {DECIMAL_PLACES} decimal places."
    return None


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _text_errors(data: TransactionInput) -> Iterator[FieldError]:
    for name, longest in _TEXTS.items():
        text: str = getattr(data, name) or ""
        if len(text) > longest:
            yield FieldError(name, "max_length", f"Must not have more than {longest} characters.")
        if "\0" in text:
            yield FieldError(name, "invalid", "A text cannot have a NUL character.")


def _need_errors(data: TransactionInput, rule: KindRule) -> Iterator[FieldError]:
    for name in ("asset", "quantity", "price", "amount"):
        need: Need = getattr(rule, name)
        is_given = getattr(data, name) is not None
        if need is Need.REQUIRED and not is_given:
            yield FieldError(name, "required", f"A {data.kind} needs its {name}.")
        if need is Need.REFUSED and is_given:
            yield FieldError(name, "not_applicable", f"A {data.kind} has no {name}.")
    if data.asset is not None and data.asset.asset_class in NOT_HELD:
        yield FieldError("asset", "not_held", f"{data.asset.symbol} is a rate or an index, which nobody can hold.")


def _value_errors(data: TransactionInput, rule: KindRule) -> Iterator[FieldError]:
    for name in ("quantity", "price", "fx_rate"):
        if getattr(data, name) == 0:
            yield FieldError(name, "min_value", "Must be more than 0.")
    if data.amount == 0 and data.kind not in Transaction.TRADES:
        yield FieldError("amount", "min_value", "Must be more than 0.")
    if data.quantity is not None and data.price is not None:
        yield from _gross_errors(gross_of(data.quantity, data.price), data.amount)
    elif rule.is_valued and data.amount is None:
        name = "price" if rule.quantity is Need.REQUIRED else "amount"
        yield FieldError(name, "required", f"A {data.kind} needs its price or its amount.")


def _gross_errors(gross: Decimal, amount: Decimal | None) -> Iterator[FieldError]:
    if gross > LARGEST:
        yield FieldError("price", "max_value", f"quantity × price must not be more than {LARGEST:f}.")
    elif amount is not None and abs(gross - amount) > AGREEMENT * max(gross, amount):
        yield FieldError(
            "amount", "contradiction", f"Must agree with quantity × price, which is {gross.normalize():f}."
        )


def _currency_errors(data: TransactionInput) -> Iterator[FieldError]:
    currency = currency_of(data)
    if data.asset is not None and currency != data.asset.currency:
        detail = f"Wrong currency: amounts of {data.asset.symbol} are in {data.asset.currency}."
        yield FieldError("currency", "wrong_currency", detail)
    elif currency not in CURRENCIES:
        yield FieldError("currency", "invalid_currency", f"{currency!r} is not an ISO 4217 currency code.")
    if data.fx_rate is not None and currency == data.account.currency:
        yield FieldError("fx_rate", "not_applicable", f"The account is in {currency} itself: there is no rate.")


def currency_of(data: TransactionInput) -> str:
    return data.currency or (data.account if data.asset is None else data.asset).currency


def _day_errors(data: TransactionInput, today: dt.date) -> Iterator[FieldError]:
    opened, closed = data.account.opened_on, data.account.closed_on
    if data.date < EARLIEST_DAY:
        yield FieldError("date", "before", f"Must not be before {EARLIEST_DAY}.")
    elif data.date > today:
        yield FieldError("date", "future", f"Must not be after today, {today}.")
    elif opened is not None and data.date < opened:
        yield FieldError("date", "account_not_open", f"Must not be before the account opened, on {opened}.")
    elif closed is not None and data.date > closed:
        yield FieldError("date", "account_closed", f"Must not be after the account closed, on {closed}.")
