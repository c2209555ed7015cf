"""The graph: a dict for each day, from the rows of the history."""

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.textbook.models import HistoryDay
from benchmarks.textbook.rebuild import SERIES


class NetWorthApi(APIView):
    renderer_classes = (JSONRenderer,)

    def get(self, request: Request) -> Response:
        days = HistoryDay.objects.filter(user=request.user).order_by("date")
        return Response([{"date": day.date} | {name: float(getattr(day, name)) for name in SERIES} for day in days])
