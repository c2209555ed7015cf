"""The household of the demo person: it begins, grows by the day, and never doubles."""

import io
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from rest_framework.test import APIClient

from core.models import User
from ledger.demo import household
from ledger.models import Balance, Budget, Entry, RecurringEntry, Rule
from ledger.services.rebuild import ledger_rebuild

pytestmark = pytest.mark.django_db

STATED = ("external_id", "account__name", "to_account__name", "kind", "date", "amount", "category__name", "payee")


def demo(day: str, **options: Any) -> None:
    with time_machine.travel(f"{day}T12:00:00+00:00", tick=False):
        call_command("demo", stdout=io.StringIO(), **options)


def entries() -> Counter[Any]:
    return Counter(Entry.objects.filter(deleted_at=None).values_list(*STATED))


def test_there_is_none_before_it_begins() -> None:
    demo("2012-03-01")
    assert not Entry.objects.exists()


def test_a_later_run_comes_to_what_a_first_run_on_that_day_does() -> None:
    demo("2018-06-20")
    demo("2018-10-01")  # over the purchase of the flat
    grown = entries()
    demo("2018-10-01")
    assert entries() == grown
    demo("2018-10-01", fresh=True)
    assert entries() == grown
    counts = (Budget.objects.count(), Rule.objects.count(), RecurringEntry.objects.count(), Balance.objects.count())
    assert counts == (3, 2, 1, 2)


def test_the_first_month_by_hand() -> None:
    demo("2016-02-01")
    january = Entry.objects.filter(date__month=1, date__year=2016)
    assert january.get(category__name="Salary").amount == 130_000
    assert january.get(category__name="Rent").amount == 22_000
    assert january.get(recurring__isnull=False).amount == household.INTERNET
    card = january.filter(account__name=household.CARD)
    paid = january.get(to_account__name=household.CARD)
    assert sum(card.values_list("amount", flat=True)) == paid.amount


def test_what_it_owes_and_owns_is_in_its_net_worth() -> None:
    demo("2018-08-02")
    person = User.objects.get(is_demo=True)
    api = APIClient()
    api.force_authenticate(person)
    with time_machine.travel("2018-08-02T12:00:00+00:00", tick=False):
        told = api.get("/api/v1/analytics/balances/").json()
    worth = {row["name"]: Decimal(row["balance"]) for row in told["accounts"]}
    assert worth[household.HOME] == 5_200_000
    # 4,000,000 on 1 July; a month at 8.5 % cost 28,333.33, and 34,713 were paid
    assert worth[household.LOAN] == pytest.approx(Decimal("-3993620.3333"), abs=Decimal("0.001"))
    assert ledger_rebuild(user_id=person.pk, write=False) == []
    assert date(2018, 7, 1) in Balance.objects.values_list("date", flat=True)
