"""Writes of what a person says to a proposed dividend: they record it, or it was none of theirs."""

import datetime as dt
from decimal import Decimal

from django.db import transaction as database

from core.errors import Conflict, InvalidInput
from core.locks import person_lock
from core.models import Account, User
from core.money import plain
from portfolio.books.events import ZERO
from portfolio.dividends import Proposal, dividends_proposed
from portfolio.models import Dividend, DividendAnswer, Transaction
from portfolio.services.transactions import TransactionInput, transaction_record

EARLY = dt.timedelta(days=60)
"""Before the ex-date: a special dividend may be paid out earlier."""


@database.atomic
def dividend_record(
    *,
    user: User,
    dividend: Dividend,
    account: Account,
    date: dt.date | None = None,
    amount: Decimal | None = None,
    tax: Decimal = ZERO,
) -> Transaction:
    """Enter the dividend, on its ex-date and as it was declared where nothing else is said.

    What was recorded before is returned, unless it says something else; what was dismissed may be recorded after all.
    """
    person_lock(user.pk)
    answer = _answer(user, dividend, account)
    if answer is not None and answer.transaction is not None:
        _refuse_other(answer.transaction, date=date, amount=amount, tax=tax)
        return answer.transaction
    if answer is not None:
        answer.delete()
    row = transaction_record(
        user=user, data=_input(_proposal(user, dividend, account), date=date, amount=amount, tax=tax)
    )
    DividendAnswer.objects.create(user=user, dividend=dividend, account=account, transaction=row)
    return row


@database.atomic
def dividend_dismiss(*, user: User, dividend: Dividend, account: Account) -> None:
    """It is proposed no more. Whoever recorded it deletes the transaction instead."""
    person_lock(user.pk)
    answer = _answer(user, dividend, account)
    if answer is None:
        _proposal(user, dividend, account)
        DividendAnswer.objects.create(user=user, dividend=dividend, account=account)
    elif answer.transaction is not None:
        raise Conflict("This dividend is recorded: delete its transaction instead.", code="already_recorded")


def _refuse_other(row: Transaction, *, date: dt.date | None, amount: Decimal | None, tax: Decimal) -> None:
    """A correction that came this way would be lost without a word."""
    is_same = date in (None, row.date) and tax in (ZERO, row.tax) and amount in (None, row.amount)
    if not is_same:
        detail = f"This dividend is recorded otherwise: change transaction {row.pk} instead."
        raise Conflict(detail, code="already_recorded")


def _answer(user: User, dividend: Dividend, account: Account) -> DividendAnswer | None:
    rows = DividendAnswer.objects.filter(user=user, dividend=dividend, account=account)
    return rows.select_related("transaction__asset", "transaction__account").first()


def _proposal(user: User, dividend: Dividend, account: Account) -> Proposal:
    proposed = dividends_proposed(user, assets=[dividend.asset_id], accounts=[account.pk])
    for proposal in proposed:
        if proposal.dividend.pk == dividend.pk:
            return proposal
    raise Conflict(
        f"Nothing is proposed here: nothing was held in {account.name} before {dividend.ex_date}, or a dividend of "
        "about that day is entered already.",
        code="not_proposed",
    )


def _input(proposal: Proposal, *, date: dt.date | None, amount: Decimal | None, tax: Decimal) -> TransactionInput:
    dividend, asset = proposal.dividend, proposal.asset
    is_as_declared = amount is None
    if is_as_declared and dividend.currency != asset.currency:
        detail = f"It is declared in {dividend.currency}: say what was paid in {asset.currency}."
        raise InvalidInput(detail, attr="amount", code="required")
    _refuse_impossible(proposal, date=date, amount=amount, tax=tax)
    return TransactionInput(
        account=proposal.account,
        asset=asset,
        kind=Transaction.Kind.DIVIDEND,
        date=date or dividend.ex_date,
        quantity=proposal.quantity if is_as_declared else None,
        price=dividend.amount if is_as_declared else None,
        amount=amount,
        tax=tax,
        currency=asset.currency,
        external_id=_external_id(proposal),
    )


def _refuse_impossible(proposal: Proposal, *, date: dt.date | None, amount: Decimal | None, tax: Decimal) -> None:
    earliest = proposal.dividend.ex_date - EARLY
    if date is not None and date < earliest:
        raise InvalidInput(f"Must not be before {earliest}: it was declared for {earliest + EARLY}.", attr="date")
    gross = proposal.amount if amount is None else amount
    if tax > gross:
        raise InvalidInput(f"Must not be more than the dividend, {plain(gross)}.", attr="tax")


def _external_id(proposal: Proposal) -> str:
    """Made of facts, which mean the same after an export and an import into another database.

    Where another account had the name when it recorded the dividend, the own id makes the difference.
    """
    account = proposal.account
    facts = f"dividend:{proposal.asset.symbol}:{proposal.dividend.ex_date}:{account.name}"
    is_taken = Transaction.objects.filter(user=account.user_id, external_id=facts).exists()
    return f"{facts}:{account.pk}" if is_taken else facts
