"""What goes wrong on demand: which requests, how, and how often."""

import random
import re
import threading
from dataclasses import dataclass

from tests.upstream.messages import Answer, Request, html_answer, json_answer, text_answer

STATUSES = ("401", "404", "429", "500", "502", "503")
BODIES = ("garbage", "html", "emptyobj", "chartnull", "empty", "body")
CONNECTIONS = ("refuse", "drop", "truncate", "slow", "trickle", "hang")
MODES = (*STATUSES, *BODIES, *CONNECTIONS)


@dataclass(kw_only=True)
class Fault:
    """match: a pattern for host, path and query. times: how many requests it still spoils, None for all that come.

    delay: seconds before a slow answer, between the bytes of a trickled one, until a hanging one is dropped.
    body, status: what mode "body" sends. retry_after: seconds that a 429 or a 503 asks for.
    """

    match: str
    mode: str
    times: int | None = None
    delay: float | None = None
    probability: float = 1.0
    body: str = ""
    status: int = 200
    retry_after: int | None = None

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"mode: one of {', '.join(MODES)}")
        self.pattern = re.compile(self.match)

    def meets(self, address: str) -> bool:
        return self.times != 0 and self.pattern.search(address) is not None and random.random() < self.probability

    @property
    def seconds(self) -> float:
        return self.delay if self.delay is not None else {"slow": 5.0, "trickle": 0.5, "hang": 600.0}.get(self.mode, 0)


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self.lifted = threading.Event()  # what hangs or trickles ends when it is set

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def reset(self) -> None:
        with self._lock:
            self._faults.clear()
            self.lifted.set()
            self.lifted = threading.Event()

    def take(self, address: str, *, connecting: bool = False) -> Fault | None:
        """The first that meets the address, counted; connections are only refused, and requests never are."""
        with self._lock:
            for fault in self._faults:
                if (fault.mode == "refuse") == connecting and fault.meets(address):
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None


def spoiled(fault: Fault, request: Request) -> Answer | None:
    """What is sent instead of the answer; None where the right one is sent in a wrong way."""
    if fault.mode in STATUSES:
        return _refusal(fault, request)
    bodies = {
        "garbage": text_answer('{"chart": {"result": [<<<', content_type="application/json"),
        "html": html_answer("<h1>Will be right back...</h1><p>Thank you for your patience.</p>"),
        "emptyobj": json_answer({}),
        "chartnull": json_answer({"chart": None}),
        "empty": text_answer(""),
        "body": text_answer(fault.body, fault.status, "application/json"),
    }
    return bodies.get(fault.mode)


def _refusal(fault: Fault, request: Request) -> Answer:
    after = (("Retry-After", str(fault.retry_after)),) if fault.retry_after is not None else ()
    if fault.mode == "429":
        return Answer(body=b"Too Many Requests\r\n", status=429, content_type="text/html", headers=after)
    if fault.mode == "404":
        return not_found(request)
    if fault.mode == "401":
        return unauthorized("Invalid Crumb")
    html = f"<html><body><h1>{fault.mode} Server Error</h1></body></html>"
    return Answer(body=html.encode(), status=int(fault.mode), content_type="text/html", headers=after)


def unauthorized(why: str) -> Answer:
    return json_answer({"finance": {"result": None, "error": {"code": "Unauthorized", "description": why}}}, 401)


def not_found(request: Request) -> Answer:
    if request.host.endswith("yahoo.com"):
        error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
        return json_answer({"chart": {"result": None, "error": error}}, 404)
    return json_answer({"status": "ERROR", "message": "Scheme not found"}, 404)
