"""The figures of an answer about income, made of what the engine counted."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from analytics.amounts import amount_of
from analytics.engine.expected import MONTHS, Expected
from analytics.engine.income import Sums, span_names, spans_of
from analytics.engine.measure import NOTHING_HELD
from analytics.engine.periods import months_before
from analytics.income.paid import Income, Yield

SUMS = ("dividends", "interest", "income", "fees", "taxes", "net")
ZERO = Decimal(0)
_NO_YIELD = {"value": None, "reason": NOTHING_HELD}
NOTHING: dict[str, Any] = {
    "totals": dict.fromkeys(SUMS, ZERO),
    "months": [],
    "years": [],
    "parts": [],
    "yields": {
        "trailing_income": ZERO,
        "cost_basis": ZERO,
        "market_value": ZERO,
        "yield_on_cost": _NO_YIELD,
        "yield_on_value": _NO_YIELD,
    },
    "growth": {"this_year": ZERO, "last_year": ZERO, "change": _NO_YIELD},
    "expected": {"total": ZERO, "months": [], "payments": [], "without_history": []},
}
"""Where nothing was held by then."""


def figures_of(income: Income) -> dict[str, Any]:
    """The same as in `NOTHING`, of what there is."""
    return {
        "totals": _sums(income.total, 0),
        "months": [{"month": name, **_sums(income.months.sums, i)} for i, name in enumerate(income.months.names)],
        "years": [{"year": int(name), **_sums(income.years.sums, i)} for i, name in enumerate(income.years.names)],
        "parts": _parts(income),
        "yields": _yield(income.overall),
        "growth": {
            "this_year": amount_of(income.growth.this_year),
            "last_year": amount_of(income.growth.last_year),
            "change": income.growth.change,
        },
        "expected": _expected(income),
    }


def _sums(sums: Sums, row: int) -> dict[str, Decimal | None]:
    return {name: amount_of(float(getattr(sums, name)[row])) for name in SUMS}


def _yield(earned: Yield) -> dict[str, Any]:
    return {
        "trailing_income": amount_of(earned.trailing_income),
        "cost_basis": amount_of(earned.cost_basis),
        "market_value": amount_of(earned.market_value),
        "yield_on_cost": earned.on_cost,
        "yield_on_value": earned.on_value,
    }


def _parts(income: Income) -> list[dict[str, Any]]:
    """The largest income first; those without any that are held no more are left out."""
    rows = [
        {"key": part.key, "name": part.name, **_sums(income.sums, i), **_yield(income.yields[i])}
        for i, part in enumerate(income.parts)
        if income.sums.income[i] != 0 or income.yields[i].is_held
    ]
    return sorted(rows, key=lambda row: (-(row["income"] or ZERO), row["name"], row["key"]))


def _expected(income: Income) -> dict[str, Any]:
    amounts = np.array([row.amount * income.rates[row.currency] for row in income.expected])
    return {
        "total": amount_of(float(amounts.sum())),
        "months": _expected_months(income, amounts),
        "payments": [
            _payment(row, income, float(amount)) for row, amount in zip(income.expected, amounts, strict=True)
        ],
        "without_history": [income.labels[asset] for asset in income.without_history],
    }


def _expected_months(income: Income, amounts: Any) -> list[dict[str, Any]]:
    ends = (income.last + timedelta(days=1), months_before(income.last, -MONTHS))
    begin, end = spans_of(np.array([day.toordinal() for day in ends]), "M").tolist()
    months = spans_of(np.array([row.day.toordinal() for row in income.expected], np.int64), "M") - begin
    sums = np.bincount(months, amounts, end - begin + 1)
    return [
        {"month": name, "amount": amount_of(float(amount))}
        for name, amount in zip(span_names(begin, end, "M"), sums, strict=True)
    ]


def _payment(row: Expected, income: Income, amount: float) -> dict[str, Any]:
    return {
        "asset": income.labels[row.asset],
        "date": row.day,
        "units": amount_of(row.units),
        "per_unit": amount_of(row.per_unit),
        "per_unit_currency": row.currency,
        "amount": amount_of(amount),
        "basis": row.basis,
    }
