"""Whether two kinds of work take the same time, on a machine that also does other things."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Work = Callable[[], object]
TRIES = 1000


@dataclass(frozen=True)
class Times:
    """In seconds, of pairs that were taken one right after the other."""

    first: list[float]
    second: list[float]

    @property
    def difference(self) -> float:
        """Of the medians of both."""
        return abs(median(self.first) - median(self.second))

    def noise(self, *, share: float = 0.999) -> float:
        """What the difference would be, in all but one of a thousand cases, if both were of the same kind: found by
        exchanging the two of each pair at random."""
        chance = random.Random(1)
        differences = []
        for _ in range(TRIES):
            pairs = [
                pair if chance.random() < 0.5 else pair[::-1] for pair in zip(self.first, self.second, strict=True)
            ]
            differences.append(abs(median(first for first, _ in pairs) - median(second for _, second in pairs)))
        return sorted(differences)[int(share * TRIES) - 1]


def times_of(first: Work, second: Work, *, pairs: int) -> Times:
    """Taken in turns, and each as often before as after the other, so that what goes on beside it meets both alike."""
    times = Times([], [])
    for work in (first, second):
        work()
    for number in range(pairs):
        taken = {}
        for place in (0, 1) if number % 2 else (1, 0):
            start = time.perf_counter()
            (first, second)[place]()
            taken[place] = time.perf_counter() - start
        times.first.append(taken[0])
        times.second.append(taken[1])
    return times
