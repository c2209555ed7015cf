"""The parts of /analytics/gains/: sums of lots, and the lots themselves."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from analytics.apis.holdings import HeldAssetSerializer, HeldInSerializer
from analytics.gains.lots import KINDS, NAMES
from core.serializers import DecimalField

TERMS = {
    "short": "Lots that were held for a short term, by the rules.",
    "long": "Lots that were held for a long term.",
    "undivided": "Lots of which the rules make no difference by time.",
    "unclassified": "Lots of which no term is known.",
}


class SumsSerializer(serializers.Serializer[Any]):
    """Amounts are null where one of a lot is not known."""

    count = serializers.IntegerField(help_text="Of lots.")
    cost = DecimalField(allow_null=True, help_text="What the lots had cost, with fees and taxes of the purchase.")
    gain = DecimalField(allow_null=True, help_text="What they brought, or are worth, less that.")
    gains = DecimalField(allow_null=True, help_text="Of the lots with a gain.")
    losses = DecimalField(allow_null=True, help_text="Of the lots with a loss: not above 0.")


class RealizedSumsSerializer(SumsSerializer):
    proceeds = DecimalField(source="value", allow_null=True, help_text="Net of fees and taxes.")


class UnrealizedSumsSerializer(SumsSerializer):
    market_value = DecimalField(source="value", allow_null=True, help_text="What the open lots are worth.")


class RealizedTermsSerializer(serializers.Serializer[Any]):
    """`undivided`: the rules make no difference there; `unclassified`: no term is known."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {name: RealizedSumsSerializer(help_text=TERMS[name]) for name in NAMES}


class UnrealizedTermsSerializer(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {name: UnrealizedSumsSerializer(help_text=TERMS[name]) for name in NAMES}


class RealizedGroupSerializer(serializers.Serializer[Any]):
    totals = RealizedSumsSerializer(help_text="Of all its lots.")
    terms = RealizedTermsSerializer(help_text="The same, apart by how long the lots were held.")


class OwnDealSerializer(serializers.Serializer[Any]):
    """In the currency of the asset, as the books have it."""

    currency = serializers.CharField(source="asset.currency", help_text="Of the asset.")
    cost = DecimalField(source="own.cost", help_text="In that currency.")
    gain = DecimalField(source="own.gain", allow_null=True, help_text="In that currency; null where no price is known.")


class GainLotSerializer(serializers.Serializer[Any]):
    asset = HeldAssetSerializer(source="part.asset", help_text="What was bought.")
    account = HeldInSerializer(source="part.account", help_text="Where it is or was held.")
    acquired = serializers.DateField(source="part.acquired", help_text="The day from which its time counts.")
    quantity = DecimalField(source="part.quantity", help_text="In units of that day.")
    cost = DecimalField(
        source="part.asked.cost",
        allow_null=True,
        help_text="What the lot had cost, at the exchange rate of its day; null where that is not known.",
    )
    gain = DecimalField(
        source="part.asked.gain",
        allow_null=True,
        help_text="What it brought, or is worth, less what it cost; null where one of them is not known.",
    )
    days = serializers.IntegerField(source="part.days", help_text="Held.")
    term = serializers.ChoiceField(
        source="term.kind",
        choices=KINDS,
        allow_null=True,
        help_text="By the rules, `short` or `long`; `undivided` where they make no difference; null where "
        "no rule is known.",
    )
    term_reason = serializers.CharField(source="term.reason", allow_null=True, help_text="Why there is no term.")
    rule = serializers.CharField(source="term.rule", allow_null=True, help_text="The name of the one that decided.")
    long_term_on = serializers.DateField(
        source="term.since", allow_null=True, help_text="The first day on which a sale is long term."
    )
    reason = serializers.CharField(source="part.reason", allow_null=True, help_text="Why an amount is not known.")


class RealizedLotSerializer(GainLotSerializer):
    @extend_schema_serializer(component_name="OwnRealized")
    class OwnSerializer(OwnDealSerializer):
        proceeds = DecimalField(source="own.value", help_text="Net of fees and taxes.")

    sold_on = serializers.DateField(source="part.day", help_text="The day of the sale.")
    financial_year = serializers.CharField(source="year.label", help_text="That the sale falls into.")
    proceeds = DecimalField(source="part.asked.value", allow_null=True, help_text="Net of fees and taxes.")
    own = OwnSerializer(source="part", help_text="The same in the currency of the asset.")


class OpenLotSerializer(GainLotSerializer):
    @extend_schema_serializer(component_name="OwnUnrealized")
    class OwnSerializer(OwnDealSerializer):
        market_value = DecimalField(
            source="own.value", allow_null=True, help_text="In that currency; null where no price is known."
        )

    market_value = DecimalField(
        source="part.asked.value",
        allow_null=True,
        help_text="At the last close, or a price of now; null where none is known.",
    )
    own = OwnSerializer(source="part", help_text="The same in the currency of the asset.")
