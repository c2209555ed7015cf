"""AMFI's own files: the newest NAV of every scheme in one, and reports of a few days."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Generic, TypeVar

from portfolio.providers.amfi_file import rows_of, text_of
from portfolio.providers.base import Spend, TimedOut, UnknownSymbol, Unreachable
from portfolio.providers.deadline import Deadline
from portfolio.providers.http import MIB, Http
from portfolio.providers.schemes import Nav, Scheme, today_in_india

HOST = "portal.amfiindia.com"
MOST_DAYS = 35
"""So far back a history is made good from reports, each of which has every scheme and megabytes."""
_NEWEST = "/spages/NAVAll.txt"
_REPORT = "/DownloadNAVHistoryReport_Po.aspx"
_REPORT_DAYS = 7
_KEPT = timedelta(minutes=10)
_MOST_KEPT = MOST_DAYS // _REPORT_DAYS + 1
_MOST_BYTES = 64 * MIB

T = TypeVar("T")


class Kept(Generic[T]):
    """The last few answers for some minutes, so that one request serves all who ask for one scheme each."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: dict[object, tuple[datetime, T]] = {}

    def get(self, key: object) -> T | None:
        self._forget_old()
        return self._answers[key][1] if key in self._answers else None

    def put(self, key: object, answer: T) -> T:
        if len(self._answers) >= self._most:
            del self._answers[next(iter(self._answers))]
        self._answers[key] = (datetime.now(UTC), answer)
        return answer

    def _forget_old(self) -> None:
        now = datetime.now(UTC)
        self._answers = {key: kept for key, kept in self._answers.items() if timedelta() <= now - kept[0] < _KEPT}


class Amfi:
    """One thread at a time asks; the others find what it brought."""

    def __init__(self, *, spend: Spend, proxy: str = "", ca: str = "") -> None:
        self._spend = spend
        self._http = Http(HOST, proxy=proxy, ca=ca)
        self._asking = threading.Lock()
        self._newest: Kept[Mapping[str, tuple[Scheme, Nav | None]]] = Kept(1)
        self._reports: Kept[Mapping[str, Sequence[Nav]]] = Kept(_MOST_KEPT)

    def newest(self, *, deadline: Deadline) -> Mapping[str, tuple[Scheme, Nav | None]]:
        """Every scheme that AMFI lists, by code, with its last NAV up to today."""
        with self._alone(deadline):
            return self._newest.get(_NEWEST) or self._newest.put(_NEWEST, self._asked_newest(deadline))

    def scheme(self, code: str, *, deadline: Deadline) -> tuple[Scheme, Nav | None]:
        try:
            return self.newest(deadline=deadline)[code]
        except KeyError:
            raise UnknownSymbol(f"AMFI lists no scheme {code[:20]!r}.") from None

    def schemes(self, *, deadline: Deadline) -> list[Scheme]:
        return [scheme for scheme, _ in self.newest(deadline=deadline).values()]

    def navs(self, code: str, *, first: date, deadline: Deadline) -> dict[date, Decimal]:
        """From `first` on without a gap, though no more than the next MOST_DAYS days."""
        _, newest = self.scheme(code, deadline=deadline)
        if newest is None or newest.day < first:
            return {}
        if newest.day == first:
            return {newest.day: newest.value}
        last = min(newest.day, first + timedelta(days=MOST_DAYS - 1))
        found = [nav for start in _starts(first, last) for nav in self._report(start, deadline).get(code, ())]
        return {nav.day: nav.value for nav in found if first <= nav.day <= last}

    @contextmanager
    def _alone(self, deadline: Deadline) -> Iterator[None]:
        if not self._asking.acquire(timeout=deadline.left()):
            raise TimedOut(f"{HOST} did not answer in time.")
        try:
            yield
        finally:
            self._asking.release()

    def _asked_newest(self, deadline: Deadline) -> dict[str, tuple[Scheme, Nav | None]]:
        today = today_in_india()
        found = ((row.scheme(), row.nav()) for row in rows_of(self._text(_NEWEST, {}, deadline)))
        return {scheme.code: (scheme, nav if nav and nav.day <= today else None) for scheme, nav in found}

    def _report(self, start: date, deadline: Deadline) -> Mapping[str, Sequence[Nav]]:
        """Of the days from `start` on; those of a week, so that the gaps of many schemes share them."""
        with self._alone(deadline):
            return self._reports.get(start) or self._reports.put(start, self._asked_report(start, deadline))

    def _asked_report(self, start: date, deadline: Deadline) -> dict[str, list[Nav]]:
        end = min(start + timedelta(days=_REPORT_DAYS - 1), today_in_india())
        days = {"frmdt": text_of(start), "todt": text_of(end)}
        found: dict[str, list[Nav]] = {}
        for row in rows_of(self._text(_REPORT, days, deadline)):
            if nav := row.nav():
                found.setdefault(row.code, []).append(nav)
        return found

    def _text(self, path: str, params: Mapping[str, str], deadline: Deadline) -> str:
        self._spend()
        answer = self._http.get(path, params=params, deadline=deadline, most_bytes=_MOST_BYTES)
        if answer.is_missing:
            raise Unreachable(f"{HOST} answered with status 404.")
        return answer.text()


def _starts(first: date, last: date) -> Iterator[date]:
    """The weeks from `first` to `last`."""
    day = first - timedelta(days=first.weekday())
    while day <= last:
        yield day
        day += timedelta(days=_REPORT_DAYS)
