"""Model fields that mean the same on Postgres and SQLite: exact decimals, and arrays of floats."""

from decimal import Decimal
from typing import Any

import numpy as np
import orjson
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from numpy.typing import NDArray

from core.money import plain, shortest


class ExactDecimalField(models.DecimalField):
    """A decimal of 20 digits before and 18 after the point, stored without loss on both databases.

    Django keeps decimals on SQLite as floats of 15 digits; there this field is text in its shortest form, of which
    the database can compare the sign with zero, and nothing else. Order and sum such columns in Python.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 38)
        kwargs.setdefault("decimal_places", 18)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        return "ExactDecimalField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        if connection.vendor == "postgresql":
            return f"numeric({self.max_digits}, {self.decimal_places})"
        return "text"

    def cast_db_type(self, connection: BaseDatabaseWrapper) -> str:
        return self.db_type(connection)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Decimal | None:
        return None if value is None else shortest(Decimal(value))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None or hasattr(value, "as_sql"):
            return value
        exact = self.to_python(value)
        return exact if connection.vendor == "postgresql" else plain(exact)

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return self.get_db_prep_value(value, connection)


MONEY_PLACES = 4
"""No currency has smaller parts; a cent has two more digits than it needs."""
MOST_MONEY = Decimal("1e12")
"""No single amount of everyday money is above this: so many of them can be added up in 64 bits."""


class MoneyField(models.DecimalField):
    """An amount with up to 4 decimals, exact on both databases, that both can order, compare and add up.

    numeric(19, 4) on Postgres; on SQLite a whole number of ten-thousandths, because its decimals are floats. So an
    amount that is added to a column must be one as well: `F("amount") + Value(amount, MoneyField())`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 19)
        kwargs.setdefault("decimal_places", MONEY_PLACES)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        return "MoneyField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        if connection.vendor == "postgresql":
            return f"numeric({self.max_digits}, {self.decimal_places})"
        return "bigint"

    def cast_db_type(self, connection: BaseDatabaseWrapper) -> str:
        return self.db_type(connection)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Decimal | None:
        if value is None:
            return None
        return shortest(value if isinstance(value, Decimal) else Decimal(value).scaleb(-MONEY_PLACES))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None or hasattr(value, "as_sql"):
            return value
        exact = self.to_python(value)
        return exact if connection.vendor == "postgresql" else money_units(exact)

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return self.get_db_prep_value(value, connection)


def money_units(amount: Decimal) -> int:
    """The amount as a whole number of ten-thousandths; ValueError where it has smaller parts."""
    units = amount.scaleb(MONEY_PLACES)
    if units != units.to_integral_value():
        raise ValueError(f"{amount} has more than {MONEY_PLACES} decimals.")
    return int(units)


def money_of(units: int) -> Decimal:
    """What so many ten-thousandths are."""
    return shortest(Decimal(units).scaleb(-MONEY_PLACES))


class FloatArrayField(models.Field):
    """A vector of float64, NaN where undefined: `double precision[]` on Postgres, a JSON array on SQLite."""

    def get_internal_type(self) -> str:
        return "FloatArrayField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "double precision[]" if connection.vendor == "postgresql" else "text"

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> NDArray[np.float64] | None:
        if value is None:
            return None
        items = orjson.loads(value) if isinstance(value, str) else value
        return np.array(items, dtype=np.float64)

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None:
            return None
        array = np.asarray(value, dtype=np.float64)
        if connection.vendor == "postgresql":
            return array.tolist()
        return orjson.dumps(array, option=orjson.OPT_SERIALIZE_NUMPY).decode()
