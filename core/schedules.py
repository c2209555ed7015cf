"""Which days a schedule has: pure, counted from its first day, however far away they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from dateutil.relativedelta import relativedelta

DAYS = {"daily": 1, "weekly": 7}
MONTHS = {"monthly": 1, "yearly": 12}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every `interval` days, weeks, months or years from `starts_on` to `ends_on`, both included.

    Each day is counted from the first, not from the one before: of the 31st, the last day stands for it in a shorter
    month, and the month after has its 31st again; 29 February is 28 February in the years that have none.
    """

    frequency: str
    interval: int
    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if self.frequency not in DAYS and self.frequency not in MONTHS:
            raise ValueError(f"{self.frequency!r} is no frequency.")
        if self.interval < 1:
            raise ValueError(f"An interval of {self.interval} leads nowhere.")

    def first(self) -> date | None:
        """None where the schedule ends before it starts."""
        return self._within(self.starts_on)

    def after(self, day: date) -> date | None:
        """The first of its days later than `day`; None where that was the last."""
        if day < self.starts_on:
            return self.first()
        index = self._index_at(day)
        reached = self._day(index)
        is_later = reached is not None and reached > day
        return self._within(reached if is_later else self._day(index + 1))

    def before(self, day: date) -> date | None:
        """The last of its days earlier than `day`; None where there is none."""
        if day <= self.starts_on:
            return None
        latest = min(day - _ONE_DAY, self.ends_on or date.max)
        if latest < self.starts_on:
            return None
        index = self._index_at(latest)
        reached = self._day(index)
        return reached if reached is not None and reached <= latest else self._day(index - 1)

    def days(self, since: date, until: date) -> Iterator[date]:
        """In their order, `since` and `until` included."""
        day = self.first() if since <= self.starts_on else self.after(since - _ONE_DAY)
        while day is not None and day <= until:
            yield day
            day = self.after(day)

    def _index_at(self, day: date) -> int:
        """Of the last one up to `day`, or of the one just after it in the same month; `day` is not before the first."""
        if self.frequency in DAYS:
            return (day - self.starts_on).days // (DAYS[self.frequency] * self.interval)
        months = (day.year - self.starts_on.year) * 12 + day.month - self.starts_on.month
        return months // (MONTHS[self.frequency] * self.interval)

    def _day(self, index: int) -> date | None:
        """The day with that number, the first having 0; None where the calendar ends before it."""
        steps = index * self.interval
        if self.frequency in DAYS:
            ordinal = self.starts_on.toordinal() + steps * DAYS[self.frequency]
            return date.fromordinal(ordinal) if ordinal <= date.max.toordinal() else None
        months = steps * MONTHS[self.frequency]
        last = self.starts_on.year * 12 + self.starts_on.month - 1 + months
        return self.starts_on + relativedelta(months=months) if last < (MAXYEAR + 1) * 12 else None

    def _within(self, day: date | None) -> date | None:
        return None if day is None or (self.ends_on is not None and day > self.ends_on) else day
