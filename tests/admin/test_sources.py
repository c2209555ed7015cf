"""The admin of where prices come from, of what was not believed, of former symbols and of dividends."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from portfolio.models import Asset, AssetAlias, Dividend, PriceSource, Quarantine
from portfolio.selectors import asset_closes
from tests.admin.conftest import Portfolio, inputs_of, messages_of
from tests.conftest import PASSWORD

DAY = date(2024, 7, 2)


def page_of(name: str, *args: Any) -> str:
    return reverse(f"admin:portfolio_{name}", args=args)


def refused(page: Any) -> Any:
    return page.context["adminform"].form.errors


def closes_of_acme() -> dict[date, Decimal]:
    return asset_closes(Asset.objects.get(symbol="ACME"))


# --- Sources


def test_a_source_is_given_to_an_asset(root: Client, portfolio: Portfolio) -> None:
    other = Asset.objects.create(symbol="AAPL", name="Apple", asset_class="stock", currency="USD")
    new = {"asset": other.pk, "provider": "yahoo", "symbol": "AAPL", "exchange": "NMS"}
    assert root.post(page_of("pricesource_add"), new).status_code == 302
    source = PriceSource.objects.get(asset=other)
    assert (source.provider, source.symbol, source.exchange) == ("yahoo", "AAPL", "NMS")
    assert "asset" in refused(root.post(page_of("pricesource_add"), new))


def test_another_symbol_is_asked_at_once_and_what_is_stored_stays(root: Client, portfolio: Portfolio) -> None:
    PriceSource.objects.update(vanished_at=timezone.now(), failures=3, error_code="unknown_symbol")
    url = page_of("pricesource_change", portfolio.asset.pk)
    changed = {**inputs_of(root.get(url)), "provider": "yahoo", "symbol": "ACME.NS"}
    assert root.post(url, changed).status_code == 302
    source = PriceSource.objects.get()
    assert (source.provider, source.symbol, source.wanted_from) == ("yahoo", "ACME.NS", date(2024, 1, 5))
    assert (source.vanished_at, source.failures, source.error_code) == (None, 0, "")
    assert source.due_at is not None
    assert source.due_at <= timezone.now()
    assert len(closes_of_acme()) == 2


def test_a_private_asset_gets_no_source_of_the_catalogue(root: Client, asha: User) -> None:
    mine = Asset.objects.create(owner=asha, symbol="FLAT", name="My flat", asset_class="other", currency="INR")
    new = {"asset": mine.pk, "provider": "yahoo", "symbol": "AAPL"}
    assert "asset" in refused(root.post(page_of("pricesource_add"), new))
    assert not PriceSource.objects.exists()


def test_fetch_now_makes_the_chosen_due(root: Client, portfolio: Portfolio) -> None:
    other = Asset.objects.create(symbol="AAPL", name="Apple", asset_class="stock", currency="USD")
    PriceSource.objects.create(asset=other, provider="yahoo", symbol="AAPL", due_at=timezone.now() + timedelta(days=1))
    chosen = {"action": "fetch_now", "_selected_action": [portfolio.asset.pk]}
    page = root.post(page_of("pricesource_changelist"), chosen, follow=True)
    assert messages_of(page) == ["1 histories are fetched next."]
    due = PriceSource.objects.filter(due_at__lte=timezone.now())
    assert [source.asset for source in due] == [portfolio.asset]


def test_without_a_source_the_stored_closes_stay(root: Client, portfolio: Portfolio) -> None:
    root.post(page_of("pricesource_delete", portfolio.asset.pk), {"post": "yes"})
    assert not PriceSource.objects.exists()
    assert len(closes_of_acme()) == 2


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=acme", 1),
        ("q=nobody", 0),
        ("provider__exact=yahoo", 0),
        ("error_code__isempty=1", 1),
        ("is_held__exact=1", 0),
    ],
)
def test_sources_are_searched_and_filtered(root: Client, portfolio: Portfolio, query: str, count: int) -> None:
    page = root.get(f"{page_of('pricesource_changelist')}?{query}")
    assert page.context["cl"].result_count == count


# --- Quarantine


def test_accepted_closes_are_stored(root: Client, portfolio: Portfolio) -> None:
    Quarantine.objects.update(reason="wrong_scale", closes={"2024-07-02": "60.5"})
    page = _settle(root, "accept")
    assert messages_of(page) == ["1 of 1 accepted."]
    assert closes_of_acme()[DAY] == Decimal("60.5")
    assert Quarantine.objects.get().status == "accepted"


def test_rejected_closes_are_not_stored(root: Client, portfolio: Portfolio) -> None:
    assert messages_of(_settle(root, "reject")) == ["1 of 1 rejected."]
    assert DAY not in closes_of_acme()
    assert Quarantine.objects.get().status == "rejected"


def test_what_is_decided_stays_decided(root: Client, portfolio: Portfolio) -> None:
    _settle(root, "reject")
    page = _settle(root, "accept")
    assert messages_of(page)[1:] == ["0 of 1 accepted."]
    assert Quarantine.objects.get().status == "rejected"


def test_a_close_that_cannot_be_stored_is_refused(root: Client, portfolio: Portfolio) -> None:
    """Zero is none."""
    page = _settle(root, "accept")
    assert messages_of(page)[1:] == ["0 of 1 accepted."]
    assert Quarantine.objects.get().status == "open"
    assert DAY not in closes_of_acme()


def test_the_closes_as_sent_are_shown(root: Client, portfolio: Portfolio) -> None:
    page = root.get(page_of("quarantine_change", Quarantine.objects.get().pk)).content.decode()
    assert "<td>2024-07-02</td><td>0</td>" in page


def test_staff_who_may_only_look_decide_nothing(portfolio: Portfolio) -> None:
    user = User.objects.create_user("staff@example.com", PASSWORD, is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_quarantine"))
    client = Client()
    client.force_login(user)
    _settle(client, "reject")
    assert Quarantine.objects.get().status == "open"
    user.user_permissions.add(Permission.objects.get(codename="change_quarantine"))
    _settle(client, "reject")
    assert Quarantine.objects.get().status == "rejected"


# --- Former symbols


def test_a_former_symbol_is_written_in_capitals(root: Client, portfolio: Portfolio) -> None:
    new = {"asset": portfolio.asset.pk, "symbol": " old.ns ", "until": "2018-03-01"}
    assert root.post(page_of("assetalias_add"), new).status_code == 302
    assert AssetAlias.objects.get(symbol="OLD.NS").until == date(2018, 3, 1)


@pytest.mark.parametrize("symbol", ["acme", "zenith"])
def test_a_former_symbol_belongs_to_nobody_else(root: Client, portfolio: Portfolio, symbol: str) -> None:
    new = {"asset": portfolio.asset.pk, "symbol": symbol}
    assert "symbol" in refused(root.post(page_of("assetalias_add"), new))
    assert AssetAlias.objects.count() == 1


def test_a_private_asset_has_no_former_symbol(root: Client, asha: User) -> None:
    mine = Asset.objects.create(owner=asha, symbol="FLAT", name="My flat", asset_class="other", currency="INR")
    assert "asset" in refused(root.post(page_of("assetalias_add"), {"asset": mine.pk, "symbol": "HOUSE"}))


def test_a_former_symbol_is_changed_and_deleted(root: Client, portfolio: Portfolio) -> None:
    alias = AssetAlias.objects.get()
    url = page_of("assetalias_change", alias.pk)
    assert root.post(url, {**inputs_of(root.get(url)), "until": "2020-06-30"}).status_code == 302
    alias.refresh_from_db()
    assert (alias.symbol, alias.until) == ("ZENITH", date(2020, 6, 30))
    root.post(page_of("assetalias_delete", alias.pk), {"post": "yes"})
    assert not AssetAlias.objects.exists()


# --- Dividends


def test_a_dividend_is_declared_changed_and_deleted(root: Client, portfolio: Portfolio) -> None:
    new = {"asset": portfolio.asset.pk, "ex_date": "2024-08-01", "amount": "0.82", "currency": "INR"}
    assert root.post(page_of("dividend_add"), new).status_code == 302
    dividend = Dividend.objects.get(ex_date=date(2024, 8, 1))
    url = page_of("dividend_change", dividend.pk)
    assert root.post(url, {**inputs_of(root.get(url)), "amount": "0.205"}).status_code == 302
    dividend.refresh_from_db()
    assert dividend.amount == Decimal("0.205")
    root.post(page_of("dividend_delete", dividend.pk), {"post": "yes"})
    assert Dividend.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"amount": "0"}, "amount"), ({"amount": "-1"}, "amount"), ({"currency": "XX"}, "currency"), ({}, "ex_date")],
)
def test_an_impossible_dividend_is_refused(
    root: Client, portfolio: Portfolio, wrong: dict[str, str], field: str
) -> None:
    """There is one of 1 July already."""
    new = {"asset": portfolio.asset.pk, "ex_date": "2024-07-01", "amount": "1", "currency": "INR", **wrong}
    assert field in refused(root.post(page_of("dividend_add"), new))
    assert Dividend.objects.count() == 1


def _settle(client: Client, action: str) -> Any:
    chosen = {"action": action, "_selected_action": [Quarantine.objects.get().pk]}
    return client.post(page_of("quarantine_changelist"), chosen, follow=True)
