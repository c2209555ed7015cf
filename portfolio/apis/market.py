"""/market/: indices, gold and silver in rupees, coins and the dollar, with headlines."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from core.kept import Kept
from core.renderers import dumps
from core.revalidation import encoded, json_response
from core.serializers import DecimalField
from portfolio.market.overview import market_overview, market_sources
from portfolio.market.watching import market_watch

_kept: Kept[None, bytes] = Kept(2**20)
"""The one answer that all people get, by its ETag."""


class LineSerializer(serializers.Serializer[Any]):
    dates = serializers.ListField(child=serializers.DateField())
    closes = serializers.ListField(
        child=serializers.FloatField(), help_text="One price for each of `dates`, in the unit and currency of the item."
    )


class ItemSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="For programs: it stays.")
    name = serializers.CharField()
    symbol = serializers.CharField(help_text="As Yahoo names it; of a metal the dollar price for a troy ounce.")
    currency = serializers.CharField()
    unit = serializers.CharField(help_text="Of what `last` is the price: points, 10 g, 1 kg …")
    last = DecimalField(allow_null=True, help_text="The price; null where none is known.")
    change = DecimalField(allow_null=True, help_text="Since the previous close.")
    change_ratio = serializers.FloatField(
        allow_null=True, help_text="The same as a fraction of that close; null where there is none."
    )
    as_of = serializers.DateTimeField(allow_null=True, help_text="Of the last price; null of a close.")
    price_date = serializers.DateField(
        allow_null=True, help_text="The day of the last price; null where there is none."
    )
    is_stale = serializers.BooleanField(help_text="A newer price should be there, by the hours of its market.")
    reason = serializers.CharField(allow_null=True, help_text="Why there is no `last`, or no `change`.")
    line = LineSerializer(help_text="The last 30 days, with today's price.")


class DutySerializer(serializers.Serializer[Any]):
    gold = DecimalField(help_text="Import duty in per cent, as the settings say.")
    silver = DecimalField(help_text="The same of silver.")
    formula = serializers.CharField(help_text="How the rupee prices of metals are made, in a sentence.")


class HeadlineSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(help_text="As it was published.")
    publisher = serializers.CharField(allow_blank=True, help_text="Who published it; empty where that is not said.")
    link = serializers.URLField(help_text="Where it can be read.")
    published_at = serializers.DateTimeField(help_text="When it was published.")


class MarketApi(APIView):
    """The last known prices, at once: whoever looks has them refreshed in the background."""

    has_etag = True

    @extend_schema_serializer(component_name="Market")
    class OutputSerializer(serializers.Serializer[Any]):
        as_of = serializers.DateTimeField(allow_null=True, help_text="Of the newest price.")
        refresh_after = serializers.IntegerField(help_text="Seconds; there is nothing newer before that.")
        items = ItemSerializer(many=True, help_text="Indices, metals, coins and currencies, in the order to show them.")
        duty = DutySerializer(help_text="What the rupee prices of metals have in them.")
        news = HeadlineSerializer(many=True, help_text="Headlines, the newest first; empty where there are none.")

    @extend_schema(summary="Indices, metals, coins and the dollar", responses=OutputSerializer)
    def get(self, request: Request) -> HttpResponse:
        sources = market_sources()
        market_watch(sources.assets.values())

        def body() -> bytes:
            kept = _kept.get(None, sources.etag)
            if kept is None:
                kept = dumps(market_overview(sources))
                _kept.put(None, sources.etag, kept, size=len(kept))
            return encoded(request, kept)

        return json_response(request, sources.etag, body)
