"""What something was worth day by day, and what flowed into it and out of it: all that a return is made of."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analytics.engine.carry import BoolArray, FloatArray


def period_days(first: date, start: date, last: date) -> slice:
    """Where the days of a period stand among days from `first` on: after `start`, at whose end it begins, up to `last`.

    With the first day itself where the period begins with it: there was nothing before.
    """
    begin = 0 if start <= first else (start - first).days + 1
    return slice(begin, max((last - first).days + 1, begin))


@dataclass(frozen=True, slots=True)
class Worth:
    """One thing, arrays of (days,), or several at once, (things, days), in one currency, from `first` on.

    value: at the end of each day. inflow, outflow: what came from outside and went outside on the day, both positive.
    before: () or (things,) the value at the end of the day before `first`. NaN where an amount is not known.
    unpriced: days on whose evening there is something, but no price of any of it, so that it counts what was paid;
    None where there is no such day.
    """

    first: date
    value: FloatArray
    inflow: FloatArray
    outflow: FloatArray
    before: FloatArray
    unpriced: BoolArray | None = None

    @property
    def days(self) -> int:
        return int(self.value.shape[-1])

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    @property
    def end(self) -> FloatArray:
        """() or (things,) the value on the last day; that of the evening before where there are no days."""
        return np.asarray(self.value[..., -1] if self.days else self.before)

    @property
    def base(self) -> FloatArray:
        """What works on each day: the value of the evening before and what came in."""
        return self._opening() + self.inflow

    @property
    def gain(self) -> FloatArray:
        """What each day brought, whatever flowed."""
        return self.value + self.outflow - self.base

    def period(self, start: date, last: date) -> "Worth":
        """The days of `period_days`."""
        chosen = period_days(self.first, start, last)
        before = self.before if chosen.start == 0 else self.value[..., chosen.start - 1]
        days = (..., chosen)
        first = self.first + timedelta(days=chosen.start)
        unpriced = None if self.unpriced is None else self.unpriced[days]
        return Worth(first, self.value[days], self.inflow[days], self.outflow[days], before, unpriced)

    def one(self, thing: int) -> "Worth":
        """One of several things: (days,)."""
        unpriced = None if self.unpriced is None else self.unpriced[thing]
        return Worth(
            self.first, self.value[thing], self.inflow[thing], self.outflow[thing], self.before[thing], unpriced
        )

    def _opening(self) -> FloatArray:
        return np.concatenate((np.asarray(self.before)[..., None], self.value[..., :-1]), axis=-1)[..., : self.days]
