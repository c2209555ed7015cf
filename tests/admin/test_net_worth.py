"""The picture of the net worth on a person's page, and the marks of histories."""

import re
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.curve import curve_of, month_points, nice_amounts, short_amount
from analytics.marks import history_mark
from analytics.models import HistoryMark
from core.models import User
from portfolio.services.prices import prices_record
from tests.admin.conftest import Portfolio, messages_of, months_since


def page_of(client: Client, user: User) -> str:
    return str(client.get(reverse("admin:core_user_change", args=[user.pk])).content.decode())


def test_the_curve_has_a_point_for_each_month(root: Client, portfolio: Portfolio) -> None:
    page = page_of(root, portfolio.user)
    (points,) = re.findall(r'<polyline points="([^"]+)"', page)
    assert len(points.split()) == months_since(date(2024, 1, 15), portfolio.user.zone)
    assert "Fresh: true through" in page


def test_it_says_the_first_and_the_last_value_with_their_currency(root: Client, portfolio: Portfolio) -> None:
    """10 at 100 at the end of January; 12 at 55.25, the last close halved by the split, now."""
    page = page_of(root, portfolio.user)
    assert "1,000.00 INR on 2024-01-31, 663.00 INR on" in page
    assert re.search(r'<text [^>]*text-anchor="middle">2025</text>', page)


def test_looking_rebuilds_nothing_and_says_what_is_untrue(root: Client, portfolio: Portfolio) -> None:
    prices_record(closes={portfolio.asset.pk: {date(2024, 2, 1): Decimal(105)}})
    before = HistoryMark.objects.values().get()
    page = page_of(root, portfolio.user)
    assert "Untrue from 2024-02-01 on" in page
    assert "<polyline" in page
    assert HistoryMark.objects.values().get() == before


def test_a_person_without_anything_has_no_picture(root: Client, bob: User) -> None:
    page = page_of(root, bob)
    assert "No history yet" in page
    assert "<svg viewBox" not in page


def test_lists_do_not_read_histories(root: Client, portfolio: Portfolio) -> None:
    with CaptureQueriesContext(connection) as captured:
        root.get(reverse("admin:core_user_changelist"))
    assert not any("analytics_history" in query["sql"] for query in captured)


def test_a_history_is_rebuilt_on_demand(root: Client, portfolio: Portfolio) -> None:
    history_mark(user_id=portfolio.user.pk, since=date(2024, 2, 1))
    HistoryMark.objects.update(failures=3, last_error="a disk was full")
    chosen = {"action": "rebuild_now", "_selected_action": [portfolio.user.pk]}
    page = root.post(reverse("admin:analytics_historymark_changelist"), chosen, follow=True)
    assert messages_of(page) == ["1 history rebuilt."]
    mark = HistoryMark.objects.get()
    assert (mark.dirty_from, mark.failures, mark.last_error) == (None, 0, "")


def test_month_points_are_the_last_days_of_months() -> None:
    days, values = month_points(date(2023, 12, 30), np.arange(66.0))
    assert days == [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 4)]
    assert values.tolist() == [1, 32, 61, 65]


def test_unknown_values_leave_the_curve_open() -> None:
    days = [date(2024, month, 28) for month in range(1, 7)]
    curve = curve_of(days, np.array([1.0, 2.0, np.nan, 3.0, np.nan, 4.0]))
    assert curve is not None
    assert [[point.value for point in run] for run in curve.runs] == [[1, 2], [3], [4]]
    assert len(curve.lines) == 1
    assert [dot.value for dot in curve.dots] == [3, 4]


def test_higher_is_up_and_later_is_right() -> None:
    curve = curve_of([date(2024, 1, 31), date(2024, 2, 29)], np.array([-50.0, 100.0]))
    assert curve is not None
    assert curve.first.y > curve.last.y
    assert (curve.first.x, curve.last.x) == (curve.left, curve.right)


@pytest.mark.parametrize("values", [[np.nan], [np.nan, np.nan]])
def test_nothing_known_is_no_curve(values: list[float]) -> None:
    assert curve_of([date(2024, 1, 31), date(2024, 2, 29)][: len(values)], np.array(values)) is None


@pytest.mark.parametrize("values", [[0.0], [5.0], [0.0, 0.0], [-3.0, -3.0], [1e-9, 2e-9], [1e15, 1e15]])
def test_flat_and_extreme_curves_stay_in_the_picture(values: list[float]) -> None:
    curve = curve_of([date(2024, 1, 31), date(2024, 2, 29)][: len(values)], np.array(values))
    assert curve is not None
    assert all(0 <= point.y <= curve.height and 0 <= point.x <= curve.width for run in curve.runs for point in run)


def test_amounts_of_the_axis_are_round() -> None:
    assert nice_amounts(0, 930_000) == [0, 200_000, 400_000, 600_000, 800_000, 1_000_000]
    assert nice_amounts(-40, 100) == [-50, 0, 50, 100]
    assert [short_amount(amount) for amount in (0, -50, 1500, 2_500_000)] == ["0", "−50", "1.5k", "2.5M"]
