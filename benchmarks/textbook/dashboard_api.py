"""The five answers of the dashboard, made again for each request."""

from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.textbook import dashboard
from core.authentication import person_of
from core.days import today_for
from portfolio.models import Asset

PLAIN = {"summary": dashboard.summary, "allocation": dashboard.allocation, "health": dashboard.health}
BESIDE = {"performance": dashboard.performance, "risk": dashboard.risk}


class DashboardApi(APIView):
    renderer_classes = (JSONRenderer,)

    def get(self, request: Request, name: str) -> Response:
        user = person_of(request)
        answer: dict[str, Any]
        if name in PLAIN:
            answer = PLAIN[name](user, today_for(user))
        else:
            answer = BESIDE[name](user, today_for(user), Asset.objects.get(pk=request.query_params["benchmark"]))
        return Response(answer)
