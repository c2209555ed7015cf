"""How long one question may take in all, however many requests it needs."""

import time

from portfolio.providers.base import TimedOut


class Deadline:
    """Counts down from `seconds` on a clock that nobody sets."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends_at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left, more than zero; TimedOut where none are."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimedOut(f"No answer within {self.seconds:g} seconds.")
        return left
