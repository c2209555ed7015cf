"""Whether two kinds of work take the same time, on a machine that also does other things."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from statistics import median

Work = Callable[[], object]


@dataclass(frozen=True)
class Times:
    """By how many seconds the first of each pair took longer than the second, which was done right before or after."""

    differences: list[float]

    @property
    def difference(self) -> float:
        return median(self.differences)

    @property
    def chance(self) -> float:
        """That of two equal kinds of work one is the slower one in as many pairs or more (the sign test)."""
        pairs = len(self.differences)
        longer = sum(difference > 0 for difference in self.differences)
        most = max(longer, pairs - longer)
        return min(1.0, 2.0 * sum(comb(pairs, number) for number in range(most, pairs + 1)) / float(2**pairs))


def times_of(first: Work, second: Work, *, pairs: int) -> Times:
    """Each is done as often before as after the other, so that what goes on beside it meets both alike."""
    first()
    second()
    differences = []
    for number in range(pairs):
        if number % 2:
            differences.append(_seconds(first) - _seconds(second))
        else:
            differences.append(-(_seconds(second) - _seconds(first)))
    return Times(differences)


def _seconds(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
