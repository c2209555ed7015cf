"""Nothing of a person is forgotten: each model with a way to them is declared, or said to be left out, and why."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Field, ForeignKey, Model

from core.archive.tables import Table, models_left_out, sheets, table_of, tables
from core.archive.texts import documented
from core.models import User
from tests.archive.handling import OURS

ROOT = Path(__file__).resolve().parents[2]
NOT_OF_PEOPLE = {
    "core.RateCount": "counts by digests, which name nobody",
    "core.OutgoingMail": "waits to be sent, and has links that open accounts",
    "portfolio.ProviderState": "of the site",
}
"""Models without a way to a person, or with what no archive may have."""


def models() -> Iterator[type[Model]]:
    for app in OURS:
        yield from apps.get_app_config(app).get_models()


def leads_to_people(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    if model is User:
        return True
    targets = (field.related_model for field in model._meta.concrete_fields if isinstance(field, ForeignKey))
    return any(leads_to_people(target, seen | {model}) for target in targets if target not in seen | {model})


def joined() -> dict[type[Model], Any]:
    return {model: (table, reasons) for table in tables() for model, reasons in table.joined.items()}


def test_each_model_is_declared_or_left_out_for_a_reason() -> None:
    forgotten = [
        model._meta.label
        for model in models()
        if leads_to_people(model)
        and table_of(model) is None
        and not models_left_out().get(model)
        and model not in joined()
        and model._meta.label not in NOT_OF_PEOPLE
    ]
    assert forgotten == []
    assert {model for model in models() if table_of(model)} == {table.model for table in tables()}
    assert not {table.model for table in tables()} & set(models_left_out())


def test_what_is_of_nobody_leads_to_nobody() -> None:
    by_label = {model._meta.label: model for model in models()}
    assert not [label for label in NOT_OF_PEOPLE if leads_to_people(by_label[label])]


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_each_field_is_a_column_or_left_out_for_a_reason(table: Table) -> None:
    paths = {column.path for column in table.columns}
    fields = [field for field in table.model._meta.concrete_fields if not field.primary_key]
    forgotten = [field.name for field in fields if field.attname not in paths and not table.left_out.get(field.name)]
    assert forgotten == []
    assert set(table.left_out) <= {field.name for field in fields}


def test_each_field_of_what_is_beside_a_row_too() -> None:
    for model, (table, reasons) in joined().items():
        paths = {column.path.partition("__")[2] for column in table.columns}
        fields: list[Field] = list(model._meta.concrete_fields)
        assert [field.name for field in fields if field.name not in paths and not reasons.get(field.name)] == []


def test_rows_name_rows_of_tables_before_them() -> None:
    seen: set[type[Model]] = set()
    for table in tables():
        seen.add(table.model)
        for column in table.columns:
            assert column.refers is None or column.refers in seen, (table.name, column.name)


def test_the_document_says_the_same() -> None:
    text = (ROOT / "docs" / "archive.md").read_text()
    assert documented().strip() in text, "docs/archive.md: put in what core.archive.texts.documented() says"
    for sheet in sheets():
        assert f"csv/{sheet.name}.csv" in text
