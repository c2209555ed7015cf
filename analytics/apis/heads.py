"""How every answer about some days begins: what it is of, and why some of it is not known."""

from typing import Any

from rest_framework import serializers

from analytics.apis.query import Range, ReasonSerializer
from analytics.panels import Window
from analytics.selectors import State


class HeadSerializer(serializers.Serializer[Any]):
    fresh = serializers.BooleanField()
    as_of = serializers.DateField()
    currency = serializers.CharField(help_text="Of all amounts of this answer.")
    first = serializers.DateField(allow_null=True, help_text="The day at whose end the period begins.")
    last = serializers.DateField(
        allow_null=True, help_text="The day at whose end the period ends; null where nothing was held by then."
    )
    reasons = ReasonSerializer(many=True)


def head_of(asked: Range, state: State, window: Window | None) -> dict[str, Any]:
    return {
        "fresh": state.fresh,
        "as_of": asked.last(state.as_of),
        "currency": asked.currency,
        "first": window and window.start,
        "last": window and window.last,
        "reasons": window.portrait.reasons if window else [],
    }
