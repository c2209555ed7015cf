"""What the measures mean is told of every one that is answered, and of no other."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rest_framework import serializers

from analytics.apis.measures import MeasureSerializer
from analytics.definitions import DEFINITIONS
from analytics.urls import urlpatterns

DEFINITIONS_API = "/api/v1/analytics/definitions/"
OF_RULES = ("points", "most_points", "value", "threshold", "worst")
NO_MEASURES = {
    *(f"{rules}.{name}" for rules in ("rules", "deductions") for name in OF_RULES),  # each says what it looks at
    *("calendar.months", "calendar.total", "day.value", "month.value"),  # `twr`, of a year, month or day
    *("series", "rolling.series", "correlation.matrix"),  # of measures that they name
    "risk_free",  # as it was asked
}
"""Ratios that need no sentence of their own."""


def test_it_works(asha_api):
    response = asha_api.get(DEFINITIONS_API)
    told = {row["name"]: row for row in response.json()}
    assert told["hhi"] == {
        "name": "hhi",
        "unit": "number",
        "text": "Concentration: the sum of the squared weights; 1 is everything in one asset.",
    }
    assert len(told) == len(DEFINITIONS)


def test_it_asks_who_you_are(anonymous_api):
    assert anonymous_api.get(DEFINITIONS_API).status_code == 401


def test_every_measure_has_its_definition():
    undefined = {name for name, field in figures() if is_ratio(field) and not known(name, defined())}
    assert undefined == NO_MEASURES


def test_every_definition_is_of_an_answer():
    answered = {name for name, _ in figures()}
    assert {name for name in defined() if not any(known(figure, {name}) for figure in answered)} == set()


def test_every_definition_is_one_sentence_of_its_own():
    assert not [name for name, count in Counter(row.name for row in DEFINITIONS).items() if count > 1]
    assert not [row.name for row in DEFINITIONS if not row.text.endswith(".")]


def defined() -> set[str]:
    return {row.name for row in DEFINITIONS}


def known(name: str, names: set[str]) -> bool:
    return name in names or name.rsplit(".", 1)[-1] in names


def is_ratio(field: serializers.Field[Any, Any, Any, Any]) -> bool:
    """Amounts are told of where their name does not say what they are."""
    return isinstance(field, (MeasureSerializer, serializers.FloatField))


def figures() -> Iterator[tuple[str, serializers.Field[Any, Any, Any, Any]]]:
    """Every figure of every answer, with the name of what it is directly a part of."""
    measuring = [pattern for pattern in urlpatterns if str(pattern.pattern).startswith(("analytics/", "ledger/stats/"))]
    views = [vars(pattern.callback)["view_class"] for pattern in measuring]
    answers = [view.OutputSerializer() for view in views if hasattr(view, "OutputSerializer")]
    assert len(answers) > 10
    for answer in answers:
        yield from _figures(answer, "")


def _figures(
    answer: serializers.Serializer[Any], of: str
) -> Iterator[tuple[str, serializers.Field[Any, Any, Any, Any]]]:
    for name, field in answer.get_fields().items():
        one = getattr(field, "child", field)
        if isinstance(one, serializers.Serializer) and not isinstance(one, MeasureSerializer):
            yield from _figures(one, f"{name}.")
        else:
            yield f"{of}{name}", getattr(one, "child", one)
