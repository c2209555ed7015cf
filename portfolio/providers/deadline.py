"""How long one question may take in all, however many requests it needs."""

import time

from portfolio.providers.base import TimedOut


class Deadline:
    """So many seconds from now on, for all that is asked with it, on a clock that nobody sets."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def left(self) -> float:
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimedOut("There was no time left to ask.")
        return seconds

    def part(self, share: float) -> "Deadline":
        """An earlier one, which leaves some of the time to whoever is asked next."""
        return Deadline(self.left() * share)
