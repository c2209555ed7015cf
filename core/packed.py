"""Fast reading and writing of packed rows: arrays of floats go between numpy and the database without Python lists.

Postgres speaks its binary array format here, SQLite JSON. Both run on Django's connection, in its transaction.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import orjson
import psycopg
from django.db import connection
from numpy.typing import NDArray
from psycopg.adapt import AdaptersMap, Buffer, Dumper, Loader
from psycopg.pq import Format

FloatArray = NDArray[np.float64]

_FLOAT8, _FLOAT8_ARRAY = 701, 1022  # object identifiers of Postgres' types
_HEADER = struct.Struct(">iiIii")  # dimensions, has nulls, element type, length, lower bound
_ELEMENT = np.dtype([("size", ">i4"), ("value", ">f8")])


class _ArrayLoader(Loader):
    """One-dimensional `double precision[]` without nulls, as a numpy view of the received bytes."""

    format = Format.BINARY

    def load(self, data: Buffer) -> FloatArray:
        if len(data) <= _HEADER.size:
            return np.empty(0)
        values: FloatArray = np.frombuffer(data, _ELEMENT, offset=_HEADER.size)["value"]
        return values


class _ArrayDumper(Dumper):
    format = Format.BINARY
    oid = _FLOAT8_ARRAY

    def dump(self, obj: Any) -> bytes:
        elements = np.empty(len(obj), _ELEMENT)
        elements["size"], elements["value"] = 8, obj
        return _HEADER.pack(1, 0, _FLOAT8, len(obj), 1) + elements.tobytes()


_adapters = AdaptersMap(psycopg.adapters)
_adapters.register_loader(_FLOAT8_ARRAY, _ArrayLoader)
_adapters.register_dumper(np.ndarray, _ArrayDumper)


def _postgres_cursor() -> psycopg.Cursor[tuple[Any, ...]]:
    """A cursor of the driver itself: Django's interpolates parameters as text."""
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor._adapters = _adapters
    return cursor


def fetch_packed(sql: str, params: Sequence[Any], *, arrays: int = 0) -> list[tuple[Any, ...]]:
    """All rows of a query whose last `arrays` columns are packed; these come as float64 arrays (read-only)."""
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors, _postgres_cursor() as cursor:
            return cursor.execute(sql, params, binary=True).fetchall()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    if not arrays:
        return rows
    return [(*row[:-arrays], *(np.array(orjson.loads(text), np.float64) for text in row[-arrays:])) for row in rows]


def any_of(column: str, values: Sequence[int]) -> tuple[str, list[Any]]:
    """The condition that `column` is one of `values`, with its parameters: one plan whatever their number."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [list(values)]
    return f"{column} IN (SELECT value FROM json_each(%s))", [orjson.dumps(list(values)).decode()]


def upsert_packed(table: str, keys: Sequence[str], arrays: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of (*keys, *arrays), or replace the arrays of those whose keys are there."""
    columns = [*keys, *arrays]
    sql = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in arrays)
    )
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors, _postgres_cursor() as cursor:
            cursor.executemany(sql, rows)
        return
    with connection.cursor() as cursor:
        cursor.executemany(sql, [tuple(map(_as_json, row)) for row in rows])


def _as_json(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        contiguous = np.ascontiguousarray(value, np.float64)
        return orjson.dumps(contiguous, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    return value
