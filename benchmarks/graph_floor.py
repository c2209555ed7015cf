"""The floor of any graph: the same rows read and as many bytes answered, with nothing computed."""

from django.http import HttpRequest, HttpResponse

from analytics.history import TABLE
from analytics.models import HistoryMark
from core.packed import fetch_packed


def graph_floor(request: HttpRequest, user_id: int, size: int) -> HttpResponse:
    HistoryMark.objects.get(user_id=user_id)
    fetch_packed(
        "SELECT year, net_worth, holdings, cash, liabilities, invested, net_contributions, income, "
        f"priced, stale, estimated FROM {TABLE} WHERE user_id = %s",
        [user_id],
        arrays=10,
    )
    return HttpResponse(b"0" * size, content_type="application/json")
