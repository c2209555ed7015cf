"""HTTP GET with one deadline for the whole answer, a limit of its size, and our errors."""

import io
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http.client import HTTPResponse
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from portfolio.providers.base import Garbled, ProviderDown, RateLimited, TimedOut, Unreachable
from portfolio.providers.deadline import Deadline

MIB = 1024 * 1024
MOST_CONNECTIONS = 32
_CHUNK = 64 * 1024
_OK, _NOT_FOUND, _TOO_MANY = 200, 404, 429


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of a 200, or of a 404, which some providers say of what they do not know."""

    host: str
    status: int
    body: bytes

    @property
    def is_missing(self) -> bool:
        return self.status == _NOT_FOUND

    @property
    def is_page(self) -> bool:
        """HTML: not the provider itself is speaking, but something in front of it."""
        return self.body.lstrip()[:1] == b"<"

    def json(self) -> Any:
        try:
            return json.loads(self.body, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            raise Garbled(f"{self.host} sent something that is not JSON.") from error

    def text(self) -> str:
        return self.body.decode("utf-8-sig", errors="replace")


class Http:
    """Connections to one provider, kept open, for as many threads as like to ask."""

    def __init__(self, host: str, *, proxy: str = "", ca: str = "") -> None:
        self._host = host
        self._session = _session(proxy, ca)

    def get(
        self, path: str, *, params: Mapping[str, str] | None = None, deadline: Deadline, most_bytes: int = 8 * MIB
    ) -> Answer:
        try:
            return self._answer(path, params, deadline, most_bytes)
        except requests.exceptions.ContentDecodingError as error:
            raise Garbled(f"{self._host} sent something that cannot be unpacked.") from error
        except (requests.RequestException, HTTPError, OSError) as error:
            if deadline.is_over or isinstance(error, requests.Timeout):
                raise TimedOut(f"{self._host} did not answer in time.") from error
            raise Unreachable(f"{self._host} could not be reached: {type(error).__name__}.") from error

    def _answer(self, path: str, params: Mapping[str, str] | None, deadline: Deadline, most_bytes: int) -> Answer:
        timeout: Any = Timeout(total=deadline.left())
        url = f"https://{self._host}{path}"
        with self._session.get(url, params=params, timeout=timeout, stream=True, allow_redirects=False) as response:
            if response.status_code not in {_OK, _NOT_FOUND}:
                raise self._refusal(response)
            return Answer(self._host, response.status_code, self._body(response, most_bytes))

    def _refusal(self, response: requests.Response) -> ProviderDown:
        """Also for a redirect: whoever follows one sends a request that nobody counted."""
        error = RateLimited if response.status_code == _TOO_MANY else Unreachable
        retry_after = seconds_until(response.headers.get("Retry-After", ""))
        return error(f"{self._host} answered with status {response.status_code}.", retry_after=retry_after)

    def _body(self, response: requests.Response, most_bytes: int) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > most_bytes:
                raise Garbled(f"{self._host} sent more than {most_bytes // MIB} MiB.")
        return bytes(body)


def seconds_until(text: str) -> float | None:
    """What a Retry-After says, which is either seconds or an instant."""
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        instant = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _session(proxy: str, ca: str) -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = "PandaLedger"
    if proxy or ca:  # the environment's would come before them
        session.trust_env = False
        session.proxies = {"https": proxy} if proxy else {}
        session.verify = ca or True
    session.mount("https://", _Adapter(pool_maxsize=MOST_CONNECTIONS))
    return session


class _UntilDeadline(io.RawIOBase):
    """What a socket receives, until its time-out, which requests has for each read, has passed since the first."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = connection.makefile("rb", buffering=0)
        self._end = time.monotonic() + (connection.gettimeout() or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        self._connection.settimeout(seconds)
        return self._received.readinto(buffer)

    def close(self) -> None:
        self._received.close()
        super().close()


class _Response(HTTPResponse):
    """Head and body, however slowly they drip, within the time-out that the connection has at their beginning."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_UntilDeadline(sock))


class _PlainConnection(HTTPConnection):
    response_class = _Response


class _TlsConnection(HTTPSConnection):
    response_class = _Response


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _PlainPool, "https": _TlsPool}


class _Adapter(HTTPAdapter):
    """Connections of ours, to the host itself or through a proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager
