"""The session that yfinance sends its requests with: each is paid for, ends by the deadline and fails by name."""

from typing import Any
from urllib.parse import urlsplit

from curl_cffi import CurlOpt
from curl_cffi.requests import Response, Session
from curl_cffi.requests.exceptions import ConnectionError as NoConnection
from curl_cffi.requests.exceptions import RequestException, Timeout

from portfolio.providers.base import ProviderError, RateLimited, Spend, TimedOut, Unreachable
from portfolio.providers.yahoo_operation import Operation, current
from portfolio.providers.yahoo_refusals import crumb_refusal, refusal

COOKIE_HOSTS = frozenset({"fc.yahoo.com", "guce.yahoo.com", "consent.yahoo.com"})
CRUMB_PATH = "/v1/test/getcrumb"
SHARE_FOR_A_COOKIE = 0.2
"""Of the time of a question, for each request on the way to it: charts can be had without a cookie and a crumb."""
UNAUTHORIZED = 401
MOST_BYTES = 16 * 1024 * 1024
"""Of an answer, also when it is unpacked: a chart of a century has some ten million."""


class YahooSession(Session):
    def __init__(self, spend: Spend, *, proxy: str = "", ca: str = "") -> None:
        proxies: Any = {"http": proxy, "https": proxy} if proxy else None
        verify: Any = ca or True
        limit: Any = {CurlOpt.MAXFILESIZE_LARGE: MOST_BYTES}
        super().__init__(impersonate="chrome", proxies=proxies, verify=verify, curl_options=limit)
        self._spend = spend

    def request(self, method: Any, url: str, *args: Any, **options: Any) -> Response:
        now, address = current(), urlsplit(url)
        is_crumb = address.path == CRUMB_PATH
        if is_crumb or address.hostname in COOKIE_HOSTS:
            response = self._ask_on_the_way(method, url, options)
            if is_crumb and (error := crumb_refusal(response.status_code, response.text, response.headers)):
                now.noted(error)
                raise NoConnection(str(error))  # yfinance goes on without, where it would keep a page for a crumb
            return response
        now.answer = response = self._ask_for_data(method, url, options)
        self._refuse(response, now)
        return response

    def _ask_on_the_way(self, method: Any, url: str, options: dict[str, Any]) -> Response:
        """Errors stay curl's, for yfinance goes on without what could not be had."""
        now = current()
        allowed = min(now.deadline.left(), now.deadline.seconds * SHARE_FOR_A_COOKIE)
        try:
            return self._send(method, url, {**options, "timeout": allowed})
        except RequestException as error:
            now.noted(meaning(error))
            raise

    def _ask_for_data(self, method: Any, url: str, options: dict[str, Any]) -> Response:
        try:
            return self._send(method, url, {**options, "timeout": current().deadline.left()})
        except RequestException as error:
            raise meaning(error) from error

    def _send(self, method: Any, url: str, options: dict[str, Any]) -> Response:
        self._pay()
        try:
            response: Response = super().request(method, url, **options)
        except NoConnection:
            self._spend(is_sent=True)  # curl asks again by itself where a connection that it kept was closed
            raise
        for _ in range(response.redirect_count):  # curl followed them by itself
            self._spend(is_sent=True)
        return response

    def _pay(self) -> None:
        try:
            self._spend()
        except ProviderError as error:
            current().noted(error)
            raise

    def _refuse(self, response: Response, now: Operation) -> None:
        """A 401 is yfinance's, which gets a crumb in another way; not so where too many requests are the reason."""
        if response.status_code == UNAUTHORIZED:
            if isinstance(now.first_error, RateLimited):
                raise now.first_error
            return
        error = refusal(response.status_code, response.content, response.headers)
        if error is not None:
            raise error


def meaning(error: RequestException) -> ProviderError:
    if isinstance(error, Timeout):
        return TimedOut("Yahoo did not answer in time.")
    return Unreachable(f"Yahoo could not be reached: {type(error).__name__}.")
