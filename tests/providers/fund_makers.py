"""What the tests of fund providers have in common: a Friday at noon in India, and who asks the replica."""

from collections.abc import Callable
from datetime import date
from typing import Any

import time_machine

from portfolio.providers.base import BudgetSpent
from portfolio.providers.deadline import Deadline
from tests.upstream.replica import Replica

FLEXI = "122639"
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 11, day) for day in range(16, 21))


def friday_at(clock: str) -> Any:
    """MFAPI has Thursday's NAVs from three in the night on; AMFI has Friday's from eleven in the evening on."""
    return time_machine.travel(f"2026-11-20T{clock}+05:30", tick=False)


def made(kind: Callable[..., Any], replica: Replica, *, budget: int = 10_000) -> Any:
    return kind(spend=Budget(budget), proxy=replica.url, ca=str(replica.ca_file))


def seconds(count: float = 10) -> Deadline:
    return Deadline(count)


class Budget:
    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, *, is_sent: bool = False) -> None:
        if self.left == 0:
            raise BudgetSpent("Nothing is left.")
        self.left -= 1
