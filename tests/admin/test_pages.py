"""Every page of the admin opens, for those who may, and reads no more when there is more."""

from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analytics.models import AllocationTarget, HistoryMark, HistoryYear
from core.admin.base import CappedPaginator
from core.models import Account, Activity, ApiToken, IdempotencyKey, User
from portfolio.models import (
    Asset,
    AssetAlias,
    Benchmark,
    CorporateAction,
    Dividend,
    Holding,
    Instalment,
    InvestmentPlan,
    PriceSource,
    PriceYear,
    ProviderState,
    Quarantine,
    Quote,
    Transaction,
)
from tests.admin.conftest import Portfolio, record

WRITABLE = (
    *(User, Account, ApiToken, Asset, AssetAlias, Benchmark, CorporateAction, Dividend),
    *(InvestmentPlan, PriceSource, Transaction),
)
READ_ONLY = (
    *(Activity, AllocationTarget, HistoryMark, HistoryYear),
    *(Holding, IdempotencyKey, Instalment, PriceYear, ProviderState, Quarantine, Quote),
)


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", [*WRITABLE, *READ_ONLY])
def test_list_and_page_open(root: Client, portfolio: Portfolio, model: type[Model]) -> None:
    assert root.get(address(model, "changelist")).status_code == 200
    assert root.get(address(model, "changelist"), {"q": "acme"}).status_code == 200
    rows = list(model._default_manager.all())
    assert rows
    for row in rows:
        assert root.get(address(model, "change", row.pk)).status_code == 200


def test_every_model_of_the_project_has_an_admin() -> None:
    ours = {model for model in admin.site._registry if model._meta.app_label in ("core", "portfolio", "analytics")}
    assert ours == {*WRITABLE, *READ_ONLY}


@pytest.mark.parametrize("model", WRITABLE)
def test_form_for_a_new_one_and_question_before_deleting_open(
    root: Client, portfolio: Portfolio, model: type[Model]
) -> None:
    assert root.get(address(model, "add")).status_code == 200
    for row in model._default_manager.all():
        assert root.get(address(model, "delete", row.pk)).status_code == 200


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_is_made_from_other_rows_cannot_be_written(root: Client, portfolio: Portfolio, model: type[Model]) -> None:
    row = model._default_manager.first()
    assert row is not None
    assert root.get(address(model, "add")).status_code == 403
    assert root.post(address(model, "change", row.pk), {}).status_code == 403
    assert root.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", [*WRITABLE, *READ_ONLY])
def test_it_sends_others_to_the_log_in(portfolio: Portfolio, model: type[Model]) -> None:
    client = Client()
    client.force_login(portfolio.user)
    for page in (address(model, "changelist"), address(model, "add")):
        response = client.get(page)
        assert response.status_code == 302
        assert "login" in response["Location"]


def test_a_list_asks_the_same_questions_of_60_rows_as_of_20(root: Client, portfolio: Portfolio) -> None:
    models = (
        *(Transaction, Holding, Account, Asset, PriceSource, AssetAlias, Quote, Quarantine, Dividend, Benchmark),
        *(InvestmentPlan, Instalment),
    )
    _add_rows(portfolio, 18)
    few = {model: _queries(root, model) for model in models}
    _add_rows(portfolio, 40)
    assert {model: _queries(root, model) for model in models} == few


def _queries(client: Client, model: type[Model]) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address(model, "changelist")).status_code == 200
    return len(captured)


def _add_rows(portfolio: Portfolio, count: int) -> None:
    """Each an account, an asset with what belongs to it, and a purchase of their own."""
    now = timezone.now()
    start = Account.objects.count()
    for number in range(start, start + count):
        account = Account.objects.create(user=portfolio.user, name=f"Broker {number}", currency="INR")
        asset = Asset.objects.create(symbol=f"A{number}", name="Another", asset_class="etf", currency="INR")
        record(account, asset, "buy", date(2024, 5, 2), quantity=1, price=number)
        PriceSource.objects.create(asset=asset, provider="fixed", symbol=asset.symbol)
        AssetAlias.objects.create(asset=asset, symbol=f"B{number}")
        Quote.objects.create(asset=asset)
        Benchmark.objects.create(user=portfolio.user, asset=asset)
        Quarantine.objects.create(asset=asset, reason="changed", first_seen_at=now, last_seen_at=now)
        Dividend.objects.create(asset=asset, ex_date=date(2024, 5, 2), amount=1, currency="INR")
        _add_plan(account, asset)


def _add_plan(account: Account, asset: Asset) -> None:
    rule = {"starts_on": date(2024, 5, 2), "is_paused": True}
    plan = InvestmentPlan.objects.create(
        user=account.user, name=account.name, account=account, asset=asset, amount=9, **rule
    )
    bought = Transaction.objects.get(asset=asset)
    Instalment.objects.create(plan=plan, due_on=date(2024, 5, 2), amount=9, status="made", transaction=bought)


def test_long_lists_are_not_counted_to_their_end(
    root: Client, portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CappedPaginator, "most", 1)
    page = root.get(address(Transaction, "changelist")).content.decode()
    assert "more than 1 transactions" in page
    with CaptureQueriesContext(connection) as captured:
        root.get(address(Transaction, "changelist"))
    counts = [
        query["sql"] for query in captured if "COUNT(" in query["sql"] and "portfolio_transaction" in query["sql"]
    ]
    assert counts
    assert all("LIMIT 2" in sql for sql in counts)


def test_packed_rows_are_not_read_for_lists(root: Client, portfolio: Portfolio) -> None:
    for model, column in ((Holding, "movements"), (PriceYear, "closes"), (HistoryYear, "net_worth")):
        with CaptureQueriesContext(connection) as captured:
            root.get(address(model, "changelist"))
        assert not any(f'"{column}"' in query["sql"] for query in captured)


def test_a_year_of_closes_is_readable(root: Client, portfolio: Portfolio) -> None:
    year = PriceYear.objects.get()
    page = root.get(address(PriceYear, "change", year.pk)).content.decode()
    assert "2 of 366 days" in page
    assert "100 INR on 2024-01-15" in page
    assert "<td>2024-02-29</td><td>110.5</td>" in page


def test_a_holding_shows_its_figures_and_movements(root: Client, portfolio: Portfolio) -> None:
    page = root.get(address(Holding, "change", Holding.objects.get().pk)).content.decode()
    assert ">12<" in page  # (10 − 4) × 2
    assert "<td>2024-03-01</td><td>−4</td><td>−400</td>" in page
    assert "480" in page  # what 4 at 120 brought


def test_a_year_of_history_is_readable(root: Client, portfolio: Portfolio) -> None:
    year = HistoryYear.objects.get(year=2024)
    page = root.get(address(HistoryYear, "change", year.pk)).content.decode()
    assert "<td>2024-02-29</td><td>1,105.00</td>" in page  # 10 at 110.5
