"""How measures look in an answer: a number with its observations, or null with the reason."""

from typing import Any

from rest_framework import serializers


class MeasureSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField(allow_null=True)
    reason = serializers.CharField(allow_null=True, help_text="Why there is no value.")


class ObservedMeasureSerializer(MeasureSerializer):
    observations = serializers.IntegerField(allow_null=True, help_text="Returns of weekdays that it rests on.")
