"""Investment plans in the admin: what is due is bought by the services, and what is refused can be tried again."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from analytics.models import HistoryMark
from core.models import User
from portfolio.models import Instalment, InvestmentPlan, Transaction
from portfolio.services.prices import prices_record
from tests.admin.conftest import Portfolio, inputs_of, messages_of
from tests.conftest import PASSWORD

LIST = reverse("admin:portfolio_instalment_changelist")
ADD = reverse("admin:portfolio_investmentplan_add")
FEBRUARY_29 = "2024-02-29"
"""Its close is 110.5."""


def page_of(name: str, plan: InvestmentPlan) -> str:
    return reverse(f"admin:portfolio_investmentplan_{name}", args=[plan.pk])


def new(portfolio: Portfolio, **changes: Any) -> dict[str, Any]:
    rule = {"frequency": "monthly", "interval": "1", "starts_on": FEBRUARY_29, "ends_on": "2024-03-01"}
    money = {"amount": "1105", "fee": "0", "tax_rate": "0"}
    return {"name": "SIP", "account": portfolio.account.pk, "asset": portfolio.asset.pk, **money, **rule, **changes}


def refused(page: Any) -> Any:
    assert page.status_code == 200
    return page.context["adminform"].form.errors


def test_a_new_plan_is_of_the_owner_and_buys_what_is_due(root: Client, portfolio: Portfolio) -> None:
    """1105 at 110.5 are 10; before the split 2:1 of June, so 20 more than 12."""
    HistoryMark.objects.update(dirty_from=None)
    assert root.post(ADD, new(portfolio)).status_code == 302
    plan = InvestmentPlan.objects.get(name="SIP")
    assert (plan.user, plan.quantity_decimals, plan.next_on) == (portfolio.user, 6, None)
    bought = Transaction.objects.get(date=date(2024, 2, 29))
    assert (bought.quantity, plan.instalments.get().transaction) == (10, bought)
    assert portfolio.user.holdings.get(asset=portfolio.asset).quantity == 32
    assert HistoryMark.objects.get().dirty_from == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("amount", "0"), ("amount", "-5"), ("amount", "1e16"), ("fee", "-1"), ("fee", "1105"), ("tax_rate", "1.5")),
        *(("quantity_decimals", "19"), ("interval", "0"), ("interval", "1001"), ("starts_on", "1899-12-31")),
        *(("ends_on", "2024-01-01"), ("asset", "0"), ("account", "9" * 30)),
    ],
)
def test_bad_input_is_named(root: Client, portfolio: Portfolio, field: str, value: str) -> None:
    errors = refused(root.post(ADD, new(portfolio, **{field: value})))
    assert ("amount" if (field, value) == ("fee", "1105") else field) in errors
    assert InvestmentPlan.objects.count() == 1


def test_an_asset_of_somebody_else_is_refused(root: Client, portfolio: Portfolio, bob: User) -> None:
    type(portfolio.asset).objects.update(owner=bob)
    assert "asset" in refused(root.post(ADD, new(portfolio)))


def test_a_change_concerns_the_days_to_come(root: Client, portfolio: Portfolio) -> None:
    """It is paused with its next day in July; of one that goes on, the days since are left out."""
    plan = InvestmentPlan.objects.get()
    with time_machine.travel("2024-07-20T12:00Z", tick=False):
        root.force_login(User.objects.get(email="root@example.com"))  # as of then
        sent = {**inputs_of(root.get(page_of("change", plan))), "amount": "700"}
        del sent["is_paused"]
        assert root.post(page_of("change", plan), sent).status_code == 302
    plan.refresh_from_db()
    assert (plan.amount, plan.is_paused, plan.next_on) == (700, False, date(2024, 8, 3))
    assert [row.amount for row in plan.instalments.all()] == [500]


def test_a_plan_with_instalments_keeps_its_asset(root: Client, portfolio: Portfolio) -> None:
    plan, other = InvestmentPlan.objects.get(), portfolio.asset
    other.pk, other.symbol = None, "OTHER"
    other.save()
    sent = {**inputs_of(root.get(page_of("change", plan))), "asset": other.pk}
    assert "asset" in refused(root.post(page_of("change", plan), sent))


def test_a_deleted_plan_leaves_what_it_bought(root: Client, portfolio: Portfolio) -> None:
    root.post(ADD, new(portfolio))
    plan = InvestmentPlan.objects.get(name="SIP")
    assert root.post(page_of("delete", plan), {"post": "yes"}).status_code == 302
    assert not InvestmentPlan.objects.filter(pk=plan.pk).exists()
    assert Transaction.objects.filter(date=date(2024, 2, 29)).exists()


def test_a_refused_instalment_is_bought_once_it_can_be(root: Client, portfolio: Portfolio) -> None:
    Instalment.objects.update(status="refused", reason="The account was closed.")
    assert messages_of(_retry(root))[1:] == ["0 of 1 bought."]  # there is no close yet
    assert Instalment.objects.get().status == "waiting"
    prices_record(closes={portfolio.asset.pk: {date(2024, 6, 3): Decimal(50)}})
    assert messages_of(_retry(root)) == ["1 of 1 bought."]
    assert Instalment.objects.get().transaction.quantity == 10
    assert messages_of(_retry(root))[1:] == ["0 of 1 bought."]  # once
    assert Transaction.objects.count() == 3


def test_staff_who_may_only_look_buy_nothing(portfolio: Portfolio) -> None:
    user = User.objects.create_user("staff@example.com", PASSWORD, is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_instalment"))
    Instalment.objects.update(status="refused")
    client = Client()
    client.force_login(user)
    _retry(client)
    assert Instalment.objects.get().status == "refused"
    user.user_permissions.add(Permission.objects.get(codename="change_instalment"))
    _retry(client)
    assert Instalment.objects.get().status == "waiting"


def _retry(client: Client) -> Any:
    chosen = {"action": "retry", "_selected_action": [Instalment.objects.get().pk]}
    return client.post(LIST, chosen, follow=True)
