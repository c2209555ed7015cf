"""The replica's now: that of the process, so that time_machine shifts it, unless it is told otherwise."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


class Clock:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._told: tuple[float, float, float] | None = None  # its now, the process's now at that moment, its speed

    def set(self, at: datetime | None = None, *, offset: float = 0.0, speed: float = 1.0) -> None:
        """From `at` on, or `offset` seconds away from the process's now. speed: 0 stands still."""
        started = time.time()
        self._told = ((at.timestamp() if at else started) + offset, started, speed)

    def now(self) -> float:
        """Seconds since the epoch."""
        if self._told is None:
            return time.time()
        at, started, speed = self._told
        return at + (time.time() - started) * speed

    def today(self, zone: str) -> date:
        return day_of(self.now(), zone)


def day_of(moment: float, zone: str) -> date:
    return datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone)).date()
