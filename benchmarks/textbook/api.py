"""The graph: a dict for each day, from the rows of the history, as the framework's own guide writes it."""

from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from benchmarks.textbook.models import HistoryDay
from benchmarks.textbook.rebuild import SERIES


class HistoryDaySerializer(serializers.ModelSerializer):
    class Meta:
        model = HistoryDay
        fields = ("date", *SERIES)


class NetWorthApi(ListAPIView):
    renderer_classes = (JSONRenderer,)
    serializer_class = HistoryDaySerializer
    pagination_class = None
    filter_backends = ()

    def get_queryset(self):
        return HistoryDay.objects.filter(user=self.request.user).order_by("date")


class NetWorthByHandApi(NetWorthApi):
    """The same without a serializer: what the first step of tuning would leave."""

    def list(self, request, *args, **kwargs):
        return Response(
            [{"date": day.date} | {name: float(getattr(day, name)) for name in SERIES} for day in self.get_queryset()]
        )
