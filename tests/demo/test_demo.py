"""`manage.py demo`: a person like any other, made of nothing live, who grows by the day."""

import io
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import time_machine
from django.core.checks import CheckMessage, run_checks
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from analytics.history import history_read
from analytics.models import HistoryMark
from core import background
from core.checks import SERVING
from core.models import Account, User
from portfolio.benchmarks import benchmark_default
from portfolio.demo.assets import ASSETS
from portfolio.models import Asset, Benchmark, CorporateAction, Holding, PriceSource, Transaction
from portfolio.prices.store import closes_load
from portfolio.services.rebuild import holdings_rebuild
from portfolio.sync.needs import needs_note

pytestmark = pytest.mark.django_db

EMAIL = "demo@pandaledger.local"


def demo(day: str, **options: Any) -> str:
    out = io.StringIO()
    with time_machine.travel(f"{day}T12:00:00+00:00", tick=False):
        call_command("demo", stdout=out, **options)
    return out.getvalue()


def person() -> User:
    return User.objects.get(email=EMAIL)


def contents() -> tuple[Any, ...]:
    """Everything of the demo person, without ids and clocks."""
    columns = ("external_id", "date", "kind", "asset__symbol", "quantity", "price", "amount", "fee", "tax", "note")
    held = Holding.objects.filter(user=person()).order_by("asset__symbol", "currency")
    assets = list(Asset.objects.filter(owner=person()).order_by("symbol"))
    closes = closes_load([asset.pk for asset in assets], first=date(2010, 1, 1), last=date(2024, 12, 31))
    return (
        list(Transaction.objects.filter(user=person()).order_by("date", "id").values_list(*columns)),
        list(held.values_list("asset__symbol", "quantity", "cost_basis", "realized_gain", "income")),
        np.nan_to_num(closes.matrix).tolist(),
    )


def test_it_is_15_years_without_a_gap_ending_today() -> None:
    said = demo("2026-11-22")
    assert EMAIL in said
    assert "panda-demo" in said
    user, mark = person(), HistoryMark.objects.get()
    assert (mark.builds, mark.dirty_from, mark.built_through, mark.reasons) == (1, None, date(2026, 11, 22), [])
    assert mark.first_day is not None
    history = history_read(user_id=user.pk, first=mark.first_day, last=date(2026, 11, 22))
    assert len(history.series["net_worth"]) > 15 * 366
    assert (history.series["net_worth"] > 0).all()
    assert (history.series["priced"] == 1).all()
    assert history.series["cash"].min() >= 0
    assert (history.series["liabilities"] > 0)[-365:].all()  # the flat's loan
    _check_contents(user)


def _check_contents(user: User) -> None:
    kinds = Counter(Transaction.objects.filter(user=user).values_list("kind", flat=True))
    assert all(kinds[kind] for kind in ("buy", "sell", "dividend", "deposit", "withdrawal"))
    months = {(day.year, day.month) for day in Transaction.objects.filter(kind="buy").values_list("date", flat=True)}
    assert len(months) == 16 * 12 + 10  # February 2010 to November 2026
    assert set(CorporateAction.objects.values_list("kind", "ratio")) == {("split", Decimal(2)), ("bonus", Decimal(2))}
    accounts = user.accounts.filter(kind__in=Account.CUSTODY).values_list("currency", "tracks_cash")
    assert set(accounts) == {("INR", False), ("USD", True)}
    assert Holding.objects.filter(user=user, quantity=0, asset__isnull=False).exists()  # one was sold to the last
    assert holdings_rebuild(user_id=user.pk, write=False) == []


def test_its_prices_come_from_the_invented_market() -> None:
    demo("2026-11-20")
    PriceSource.objects.first().delete()  # a demo that was made before there were any
    demo("2026-11-22")
    sources = PriceSource.objects.values_list("asset__symbol", "provider", "symbol")
    assert sorted(sources) == sorted((asset.symbol, "fixed", asset.symbol) for asset in ASSETS)
    assert not PriceSource.objects.filter(asset__owner=None).exists()


def test_it_is_named_as_a_demo_everywhere_and_shares_nothing() -> None:
    demo("2012-03-01")
    user = person()
    assert user.is_demo
    names = [user.name, *Asset.objects.values_list("name", flat=True), *Account.objects.values_list("name", flat=True)]
    assert all("Demo" in name for name in names)
    assert set(Asset.objects.values_list("owner", flat=True)) == {user.pk}
    symbols = set(Asset.objects.values_list("symbol", flat=True)) - {"USDINR=X"}
    assert all(symbol.startswith("DEMO-") for symbol in symbols)


def test_it_has_something_to_compare_with_since_its_first_day() -> None:
    demo("2012-03-01")
    chosen = [row.asset for row in Benchmark.objects.filter(user=person())]
    assert [asset.symbol for asset in chosen] == ["DEMO-INDIA-50", "DEMO-US-500"]
    assert benchmark_default(person()) == chosen[0]
    for asset in chosen:
        assert (asset.prices_from, asset.prices_to) == (date(2010, 1, 1), date(2012, 3, 1))


