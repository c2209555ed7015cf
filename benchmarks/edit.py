"""The figure of an edit: a transaction of last month is changed, and the history is fresh again."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from django.db import transaction

from analytics.history import TABLE as HISTORY
from analytics.models import SERIES, HistoryMark
from analytics.selectors import history_state
from benchmarks.maker import Portfolio
from benchmarks.report import Report
from benchmarks.textbook import rebuild as textbook
from benchmarks.textbook.copy import refuse_disagreement
from benchmarks.textbook.models import Trade
from benchmarks.timing import Work, alternate, median
from core.days import today_for
from core.packed import fetch_packed, upsert_packed
from portfolio.models import Transaction
from portfolio.services.transactions import TransactionInput, transaction_change


def edit_compare(name: str, portfolio: Portfolio, report: Report, *, runs: int) -> None:
    row = of_last_month(portfolio)
    trade = Trade.objects.get(user=portfolio.user, kind=row.kind, date=row.date, asset=row.asset, price=row.price)
    prices = ((row.price or 0) + Decimal(cents) / 100 for cents in count(1))
    ours, theirs = alternate(lambda: edit(row, next(prices)), lambda: textbook_edit(trade, next(prices)), runs=runs)
    report.compare(name, ours, theirs)
    last = next(prices)
    edit(row, last)
    textbook_edit(trade, last)
    refuse_disagreement(portfolio)
    report.above(f"{name}_floor", ours, median(edit_floor(row), runs=runs * 3))


def of_last_month(portfolio: Portfolio) -> Transaction:
    """A purchase of 30 days ago, or the last one before."""
    latest = today_for(portfolio.user) - timedelta(days=30)
    return next(row for row in reversed(portfolio.transactions) if row.kind == "buy" and row.date <= latest)


def edit(row: Transaction, price: Decimal) -> None:
    data = TransactionInput(
        account=row.account,
        asset=row.asset,
        kind=row.kind,
        date=row.date,
        quantity=row.quantity,
        price=price,
        fee=row.fee,
        currency=row.currency,
    )
    transaction_change(transaction=row, data=data)
    if not history_state(row.user).fresh:
        raise SystemExit("The history is not fresh after the edit.")


def textbook_edit(trade: Trade, price: Decimal) -> None:
    trade.price = price
    trade.save()
    textbook.history_rebuild(trade.user, today_for(trade.user))


def edit_floor(row: Transaction) -> Work:
    """The transaction written, and the rows of its year on: the same bytes with nothing computed."""
    columns = ", ".join(SERIES)
    sql = f"SELECT user_id, year, {columns} FROM {HISTORY} WHERE user_id = %s AND year >= %s"

    def floor() -> None:
        with transaction.atomic():
            Transaction.objects.filter(pk=row.pk).update(price=row.price)
            Transaction.objects.filter(user_id=row.user_id, asset=row.asset).values_list("id", flat=True)
        with transaction.atomic():
            stored = fetch_packed(sql, [row.user_id, row.date.year], arrays=len(SERIES))
            upsert_packed(HISTORY, ("user_id", "year"), SERIES, stored)
            HistoryMark.objects.filter(user_id=row.user_id).update(dirty_from=None)

    return floor
