"""Medians of alternating runs, so that what else the machine does falls on both alike."""

import gc
import statistics
import time
from collections.abc import Callable

Work = Callable[[], object]


def milliseconds(work: Work, *, before: Work | None = None) -> float:
    """How long `work` takes once; what it needs `before` is not counted."""
    if before:
        before()
    gc.collect()
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def alternate(
    ours: Work, baseline: Work, *, runs: int, before: Work | None = None, times: int = 3
) -> tuple[float, float]:
    """Medians of both; ours runs `times` times for each run of the baseline, which is slow."""
    first: list[float] = []
    second: list[float] = []
    milliseconds(ours, before=before)
    for _ in range(runs):
        first += [milliseconds(ours, before=before) for _ in range(times)]
        second.append(milliseconds(baseline))
    return statistics.median(first), statistics.median(second)


def median(work: Work, *, runs: int, before: Work | None = None) -> float:
    milliseconds(work, before=before)
    return statistics.median(milliseconds(work, before=before) for _ in range(runs))


def seconds(work: Work) -> float:
    return milliseconds(work) / 1000