def test_its_gains_are_short_or_long_term() -> None:
    """Its funds tell by their category what they are, as those of AMFI do."""
    demo("2018-10-01")
    api = APIClient()
    api.force_authenticate(person())
    with time_machine.travel("2018-10-01T12:00:00+00:00", tick=False):
        gains = api.get("/api/v1/analytics/gains/").json()

    assert gains["terms"]["unclassified"]["count"] == gains["unrealized"]["terms"]["unclassified"]["count"] == 0
    assert gains["terms"]["long"]["count"] > 0


def test_a_second_run_changes_nothing() -> None:
    demo("2012-03-01")
    before, mark = contents(), HistoryMark.objects.values().get()
    chosen = list(Benchmark.objects.values())
    assert "0 new transactions" in demo("2012-03-01")
    assert (contents(), HistoryMark.objects.values().get()) == (before, mark)
    assert list(Benchmark.objects.values()) == chosen


def test_a_later_run_comes_to_what_a_first_run_on_that_day_does() -> None:
    demo("2016-02-20")
    demo("2018-10-01")  # over the bonus, the split and two sales
    grown = contents()
    demo("2018-10-01", fresh=True)
    assert contents() == grown


def test_fresh_forgets_what_was_changed_in_their_name() -> None:
    demo("2011-03-01")
    first = contents()
    Transaction.objects.filter(user=person()).last().delete()
    Account.objects.create(user=person(), name="Mine")
    demo("2011-03-01", fresh=True)
    assert contents() == first
    assert not Account.objects.filter(name="Mine").exists()


def test_what_was_deleted_comes_back_by_itself() -> None:
    demo("2011-03-01")
    first = Counter(contents()[0])
    Transaction.objects.filter(user=person(), kind="dividend").first().delete()
    assert "1 new transactions" in demo("2011-03-01")
    assert Counter(contents()[0]) == first


def test_people_are_left_alone(bob: User) -> None:
    demo("2010-05-01", fresh=True)
    assert User.objects.filter(pk=bob.pk).exists()
    User.objects.filter(email=EMAIL).update(is_demo=False)
    for fresh in (False, True):
        with pytest.raises(CommandError, match="left alone"):
            demo("2010-06-01", fresh=fresh)
    assert Transaction.objects.filter(date__month=5).count() == 0


def serving_refused() -> list[CheckMessage]:
    """Why `manage.py serve` would not start."""
    return run_checks(tags=[SERVING], include_deployment_checks=True, databases=["default"])


def test_others_are_not_served_the_known_password(settings: Any) -> None:
    demo("2010-03-01")
    assert serving_refused() == []
    settings.HOST = "192.0.2.1"
    (refusal,) = serving_refused()
    assert (refusal.id, refusal.is_serious()) == ("pandaledger.E008", True)
    assert "manage.py demo" in str(refusal.hint)
    assert "E008" not in str(run_checks())  # of other commands, one of which puts it right
    User.objects.filter(email=EMAIL).update(is_demo=False)
    assert serving_refused() == []


def test_the_known_password_is_for_this_computer_alone(settings: Any) -> None:
    demo("2010-03-01")
    assert person().check_password("panda-demo")
    assert person().is_superuser
    settings.HOST = "192.0.2.1"
    said = demo("2010-03-01")
    assert not person().check_password("panda-demo")
    assert not (person().is_staff)
    assert not (person().is_superuser)
    assert person().check_password(said.split()[-1])
    assert serving_refused() == []
    digest = person().password
    assert "as printed when the demo was made" in demo("2010-03-02")
    assert person().password == digest


@pytest.mark.parametrize(
    ("name", "value"), [("HTTPS", True), ("ALLAUTH_TRUSTED_PROXY_COUNT", 1), ("ALLOWED_HOSTS", ["panda.example.com"])]
)
def test_behind_a_proxy_it_is_not_at_home_either(settings: Any, name: str, value: Any) -> None:
    demo("2010-03-01")
    setattr(settings, name, value)
    (refusal,) = serving_refused()
    assert refusal.id == "pandaledger.E008"
    demo("2010-03-01")
    assert serving_refused() == []
    assert not person().is_staff


def test_a_running_demo_has_prices_of_the_days_since() -> None:
    """Also of its own dollar and indices; from Friday to Monday, and without the internet."""
    demo("2026-11-20")
    with time_machine.travel("2026-11-24T00:30:00+00:00", tick=False):
        needs_note()
        background.run_due("sync")

    owned = Asset.objects.filter(owner=person()).exclude(asset_class="crypto")
    held = owned.filter(holdings__isnull=False).exclude(holdings__quantity=0)
    compared = owned.filter(asset_class__in=("fx", "index"))
    assert (held.count() > 5, compared.count()) == (True, 3)
    assert set((held | compared).values_list("prices_to", flat=True)) == {date(2026, 11, 23)}
