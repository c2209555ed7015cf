"""/metrics: for administrators and whoever has the token; counts by route, and facts from rows."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from rest_framework.test import APIClient

from analytics.marks import history_mark
from analytics.models import HistoryMark
from core import background
from core.models import Account, OutgoingMail, User
from portfolio.live.gate import asking, spend
from portfolio.models import Asset, PriceSource, ProviderState
from portfolio.providers.base import ProviderDown
from tests.conftest import PASSWORD, api_of

METRICS = "/metrics"
TOKEN = "a-token-for-prometheus"
ROOT = Path(__file__).resolve().parents[2]


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    families = text_string_to_metric_families(text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


class Scrape:
    """What Prometheus would read just now."""

    def __init__(self, client: Any) -> None:
        answer = client.get(METRICS)
        assert answer.status_code == 200, answer.content
        self.text = answer.content.decode()
        self._samples = samples(self.text)

    def __call__(self, name: str, **labels: str) -> float:
        return self._samples.get((f"pandaledger_{name}", frozenset(labels.items())), 0.0)


def test_it_is_closed_to_others(asha: User, asha_api: APIClient, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    session = Client()
    session.force_login(asha)
    assert Client().get(METRICS).status_code == 401
    assert Client().get(METRICS, headers=bearer(TOKEN[:-1])).status_code == 401
    assert Client().get(METRICS, headers={"authorization": "Token nonsense"}).status_code == 401
    assert asha_api.get(METRICS).status_code == 404
    assert session.get(METRICS).status_code == 404


def test_it_opens_to_those_who_watch(bob: User, staff: APIClient, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    session = Client()
    session.force_login(bob)
    for client in (staff, session):
        assert client.get(METRICS).status_code == 200
    answer = Client().get(METRICS, headers=bearer(TOKEN))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    assert "no-store" in answer["Cache-Control"]
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert staff.get(METRICS).status_code == 401


@pytest.mark.parametrize("given", ["", " ", "None"])
def test_without_a_token_none_opens_it(db: None, settings: Any, given: str) -> None:
    settings.METRICS_TOKEN = ""
    assert Client().get(METRICS, headers={"authorization": f"Bearer {given}"}).status_code == 401


def test_requests_are_counted_by_route(asha: User, asha_api: APIClient, staff: APIClient) -> None:
    before = Scrape(staff)
    account = Account.objects.create(user=asha, name="Bank", kind="bank", currency="INR")
    for pk in (account.pk, account.pk, 9_876_543):
        asha_api.get(f"/api/v1/accounts/{pk}/", {"note": "sentinel"})
    after = Scrape(staff)
    route = {"method": "GET", "route": "api/v1/accounts/<int:pk>/"}
    for status, count in (("200", 2), ("404", 1)):
        name = "request_seconds_count"
        assert after(name, **route, status=status) - before(name, **route, status=status) == count
    assert after("request_seconds_sum", **route, status="200") > before("request_seconds_sum", **route, status="200")
    assert "9876543" not in after.text
    assert "sentinel" not in after.text


def test_addresses_that_there_are_not_are_one_route(db: None, staff: APIClient) -> None:
    """Whoever tries thousands of them makes no thousands of series."""
    before = len(samples(Scrape(staff).text))
    for index in range(30):
        Client().get(f"/nothing-{index}/")
        Client().generic(f"ODD{index}", "/nothing/")
    grown = len(samples(Scrape(staff).text)) - before
    assert grown <= 4 * 14  # a method or two, a status or two, each with the lines of a histogram


def test_refused_log_ins_are_counted(asha: User, staff: APIClient) -> None:
    cache.clear()
    before = Scrape(staff)("login_failures_total")
    for password in ("wrong", "wrong again", PASSWORD):
        Client().post("/_allauth/app/v1/auth/login", {"email": asha.email, "password": password}, "application/json")
    assert Scrape(staff)("login_failures_total") - before == 2


def test_rows_that_wait_are_told(asha: User, bob: User, staff: APIClient) -> None:
    now = timezone.now()
    for user, minutes in ((asha, 3), (bob, 1)):
        history_mark(user_id=user.pk, since=now.date())
        HistoryMark.objects.filter(user=user).update(dirty_since=now - timedelta(minutes=minutes))
        OutgoingMail.objects.create(to=user.email, message="{}", due_at=now)
    told = Scrape(staff)
    assert told("marks_waiting") == 2
    assert told("oldest_mark_seconds") == pytest.approx(180, abs=30)
    assert told("mails_waiting") == 2
    assert told("database_up") == 1
    assert "example.com" not in told.text


def test_pieces_of_background_work_are_counted(staff: APIClient) -> None:
    left = [1, 2, 3]

    def work() -> bool:
        return bool(left) and bool(left.pop())

    lane = background.Lane("drill")
    lane.sources.append(work)
    before = Scrape(staff)("background_pieces_total", lane="drill")
    lane.run_due()
    assert Scrape(staff)("background_pieces_total", lane="drill") - before == 3


def test_what_is_asked_of_providers_is_counted(staff: APIClient, settings: Any) -> None:
    settings.LIVE_PRICES, settings.YAHOO_REQUESTS_PER_HOUR = True, 360
    before = Scrape(staff)
    with pytest.raises(ProviderDown), asking("yahoo"):
        raise ProviderDown("away")
    told = Scrape(staff)
    code = ProviderDown("away").code
    faults = {"provider": "yahoo", "code": code}
    assert told("upstream_faults_total", **faults) - before("upstream_faults_total", **faults) == 1


def test_the_budget_and_rests_of_providers_are_told(staff: APIClient, settings: Any) -> None:
    settings.LIVE_PRICES, settings.YAHOO_REQUESTS_PER_HOUR = True, 360
    now = timezone.now()
    ProviderState.objects.create(
        provider="yahoo", allowance=17, counted_at=now, open_until=now + timedelta(seconds=50), last_failed_at=now
    )
    told = Scrape(staff)
    assert told("upstream_requests_left", provider="yahoo") == 17
    assert told("upstream_resting", provider="yahoo") == 1
    assert told("upstream_resting", provider="mfapi") == 0


@pytest.mark.django_db(transaction=True)
def test_each_request_to_a_provider_is_counted(settings: Any) -> None:
    settings.LIVE_PRICES = True
    user = User.objects.create_superuser("root@example.com", PASSWORD)
    client = api_of(user)
    before = Scrape(client)("upstream_requests_total", provider="mfapi")
    for _ in range(4):
        spend("mfapi")
    assert Scrape(client)("upstream_requests_total", provider="mfapi") - before == 4


def test_the_age_of_prices_is_told(staff: APIClient) -> None:
    today = timezone.now().date()
    for symbol, days in (("INFY", 1), ("TCS", 40), ("GONE", 400)):
        first, last = today - timedelta(days=500), today - timedelta(days=days)
        asset = Asset.objects.create(
            symbol=symbol, name=symbol, asset_class="stock", currency="INR", prices_from=first, prices_to=last
        )
        PriceSource.objects.create(asset=asset, provider="yahoo", symbol=symbol, is_held=symbol != "GONE")
    told = Scrape(staff)
    assert (told("price_age_days", which="newest"), told("price_age_days", which="oldest")) == (1, 40)


def test_a_database_that_is_away_takes_no_counts_away(db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    Client().get("/healthz/live")

    def away(*_: Any) -> Any:
        raise OperationalError("away")

    with connection.execute_wrapper(away):
        answer = Client().get(METRICS, headers=bearer(TOKEN))
    told = samples(answer.content.decode())
    assert told["pandaledger_database_up", frozenset()] == 0
    live = frozenset({"method": "GET", "route": "healthz/live", "status": "200"}.items())
    assert told["pandaledger_request_seconds_count", live] >= 1


def test_counts_of_several_processes_are_one(tmp_path: Path) -> None:
    """Also of one that has ended."""
    count = "from core.metrics import THROTTLED, told; THROTTLED.inc({}); print(told().decode()) if {} else None"
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    django = "import django; from django.conf import settings; settings.configure(); django.setup(); "

    def run(amount: int, *, tells: bool) -> str:
        code = django + count.format(amount, tells)
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout

    run(3, tells=False)
    run(4, tells=False)
    assert samples(run(5, tells=True))["pandaledger_throttled_requests_total", frozenset()] == 12
