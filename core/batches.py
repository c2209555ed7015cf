"""Many values in parts that every database takes."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(values: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """So many at a time that every database takes them in one condition."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch
