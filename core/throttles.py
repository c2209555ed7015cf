"""How many requests a person, or the address of somebody unknown, may send to the API in a minute.

Each process lets the first tenth of a minute's requests through by itself; then it takes a tenth at a time out of what
is counted for all processes together. So a request costs no way to the database, and a person who sends no more than a
few costs none at all. In all it may be a tenth more for each process than the limit says.
"""

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.client_address import client_address
from core.limits import count_up, key_of

if TYPE_CHECKING:  # it reads the settings, which name this module
    from rest_framework.views import APIView

WINDOW = timedelta(minutes=1)
PARTS = 10
REFUSED = -1
MOST_KEPT = 10_000
"""Persons and addresses of which a process knows what they have left."""


class Allowance:
    """What one person or address may still send in this process until its minute ends."""

    __slots__ = ("ends_at", "left", "untold")

    def __init__(self, free: int) -> None:
        self.left = free
        self.untold = free
        self.ends_at = time.monotonic() + WINDOW.total_seconds()


class Allowances:
    """Of all who have asked this process within the last minute."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, object], Allowance] = {}
        self._lock = threading.Lock()

    def wait(self, who: tuple[str, object], limit: int) -> float:
        """Take one request; 0, or the seconds after which it may be sent again."""
        allowance = self._kept.get(who)
        if allowance is None or allowance.ends_at <= time.monotonic():
            allowance = self._begin(who, limit)
        if not self._take(allowance):
            self._refill(allowance, who, limit)
            if not self._take(allowance):
                return max(1.0, allowance.ends_at - time.monotonic())
        return 0.0

    def clear(self) -> None:
        self._kept.clear()

    def _begin(self, who: tuple[str, object], limit: int) -> Allowance:
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                now = time.monotonic()
                self._kept = {key: kept for key, kept in self._kept.items() if kept.ends_at > now}
            if len(self._kept) >= MOST_KEPT:  # an attack from everywhere; the shared counts go on
                self._kept = {}
            allowance = self._kept[who] = Allowance(part_of(limit))
        return allowance

    def _take(self, allowance: Allowance) -> bool:
        with self._lock:
            if allowance.left <= 0:
                return False
            allowance.left -= 1
        return True

    def _refill(self, allowance: Allowance, who: tuple[str, object], limit: int) -> None:
        """With what was let through untold, so that it counts; where nothing was granted, nothing is asked again."""
        with self._lock:
            untold, allowance.untold = allowance.untold, 0
            is_refused = allowance.left == REFUSED
        if is_refused:
            return
        part = part_of(limit)
        count = count_up(key_of("requests", *who), window=WINDOW, by=untold + part)
        granted = max(0, min(part, limit - (count.count - part)))
        with self._lock:
            if granted:
                allowance.left = max(0, allowance.left) + granted
            elif allowance.left <= 0:
                allowance.left = REFUSED
            allowance.ends_at = time.monotonic() + count.seconds_left


class RequestThrottle(BaseThrottle):
    """Of the views of the API; who is refused by authentication is counted by `count_stranger`."""

    seconds = 0.0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        user = request.user
        if user.is_authenticated:
            limit: int = settings.API_REQUESTS_PER_MINUTE
            self.seconds = allowances.wait(("person", user.pk), limit) if limit else 0.0
        else:
            self.seconds = stranger_wait(request._request)
        return not self.seconds

    def wait(self) -> float | None:
        return self.seconds or None


def stranger_wait(request: HttpRequest) -> float:
    """Count a request of nobody that is known."""
    limit: int = settings.API_ANONYMOUS_REQUESTS_PER_MINUTE
    return allowances.wait(("address", client_address(request)), limit) if limit else 0.0


def part_of(limit: int) -> int:
    return max(1, limit // PARTS)


allowances = Allowances()
