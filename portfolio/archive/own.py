"""What a person did and plans with assets, and what follows from it once it is in the database."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from core import background
from core.archive.exporting import Export
from core.archive.people import OWNER
from core.archive.tables import Table
from core.archive.taking import Taking
from core.days import latest_today
from core.errors import FieldError, InvalidInput
from core.models import Account
from portfolio.archive.catalogue import asset_of
from portfolio.books.events import BooksError
from portfolio.models import Benchmark, DividendAnswer, Instalment, InvestmentPlan, Transaction
from portfolio.services.books import books_project
from portfolio.services.instalments import parts_of
from portfolio.services.transaction_rules import NOT_HELD, TransactionInput, number_problem, transaction_errors
from portfolio.signals import benchmark_chosen

_STATED = (
    "kind", "date", "time", "quantity", "price", "fee", "tax", "amount", "currency", "fx_rate", "note", "external_id",
)  # fmt: skip
_OF_PLAN = ("amount", "fee", "tax_rate")


def own_tables() -> tuple[Table, ...]:
    return (
        Table(
            name="transactions",
            about="What you bought, sold, received and paid: all that holdings and gains are made of.",
            model=Transaction,
            rows=lambda export: Transaction.objects.filter(user=export.person),
            left_out={"user": OWNER},
            check=_transaction_check,
        ),
        Table(
            name="dividend_answers",
            about="What you said to a proposed dividend: recorded, with its transaction, or dismissed.",
            model=DividendAnswer,
            rows=lambda export: DividendAnswer.objects.filter(user=export.person),
            left_out={"user": OWNER},
        ),
        Table(
            name="plans",
            about="Investments that repeat.",
            model=InvestmentPlan,
            rows=lambda export: InvestmentPlan.objects.filter(user=export.person),
            left_out={"user": OWNER},
            label=_plan_names,
            check=_plan_check,
        ),
        Table(
            name="instalments",
            about="The days of plans that have come, with what became of each.",
            model=Instalment,
            rows=lambda export: Instalment.objects.filter(plan__user=export.person),
            held=lambda person: Instalment.objects.filter(plan__user=person),
            check=_instalment_check,
        ),
        Table(
            name="benchmarks",
            about="What you compare with; the first is what you see first.",
            model=Benchmark,
            rows=lambda export: Benchmark.objects.filter(user=export.person),
            left_out={"user": OWNER},
        ),
    )


def accounts_of(taking: Taking) -> dict[int, Account]:
    return {account.pk: account for account in Account.objects.filter(user=taking.person)}


def today_anywhere(taking: Taking) -> date:
    """Who has flown west since has entries of tomorrow."""
    return latest_today(timezone.now())


def schedule_errors(row: Any) -> Iterator[FieldError]:
    if row.next_on is not None and row.next_on < row.starts_on:
        yield FieldError("next_on", "before", f"Must not be before the first day, {row.starts_on}.")


def books_finish(taking: Taking) -> None:
    """The holdings; or a sentence about the transaction that cannot be."""
    traded = Transaction.objects.filter(user=taking.person).order_by().values_list("asset_id", flat=True).distinct()
    try:
        books_project(user_id=taking.person.pk, asset_ids=set(traded))
    except BooksError as error:
        number = taking.number(Transaction, error.entry.id)
        raise InvalidInput(str(error), attr=f"transactions.{number}.{error.field}", code=error.code) from error
    transaction.on_commit(partial(benchmark_chosen.send, sender=Benchmark))  # prices of all that is new are needed
    transaction.on_commit(background.wake)


def _plan_names(export: Export) -> Mapping[int, str]:
    return dict(InvestmentPlan.objects.filter(user=export.person).values_list("pk", "name"))


def _transaction_check(taking: Taking, row: Any) -> Iterator[FieldError]:
    data = TransactionInput(
        account=taking.once(accounts_of)[row.account_id],
        asset=None if row.asset_id is None else asset_of(taking, row.asset_id),
        **{name: getattr(row, name) for name in _STATED},
    )
    yield from transaction_errors(data, today=taking.once(today_anywhere))


def _plan_check(taking: Taking, plan: Any) -> Iterator[FieldError]:
    wrong = [FieldError(name, *problem) for name in _OF_PLAN if (problem := number_problem(getattr(plan, name)))]
    yield from wrong
    yield from schedule_errors(plan)
    if asset_of(taking, plan.asset_id).asset_class in NOT_HELD:
        yield FieldError("asset", "not_held", "This is a rate or an index, which nobody can hold.")
    if not wrong and parts_of(plan, plan.amount).net <= 0:
        yield FieldError("amount", "min_value", "Fee and tax leave nothing of the amount to invest.")


def _instalment_check(taking: Taking, row: Any) -> Iterator[FieldError]:
    problem = number_problem(row.amount)
    if problem:
        yield FieldError("amount", *problem)
    if row.status != Instalment.Status.MADE and row.transaction_id is not None:
        yield FieldError("transaction", "invalid", "Only an instalment that is made has a transaction.")
