"""How what the engine found looks in an answer: measures, amounts and ratios; null where one is not known."""

from typing import Any

from rest_framework import serializers

from analytics.amounts import amount_of, number_of
from analytics.engine.measure import Measure
from core.serializers import DecimalField


class AmountField(DecimalField):
    """A float of the engine as an amount; null where it is not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, **kwargs})

    def to_representation(self, value: float) -> str | None:  # type: ignore[override]
        amount = amount_of(value)
        return None if amount is None else super().to_representation(amount)


class RatioField(serializers.FloatField):
    """A float of the engine; null where it is not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, **kwargs})

    def to_representation(self, value: float) -> float | None:  # type: ignore[override]
        return number_of(float(value))


class MeasureSerializer(serializers.Serializer[Any]):
    """A number, or null with the reason."""

    value = serializers.FloatField(allow_null=True, help_text="The number; null where there is none.")
    reason = serializers.CharField(allow_null=True, help_text="Why there is no value.")


def measure_json(measure: Measure) -> dict[str, Any]:
    """As `MeasureSerializer` has it, which would copy its fields for each of a hundred measures."""
    return {"value": measure.value, "reason": measure.reason}


class ObservedMeasureSerializer(MeasureSerializer):
    observations = serializers.IntegerField(allow_null=True, help_text="Returns of weekdays that it rests on.")
