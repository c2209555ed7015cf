"""The replica of the upstreams: a state, and a server in front of it."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.upstream.certificates import make_certificates
from tests.upstream.controls import control
from tests.upstream.faults import Fault
from tests.upstream.listings import Listing
from tests.upstream.messages import Answer, Request
from tests.upstream.proxy import Proxy
from tests.upstream.records import Record
from tests.upstream.routes import answer
from tests.upstream.state import State


class Replica(State):
    """folder: where the certificate of its authority is written. port 0: one that is free. latency: in seconds."""

    def __init__(
        self, folder: Path, *, port: int = 0, latency: float = 0.0, listed: dict[str, Listing] | None = None
    ) -> None:
        super().__init__(latency=latency, listed=listed)
        self.ca_file = folder / "replica-ca.pem"
        self.server = Proxy(port, context=make_certificates(self.ca_file), faults=self.faults)
        self.server.latency = lambda: self.latency
        self.server.answer = self._answer
        self.server.note = self._note
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True, name="replica")

    @property
    def url(self) -> str:
        """What UPSTREAM_PROXY is set to."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def start(self) -> "Replica":
        self._thread.start()
        return self

    def stop(self) -> None:
        self.faults.reset()
        self.server.shutdown()
        self._thread.join()
        self.server.close_connections()
        self.server.server_close()

    def reset(self) -> None:
        super().reset()
        self.server.errors.clear()

    def __enter__(self) -> "Replica":
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def log(self) -> list[Record]:
        return self.records.all()

    def requests_to(self, upstream: str) -> list[Record]:
        """yahoo, mfapi or amfi."""
        return self.records.to(upstream)

    def fault(self, match: str, mode: str | int, **how: Any) -> Fault:
        """How: times, delay, probability, body, status, retry_after."""
        fault = Fault(match=match, mode=str(mode), **how)
        self.faults.add(fault)
        return fault

    def _answer(self, request: Request) -> Answer:
        is_control = not request.host and request.path.startswith("/__")
        return control(self, request) if is_control else answer(self, request)

    def _note(self, request: Request) -> Callable[[Fault], None]:
        if request.path.startswith("/__"):
            return lambda _: None
        record = self.records.add(request, at=self.clock.now())

        def met(fault: Fault) -> None:
            record.fault = fault.mode

        return met
