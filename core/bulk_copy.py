"""Insert thousands of rows at a time: by COPY on Postgres, which takes a fraction of the time of INSERT."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import connection, connections
from django.db.models import Field, Model

Row = TypeVar("Row", bound=Model)
FEW = 200
"""Rows up to which COPY saves nothing."""


def rows_create(model: type[Row], rows: Sequence[Row], *, batch_size: int) -> list[Row]:
    """As `bulk_create`: with ids, in this order, and without `save()` and its signals."""
    if connection.vendor != "postgresql" or len(rows) < FEW:
        return model._default_manager.bulk_create(rows, batch_size=batch_size)
    for row, pk in zip(rows, new_ids(model, len(rows)), strict=True):
        row.pk = pk
        row._state.adding, row._state.db = False, connection.alias
    _copy(model, rows, lambda row, field: field.pre_save(row, add=True))
    return list(rows)


def rows_restore(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert rows that have their ids, each field as it is: also the times at which they were made and changed."""
    if connection.vendor == "postgresql" and len(rows) >= FEW:
        _copy(model, rows, _as_it_is)
        return
    fields = _fields(model)
    table, columns = _names(model)
    sql = f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"
    here = connections[connection.alias]  # itself: it is asked for millions of times
    values = [[field.get_db_prep_save(_as_it_is(row, field), here) for field in fields] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


def new_ids(model: type[Model], count: int) -> list[int]:
    """For rows that are inserted with them in this database transaction, ascending."""
    if connection.vendor == "postgresql":
        return _drawn_ids(model, count)
    with connection.cursor() as cursor:  # nobody else writes before this transaction ends
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        row = cursor.fetchone()
    last = row[0] if row else 0
    return list(range(last + 1, last + count + 1))


def _drawn_ids(model: type[Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)::regclass) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _copy(model: type[Model], rows: Sequence[Model], value_of: Callable[[Model, Field], Any]) -> None:
    fields = _fields(model)
    table, columns = _names(model)
    statement = f"COPY {table} ({columns}) FROM STDIN"
    here = connections[connection.alias]  # itself: it is asked for millions of times
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([field.get_db_prep_save(value_of(row, field), here) for field in fields])


def _fields(model: type[Model]) -> list[Field]:
    return list(model._meta.concrete_fields)


def _names(model: type[Model]) -> tuple[str, str]:
    quoted = connection.ops.quote_name
    return quoted(model._meta.db_table), ", ".join(quoted(str(field.column)) for field in _fields(model))


def _as_it_is(row: Model, field: Field) -> Any:
    return getattr(row, field.attname)
