"""/healthz/live and /healthz/ready: whether a process can serve, said shortly to whoever asks."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from core import background
from core.background import Lane
from core.models import OutgoingMail
from portfolio.models import Asset, PriceSource

LIVE, READY = "/healthz/live", "/healthz/ready"
CHECKS = {"database", "migrations", "background", "mail", "prices"}


def ready(status: int, client: Client | None = None) -> dict[str, Any]:
    answer = (client or Client()).get(READY)
    assert answer.status_code == status, answer.content
    told: dict[str, Any] = answer.json()
    return told


def states(told: dict[str, Any]) -> dict[str, str]:
    return {name: check["status"] for name, check in told["checks"].items()}


def test_a_process_that_answers_is_alive(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = Client().get(LIVE)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_site_without_faults_is_ready(db: None) -> None:
    told = ready(200)
    assert told == {"status": "ok", "checks": {name: {"status": "ok"} for name in CHECKS}}


@pytest.mark.parametrize("address", [LIVE, READY])
def test_they_are_only_asked(db: None, address: str) -> None:
    assert Client().head(address).status_code == 200
    assert Client().post(address).status_code == 405
    assert "no-store" in Client().get(address)["Cache-Control"]


def test_a_migration_that_is_not_applied_takes_it_out_of_service(db: None) -> None:
    MigrationRecorder.Migration.objects.filter(app="analytics").delete()
    told = ready(503)
    assert (told["status"], states(told)["migrations"]) == ("failed", "failed")


def test_a_database_that_is_away_takes_it_out_of_service(db: None) -> None:
    def away(execute: Any, sql: str, *_: Any) -> Any:
        raise OperationalError("the password of sentinel is wrong")

    with connection.execute_wrapper(away):
        answer = Client().get(READY)
    assert (answer.status_code, states(answer.json())["database"]) == (503, "failed")
    assert "sentinel" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_nobody_who_writes() -> None:
    """A long import, during which nobody else gets to write to SQLite."""
    begun, goes_on = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            OutgoingMail.objects.create(to="asha@example.com", message="x", due_at=timezone.now())
            begun.set()
            goes_on.wait(30)
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(10)
        start = time.monotonic()
        ready(200)
        assert time.monotonic() - start < 5
    finally:
        goes_on.set()
        writer.join()


@contextmanager
def lane_running(name: str) -> Iterator[Lane]:
    """A lane whose thread waits until the end."""
    done = threading.Event()
    lane = Lane(name)
    lane.sources.append(lambda: False)
    lane.thread = threading.Thread(target=done.wait)
    lane.thread.start()
    yield lane
    done.set()
    lane.thread.join()


def test_lanes_that_run_are_well_and_one_that_died_is_not(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKGROUND = "thread"
    with lane_running("history") as one, lane_running("mail") as other:
        monkeypatch.setattr(background, "_lanes", {"history": one, "mail": other})
        assert states(ready(200))["background"] == "ok"
    assert states(ready(503))["background"] == "failed"


def test_a_lane_that_was_never_started_is_not_well(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BACKGROUND = "thread"
    idle, working = Lane("idle"), Lane("working")
    working.sources.append(lambda: False)
    monkeypatch.setattr(background, "_lanes", {"idle": idle, "working": working})
    assert states(ready(503))["background"] == "failed"
    working.sources.clear()  # one without work has nothing to run for
    assert states(ready(200))["background"] == "ok"


def test_where_another_process_works_there_is_none_to_miss(db: None, settings: Any) -> None:
    settings.BACKGROUND = "off"
    assert states(ready(200))["background"] == "ok"


def test_mail_that_waits_long_is_told_and_served_nevertheless(db: None, staff: APIClient) -> None:
    mail = OutgoingMail.objects.create(to="asha@example.com", message="{}", due_at=timezone.now())
    assert states(ready(200))["mail"] == "ok"
    OutgoingMail.objects.filter(pk=mail.pk).update(created_at=timezone.now() - timedelta(hours=2))
    told = ready(200)
    assert (told["status"], states(told)["mail"]) == ("late", "late")
    facts = staff.get(READY).json()["checks"]["mail"]
    assert facts["waiting"] == 1
    assert facts["oldest_seconds"] == pytest.approx(7200, abs=60)


def test_old_prices_are_told_and_served_nevertheless(db: None, settings: Any, staff: APIClient) -> None:
    asset = Asset.objects.create(symbol="INFY", name="Infosys", asset_class="stock", currency="INR")
    PriceSource.objects.create(asset=asset, provider="yahoo", symbol="INFY", is_held=True)
    today = timezone.now().date()
    for days, state in ((5, "ok"), (6, "late")):
        Asset.objects.update(prices_from=today - timedelta(days=9), prices_to=today - timedelta(days=days))
        settings.LIVE_PRICES = True
        assert states(ready(200))["prices"] == state
        settings.LIVE_PRICES = False  # whoever enters prices by hand does so when they like
        assert states(ready(200))["prices"] == "ok"
    assert staff.get(READY).json()["checks"]["prices"] == {"status": "ok", "newest_days": 6, "oldest_days": 6}


def test_details_are_for_those_who_watch(db: None, asha_api: APIClient, staff: APIClient) -> None:
    assert ready(200, asha_api)["checks"]["database"] == {"status": "ok"}
    assert ready(200, staff)["checks"]["database"] == {"status": "ok", "vendor": connection.vendor}
