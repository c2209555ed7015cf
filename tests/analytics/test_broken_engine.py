"""One row that the engine cannot read locks nobody out: what was stored is shown, and says that it is not fresh."""

import logging
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from prometheus_client import REGISTRY
from rest_framework.test import APIClient

from analytics import failures
from analytics.failures import AGAIN_AFTER
from analytics.models import HistoryMark
from analytics.rebuild import history_rebuild
from core import background
from core.models import User
from portfolio.models import Holding
from tests.analytics.conftest import HOLDINGS, NET_WORTH, STATUS, SUMMARY, TODAY, enter
from tests.conftest import check_error

PERFORMANCE = "/api/v1/analytics/performance/"
FIGURES = (
    *(NET_WORTH, SUMMARY, STATUS, HOLDINGS, PERFORMANCE, "/api/v1/ledger/stats/"),
    *(f"/api/v1/analytics/{name}/" for name in ("allocation", "contribution", "health", "risk", "rebalancing")),
    *(f"/api/v1/analytics/{name}/" for name in ("gains", "income", "projection", "balances")),
)


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "_broken", type(failures._broken)(2**20))


def worth(api: APIClient) -> Any:
    response = api.get(NET_WORTH)
    assert response.status_code == 200, response.content
    return response.json()


def break_movements(user: User) -> None:
    """The packed movements of one position, cut off in the middle as by a bad disk."""
    row = Holding.objects.filter(user=user, asset__symbol="AAPL").get()
    Holding.objects.filter(pk=row.pk).update(movements=bytes(row.movements)[:-3])


def mend_movements(user: User, rows: dict[int, bytes]) -> None:
    for pk, movements in rows.items():
        Holding.objects.filter(user=user, pk=pk).update(movements=movements)


def edit(story: dict[str, Any]) -> None:
    """A tenth share of Infosys is bought at 120, which marks the history."""
    buy = story["infosys"]
    enter(buy.account, "buy", "2024-01-10", buy.asset, quantity="10", price="120")


@pytest.fixture
def broken(asha: User, asha_api: APIClient, story: dict[str, Any]) -> dict[int, bytes]:
    """A true history is stored; then somebody buys something, and after that a row is bad. The good rows."""
    assert worth(asha_api)["fresh"] is True
    edit(story)
    rows = {row.pk: bytes(row.movements) for row in Holding.objects.filter(user=asha)}
    break_movements(asha)
    return rows


def test_what_was_stored_is_shown(asha_api: APIClient, story: dict[str, Any], asha: User) -> None:
    before = worth(asha_api)
    edit(story)
    break_movements(asha)
    shown = worth(asha_api)
    assert shown["fresh"] is False
    assert (shown["dates"], shown["series"]) == (before["dates"], before["series"])
    status = asha_api.get(STATUS).json()
    assert (status["fresh"], status["failures"]) == (False, 1)
    assert status["last_error"]


def test_it_is_right_again_once_the_row_is(asha: User, asha_api: APIClient, broken: dict[int, bytes]) -> None:
    assert worth(asha_api)["fresh"] is False
    mend_movements(asha, broken)
    HistoryMark.objects.filter(user=asha).update(generation=1000)  # as any edit does
    shown = worth(asha_api)
    assert shown["fresh"] is True
    assert shown["series"]["holdings"][-1] == pytest.approx(20 * 120 + 2 * 210 * 82)
    assert asha_api.get(STATUS).json()["failures"] == 0


def test_it_is_logged_and_counted_once_a_minute(
    asha_api: APIClient, broken: dict[int, bytes], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks every second does not make the engine fail, and the log grow, every second."""
    clock = [1000.0]
    monkeypatch.setattr(failures, "monotonic", lambda: clock[0])
    counted = REGISTRY.get_sample_value("pandaledger_rebuild_failures_total") or 0
    with caplog.at_level(logging.ERROR, logger="analytics.failures"):
        for _ in range(3):
            worth(asha_api)
        assert len(caplog.records) == 1
        clock[0] += AGAIN_AFTER
        worth(asha_api)
    assert [bool(record.exc_info) for record in caplog.records] == [True, True]
    assert REGISTRY.get_sample_value("pandaledger_rebuild_failures_total") == counted + 2


def test_the_background_notes_the_same_and_waits(asha: User, broken: dict[int, bytes]) -> None:
    background.run_due()
    mark = HistoryMark.objects.get(user=asha)
    assert (mark.failures, mark.dirty_from is not None, mark.lease_until is not None) == (1, True, True)


def test_without_a_stored_history_it_is_told_when_to_come_again(
    asha: User, asha_api: APIClient, story: dict[str, Any]
) -> None:
    break_movements(asha)
    response = asha_api.get(NET_WORTH)
    check_error(response, 503, code="not_computed")
    assert int(response["Retry-After"]) == AGAIN_AFTER


def test_figures_in_another_currency_are_not_taken_for_ones_own(
    asha: User, asha_api: APIClient, broken: dict[int, bytes]
) -> None:
    """The stored rupees must not be shown as dollars."""
    User.objects.filter(pk=asha.pk).update(base_currency="USD")
    check_error(asha_api.get(NET_WORTH), 503, code="not_computed")


@pytest.mark.parametrize("path", FIGURES)
def test_no_figure_is_an_error_of_the_server(asha_api: APIClient, broken: dict[int, bytes], path: str) -> None:
    asha_api.raise_request_exception = False
    response = asha_api.get(path)
    assert response.status_code in (200, 503), response.content
    if response.status_code == 503:
        check_error(response, 503, code="not_computed")
        assert "Retry-After" in response


def test_a_part_that_the_bad_row_is_not_in_is_told(asha: User, asha_api: APIClient, broken: dict[int, bytes]) -> None:
    main = asha.accounts.get(is_default=True)
    assert asha_api.get(NET_WORTH, {"account": main.pk}).status_code == 200


def test_others_notice_nothing(bob: User, bob_api: APIClient, broken: dict[int, bytes]) -> None:
    assert worth(bob_api)["fresh"] is True


def test_a_database_that_is_away_stays_that(
    asha: User, asha_api: APIClient, story: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is noted of a history that may be well."""
    assert worth(asha_api)["fresh"] is True
    edit(story)

    def away(user: User) -> bool:
        raise OperationalError("the connection was closed")

    monkeypatch.setattr(failures, "history_rebuild", away)
    asha_api.raise_request_exception = False
    check_error(asha_api.get(NET_WORTH), 503, code="unavailable")
    assert HistoryMark.objects.get(user=asha).failures == 0
    monkeypatch.setattr(failures, "history_rebuild", history_rebuild)
    assert worth(asha_api)["fresh"] is True


def test_the_days_that_go_by_are_missing_from_it(asha_api: APIClient, broken: dict[int, bytes]) -> None:
    """What is stored ends where it ended."""
    worth(asha_api)
    with time_machine.travel("2024-01-12T12:00:00+00:00", tick=False):
        shown = worth(asha_api)
    assert (shown["fresh"], shown["as_of"], shown["dates"][-1]) == (False, TODAY.isoformat(), TODAY.isoformat())
