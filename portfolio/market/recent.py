"""The last days of one price, with today's quote among them; and of a price in another currency. Pure."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """days: closes by day, oldest first, never empty; the last may be a quote, then `at` is its instant.

    previous: the close before the last, None where it is not known.
    """

    days: dict[date, Decimal]
    previous: Decimal | None = None
    at: datetime | None = None

    @property
    def day(self) -> date:
        return next(reversed(self.days))

    @property
    def last(self) -> Decimal:
        return self.days[self.day]

    def before(self, day: date) -> Decimal | None:
        """The last price before that day, which is not before its own last."""
        return self.previous if self.day == day else self.last


def converted(price: Recent, rate: Recent, convert: Callable[[Decimal, Decimal], Decimal]) -> Recent:
    """Each day's price at that day's rate; where only one of the two is new, the other is carried on.

    Its instant is that of the older of the two.
    """
    day = max(price.day, rate.day)
    days = sorted({*price.days, *rate.days})
    pairs = ((each, _carried(price, each), _carried(rate, each)) for each in days)
    one, other = price.before(day), rate.before(day)
    instants = [each.at for each in (price, rate)]
    return Recent(
        days={each: convert(a, b) for each, a, b in pairs if a is not None and b is not None},
        previous=None if one is None or other is None else convert(one, other),
        at=None if None in instants else min(at for at in instants if at is not None),
    )


def _carried(recent: Recent, day: date) -> Decimal | None:
    days = list(recent.days)
    index = bisect_right(days, day)
    return recent.days[days[index - 1]] if index else None
