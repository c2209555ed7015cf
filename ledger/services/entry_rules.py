"""What an entry must be by itself, field by field."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.days import EARLIEST_DAY
from core.errors import FieldError
from core.fields import MONEY_PLACES, MOST_MONEY
from core.models import Account
from core.money import CURRENCIES, shortest
from ledger.models import BankImport, Category, Entry, RecurringEntry
from ledger.rules import MOST_TAGS
from ledger.search import tag_word

ZERO = Decimal(0)
TRANSFER = Entry.Kind.TRANSFER
LONGEST_TAG = 50
_AMOUNTS = ("amount", "account_amount", "to_amount", "fee")
_TEXTS = {"payee": 200, "description": 500, "note": 2000, "external_id": 200}  # as long as their columns


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryInput:
    """An entry as a person or a bank states it; see `Entry`. An empty currency means that of the account."""

    account: Account
    kind: str
    date: dt.date
    amount: Decimal
    currency: str = ""
    to_account: Account | None = None
    account_amount: Decimal | None = None
    to_amount: Decimal | None = None
    fee: Decimal = ZERO
    category: Category | None = None
    payee: str = ""
    description: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    external_id: str | None = None
    likeness: str | None = None
    likeness_no: int | None = None
    bank_import: BankImport | None = None
    recurring: RecurringEntry | None = None
    recurring_on: dt.date | None = None


def entry_errors(data: EntryInput, *, today: dt.date) -> list[FieldError]:
    """All that is wrong with one entry; its accounts and category are the person's own. today: the person's."""
    if data.kind not in Entry.Kind.values:
        return [FieldError("kind", "invalid_choice", f"{data.kind!r} is no kind of entry.")]
    unusable = [*_number_errors(data), *_text_errors(data), *tag_errors(data.tags)]
    if unusable:  # NaN cannot even be compared
        return unusable
    return [
        *_amount_errors(data),
        *_transfer_errors(data),
        *_currency_errors(data),
        *_category_errors(data),
        *day_errors(data, today=today),
    ]


def currency_of(data: EntryInput) -> str:
    return data.currency or data.account.currency


def tree_of(kind: str) -> str:
    """The kind of the categories that entries of a kind have; of a transfer its fee, which is an expense."""
    return Category.Kind.INCOME if kind == Entry.Kind.INCOME else Category.Kind.EXPENSE


def day_errors(data: EntryInput, *, today: dt.date) -> Iterator[FieldError]:
    if data.date < EARLIEST_DAY:
        yield FieldError("date", "before", f"Must not be before {EARLIEST_DAY}.")
    elif data.date > today:
        yield FieldError("date", "future", f"Must not be after today, {today}.")
    else:
        for account in filter(None, (data.account, data.to_account)):
            yield from account_day_errors(account, data.date)


def account_day_errors(account: Account, day: dt.date) -> Iterator[FieldError]:
    opened, closed = account.opened_on, account.closed_on
    if opened is not None and day < opened:
        yield FieldError("date", "account_not_open", f"Must not be before {account.name!r} opened, on {opened}.")
    elif closed is not None and day > closed:
        yield FieldError("date", "account_closed", f"Must not be after {account.name!r} closed, on {closed}.")


def _number_errors(data: EntryInput) -> Iterator[FieldError]:
    for name in _AMOUNTS:
        value = getattr(data, name)
        if value is None:
            continue
        if not value.is_finite() or abs(value) >= MOST_MONEY:
            yield FieldError(name, "max_value", f"Must be less than {MOST_MONEY:f}.")
        elif -int(shortest(value).as_tuple().exponent) > MONEY_PLACES:
            yield FieldError(name, "max_decimal_places", f"Must not have more than {MONEY_PLACES} decimals.")


def _text_errors(data: EntryInput) -> Iterator[FieldError]:
    for name, most in _TEXTS.items():
        if len(getattr(data, name) or "") > most:
            yield FieldError(name, "max_length", f"Must not have more than {most} characters.")


def tag_errors(tags: Sequence[str]) -> Iterator[FieldError]:
    if len(tags) > MOST_TAGS:
        yield FieldError("tags", "max_length", f"There can be at most {MOST_TAGS} tags.")
    for tag in tags:
        if not 1 <= len(tag) <= LONGEST_TAG:
            yield FieldError("tags", "max_length", f"A tag has 1 to {LONGEST_TAG} characters.")
        elif any(letter.isspace() for letter in tag):
            yield FieldError("tags", "space", f"A tag has no spaces inside: {tag!r}.")
        elif tag.startswith("#"):
            yield FieldError("tags", "hash", f"A tag is written without #: {tag!r}.")
    if len(set(map(tag_word, tags))) < len(tags):
        yield FieldError("tags", "unique", "Two of the tags are the same.")


def _amount_errors(data: EntryInput) -> Iterator[FieldError]:
    if data.amount == 0:
        yield FieldError("amount", "zero", "Must not be 0.")
    elif data.kind == TRANSFER and data.amount < 0:
        yield FieldError("amount", "min_value", "A transfer must be more than 0; the other direction is the other way.")
    if data.fee < 0:
        yield FieldError("fee", "min_value", "Must not be negative.")


def _transfer_errors(data: EntryInput) -> Iterator[FieldError]:
    if data.kind != TRANSFER:
        for name, value in (("to_account", data.to_account), ("to_amount", data.to_amount), ("fee", data.fee or None)):
            if value is not None:
                yield FieldError(name, "not_applicable", "Only a transfer has this.")
    elif data.to_account is None:
        yield FieldError("to_account", "required", "A transfer needs the account that it arrives in.")
    elif data.to_account.pk == data.account.pk:
        yield FieldError("to_account", "same_account", "A transfer goes to another account.")


def _currency_errors(data: EntryInput) -> Iterator[FieldError]:
    currency = currency_of(data)
    if currency not in CURRENCIES:
        yield FieldError("currency", "invalid_currency", f"{currency!r} is not an ISO 4217 currency code.")
    charged, arrived = data.account_amount, data.to_amount
    if charged is not None:
        yield from _other_amount_errors("account_amount", data.account, currency)
        if charged == 0 or (charged < 0) != (data.amount < 0):
            yield FieldError("account_amount", "sign", "Must not be 0 and must have the sign of the amount.")
    if arrived is not None and data.to_account is not None:
        yield from _other_amount_errors("to_amount", data.to_account, currency)
        if arrived <= 0:
            yield FieldError("to_amount", "min_value", "Must be more than 0.")


def _other_amount_errors(name: str, account: Account, currency: str) -> Iterator[FieldError]:
    if account.currency == currency:
        detail = f"{account.name!r} is in {currency} itself: the amount says it all."
        yield FieldError(name, "not_applicable", detail)


def _category_errors(data: EntryInput) -> Iterator[FieldError]:
    if data.category is not None and data.category.kind != tree_of(data.kind):
        wanted = tree_of(data.kind)
        detail = f"{data.category.name!r} is a category of {data.category.kind}s; this needs one of {wanted}s."
        yield FieldError("category", "wrong_kind", detail)
