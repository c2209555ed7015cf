"""Short ways to write the course of an account down and to read a day of it."""

from datetime import date

import numpy as np
import pytest

from analytics.engine.interest import Accrued, Terms, balances_daily

NEW_YEAR = date(2023, 1, 1)
"""Its quarters end on 1 April (90 days), 1 July (91), 1 October (92) and 1 January (92)."""


def of(
    first: date,
    last: date,
    *,
    changes: dict[date, float] | None = None,
    stated: dict[date, float] | None = None,
    terms: Terms | None = None,
    touched: tuple[date, ...] = (),
) -> Accrued:
    days = (last - first).days + 1
    moved, told, marked = np.zeros(days), np.full(days, np.nan), np.zeros(days, bool)
    for day, amount in (changes or {}).items():
        moved[(day - first).days], marked[(day - first).days] = amount, True
    for day, amount in (stated or {}).items():
        told[(day - first).days] = amount
    for day in touched:
        marked[(day - first).days] = True
    return balances_daily(first=first.toordinal(), changes=moved, stated=told, touched=marked, terms=terms)


def terms(credited: str, basis: str = "daily", *, start: date = NEW_YEAR, until: date | None = None, **rates: float):
    """rates: by the day they hold from on, as d2023_01_01."""
    known = rates if rates else {"d2000_01_01": 0.07}
    since = [(date.fromisoformat(name[1:].replace("_", "-")).toordinal(), rate) for name, rate in known.items()]
    return Terms(credited, basis, start.toordinal(), until.toordinal() if until else None, tuple(since))


def on(values: np.ndarray, day: date, first: date = NEW_YEAR):
    return pytest.approx(float(values[(day - first).days]), abs=1e-7)
