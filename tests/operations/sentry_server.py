"""A server on this machine that takes what is sent to Sentry."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli  # type: ignore[import-untyped]

UNPACK: Mapping[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


class Received:
    """raw: each envelope as it came, unpacked, with its headers."""

    def __init__(self) -> None:
        self.raw: list[str] = []
        self.dsn = ""

    @property
    def events(self) -> list[dict[str, Any]]:
        """Those of an envelope stand in lines of their own, behind what they are."""
        lines = [line for raw in self.raw for line in raw.splitlines() if line.startswith("{")]
        return [part for part in map(json.loads, lines) if "event_id" in part and "level" in part]


@contextmanager
def receiving() -> Iterator[Received]:
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            body = UNPACK[self.headers.get("Content-Encoding", "")](body)
            received.raw.append(f"{self.headers}\n{body.decode()}")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.dsn = f"http://public@127.0.0.1:{server.server_port}/7"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
