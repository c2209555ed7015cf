"""The parts of /ledger/stats/: amounts are exact sums, months are written 2024-05."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from analytics.apis.measures import MeasureSerializer
from analytics.definitions import MEANINGS
from analytics.engine.months import first_day
from core.fields import money_of
from core.serializers import DecimalField, MonthField


class UnitsField(DecimalField):
    """Whole ten-thousandths as an amount; null where it is not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, **kwargs})

    def to_representation(self, value: int) -> str:  # type: ignore[override]
        return super().to_representation(money_of(value))


class CountedMonthField(MonthField):
    """A month as the engine counts it."""

    def to_representation(self, value: int) -> str:  # type: ignore[override]
        return super().to_representation(first_day(value))


@extend_schema_serializer(component_name="StatsMonth")
class MonthSerializer(serializers.Serializer[Any]):
    month = CountedMonthField(help_text="Written `2024-05`.")
    spent = UnitsField(source="balance.spent", help_text=MEANINGS["spent"])
    income = UnitsField(source="balance.income", help_text="What was earned.")
    saved = UnitsField(source="balance.saved", help_text=MEANINGS["saved"])
    savings_rate = MeasureSerializer(source="balance.savings_rate", help_text=MEANINGS["savings_rate"])
    budget = UnitsField(source="available", help_text="With what was carried over; null where none counts.")


@extend_schema_serializer(component_name="StatsAverage")
class AverageSerializer(serializers.Serializer[Any]):
    months = serializers.IntegerField(help_text="The last so many whole months.")
    counted = serializers.IntegerField(help_text="So many of them since the one of the first entry.")
    spent = UnitsField(source="balance.spent", help_text="A month, as all of these.")
    income = UnitsField(source="balance.income", help_text="What was earned.")
    saved = UnitsField(source="balance.saved", help_text=MEANINGS["saved"])
    savings_rate = MeasureSerializer(source="balance.savings_rate", help_text=MEANINGS["savings_rate"])


@extend_schema_serializer(component_name="BudgetStatus")
class BudgetSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="budget.pk", help_text="Of the budget.")
    category = serializers.CharField(source="path", allow_null=True, help_text="Its path; null of the whole.")
    category_id = serializers.IntegerField(
        source="budget.category_id", allow_null=True, help_text="The id of the category; null of the whole."
    )
    carries_over = serializers.BooleanField(
        source="budget.carries_over", help_text="Whether what is left goes to the next month."
    )
    amount = UnitsField(source="status.amount", help_text="In another currency at the rate of the month's first day.")
    carried = UnitsField(source="status.carried", help_text="Left over from the months before; overspent if below 0.")
    available = UnitsField(source="status.available", help_text="amount + carried")
    spent = UnitsField(source="status.spent", help_text="On the category and all below it.")
    remaining = UnitsField(source="status.remaining", help_text="available - spent")
    share_used = MeasureSerializer(source="status.share_used", help_text="spent / available")
    pace = UnitsField(source="status.pace", help_text="Spent by the end of the month at this rate.")
    on_track = serializers.BooleanField(source="status.on_track", allow_null=True, help_text="pace <= available")
    used_up_on = serializers.DateField(allow_null=True, help_text="When more is spent than there is, at this rate.")
    reason = serializers.CharField(allow_null=True, help_text="Why some of it is not there.")


@extend_schema_serializer(component_name="StatsCategory")
class CategorySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="line.category", allow_null=True, help_text="null: without a category.")
    parent = serializers.IntegerField(
        source="line.parent_id", allow_null=True, help_text="The id of the category above it; null at the top."
    )  # type: ignore[assignment]
    kind = serializers.CharField(source="line.kind", help_text="`expense` or `income`.")
    name = serializers.CharField(source="line.name", allow_null=True, help_text="Null for what has no category.")
    path = serializers.CharField(
        source="line.path",
        allow_null=True,
        help_text="The names from the top on, `Food:Coffee`; null for what has no category.",
    )
    spent = UnitsField(help_text="With all below it; 0 of an income.")
    income = UnitsField(help_text="The same of an income.")
    own = UnitsField(help_text="Of the category by itself.")
    count = serializers.IntegerField(help_text="Entries, with those below it.")
    share = MeasureSerializer(help_text="Of all that was spent, or earned.")
    budget = BudgetSerializer(allow_null=True, help_text="The one that counts in the month; null where there is none.")


@extend_schema_serializer(component_name="StatsPayee")
class PayeeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Empty: without a payee.")
    spent = UnitsField(help_text="What they got from you.")
    income = UnitsField(help_text="What they paid you.")
    count = serializers.IntegerField(help_text="How many entries.")
