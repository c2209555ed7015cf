"""Assets and corporate actions in the admin."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse

from core.models import User
from portfolio.models import Asset, CorporateAction, Holding
from portfolio.services.actions import action_record
from tests.admin.conftest import Portfolio, fields_of_acme, inputs_of, messages_of

ACTIONS = reverse("admin:portfolio_corporateaction_changelist")


def page_of(name: str, *args: object) -> str:
    return reverse(f"admin:portfolio_{name}", args=args)


def test_an_asset_is_made_once(root: Client, db: None) -> None:
    assert root.post(page_of("asset_add"), fields_of_acme()).status_code == 302
    page = root.post(page_of("asset_add"), {**fields_of_acme(), "symbol": "acme"})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors
    assert Asset.objects.count() == 1


def test_a_pair_is_named_by_what_it_says(root: Client, db: None) -> None:
    pair = {"symbol": "USDINR=X", "name": "Dollar", "asset_class": "fx", "currency": "USD"}
    assert "currency" in root.post(page_of("asset_add"), pair).context["adminform"].form.errors
    assert root.post(page_of("asset_add"), {**pair, "currency": "INR"}).status_code == 302


def test_an_asset_with_transactions_keeps_its_currency_and_stays(root: Client, portfolio: Portfolio) -> None:
    url = page_of("asset_change", portfolio.asset.pk)
    page = root.post(url, {**inputs_of(root.get(url)), "currency": "USD"})
    assert "currency" in page.context["adminform"].form.errors
    delete = page_of("asset_delete", portfolio.asset.pk)
    assert "2 transactions" in root.get(delete).content.decode()
    root.post(delete, {"post": "yes"})
    assert Asset.objects.get(pk=portfolio.asset.pk).currency == "INR"


def test_a_changed_split_reaches_the_holding(root: Client, portfolio: Portfolio) -> None:
    url = page_of("corporateaction_change", portfolio.split.pk)
    assert root.post(url, {**inputs_of(root.get(url)), "ratio": "5"}).status_code == 302
    assert Holding.objects.get().quantity == 30  # (10 − 4) × 5


def test_an_impossible_action_is_refused(root: Client, portfolio: Portfolio) -> None:
    url = page_of("corporateaction_change", portfolio.split.pk)
    page = root.post(url, {**inputs_of(root.get(url)), "ratio": "0"})
    assert "ratio" in page.context["adminform"].form.errors
    assert Holding.objects.get().quantity == 12


def test_an_action_that_contradicts_the_books_is_refused(root: Client, portfolio: Portfolio) -> None:
    """One share for a hundred on 1 February leaves 0.1, of which nobody can sell 4 on 1 March."""
    new = {"asset": portfolio.asset.pk, "kind": "split", "ex_date": "2024-02-01", "ratio": "0.01"}
    page = root.post(page_of("corporateaction_add"), {**new, "cash_per_share": "0", "status": "confirmed"})
    assert "contradict" in page.context["adminform"].form.non_field_errors()[0]
    assert CorporateAction.objects.count() == 1


def test_proposals_are_confirmed_and_rejected(root: Client, portfolio: Portfolio) -> None:
    bonus, other = _proposal(portfolio, 2, "2024-07-01"), _proposal(portfolio, 3, "2024-08-01")
    wrong = _proposal(portfolio, "0.01", "2024-02-01")
    assert Holding.objects.get().quantity == 12
    page = root.post(ACTIONS, _choice("confirm_proposals", bonus, wrong, portfolio.split), follow=True)
    assert "contradict" in messages_of(page)[0]
    assert messages_of(page)[1] == "1 of 2 proposals confirmed."
    root.post(ACTIONS, _choice("reject_proposals", other, portfolio.split))
    found = dict(CorporateAction.objects.values_list("pk", "status"))
    assert found == {
        portfolio.split.pk: "confirmed",
        bonus.pk: "confirmed",
        other.pk: "rejected",
        wrong.pk: "proposed",
    }
    assert Holding.objects.get().quantity == 24


def test_the_one_who_enters_an_action_is_noted(root: Client, portfolio: Portfolio) -> None:
    new = {"asset": portfolio.asset.pk, "kind": "bonus", "ex_date": "2024-07-01", "ratio": "2"}
    root.post(page_of("corporateaction_add"), {**new, "cash_per_share": "0", "status": "proposed"})
    action = CorporateAction.objects.get(kind="bonus")
    assert action.created_by == User.objects.get(email="root@example.com")


def _proposal(portfolio: Portfolio, ratio: int | str, day: str) -> CorporateAction:
    fields = {"kind": "bonus", "ex_date": date.fromisoformat(day), "ratio": Decimal(ratio), "status": "proposed"}
    return action_record(user=None, fields={"asset": portfolio.asset, **fields})


def _choice(action: str, *rows: CorporateAction) -> dict[str, Any]:
    return {"action": action, "_selected_action": [row.pk for row in rows]}
