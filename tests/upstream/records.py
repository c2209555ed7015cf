"""Which requests reached the replica."""

import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

from tests.upstream.messages import Request

KEPT = 200_000
UPSTREAMS = {"yahoo": "yahoo.com", "mfapi": "mfapi.in", "amfi": "amfiindia.com"}


@dataclass(kw_only=True)
class Record:
    """at: the replica's now. fault: the mode of the fault that it met, empty for none."""

    method: str
    host: str
    path: str
    query: str
    at: float
    cookie: str
    user_agent: str
    fault: str = ""

    @property
    def upstream(self) -> str:
        return next((name for name, host in UPSTREAMS.items() if self.host.endswith(host)), "")


class Records:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: deque[Record] = deque(maxlen=KEPT)

    def add(self, request: Request, *, at: float) -> Record:
        record = Record(
            method=request.method,
            host=request.host,
            path=request.path,
            query=request.query_text,
            at=at,
            cookie="; ".join(f"{name}={value}" for name, value in request.cookies.items()),
            user_agent=request.user_agent,
        )
        with self._lock:
            self._records.append(record)
        return record

    def all(self) -> list[Record]:
        with self._lock:
            return list(self._records)

    def to(self, upstream: str) -> list[Record]:
        return [record for record in self.all() if record.upstream == upstream]

    def as_json(self) -> dict[str, Any]:
        records = self.all()
        return {"counts": Counter(record.host for record in records), "requests": [asdict(one) for one in records]}

    def reset(self) -> None:
        with self._lock:
            self._records.clear()
