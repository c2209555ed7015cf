"""yfinance, with what it lacks: a deadline, no hidden caches, and errors that say what happened.

Only this module and the session import it, which takes half a second: when Yahoo is asked for the first time.
"""

import logging
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from math import isfinite
from typing import Any

import yfinance
from curl_cffi.requests.exceptions import RequestException
from yfinance.data import YfData
from yfinance.exceptions import YFPricesMissingError, YFRateLimitError
from yfinance.scrapers.history import PriceHistory

from portfolio.providers.base import Garbled, ProviderError, RateLimited, Spend, TimedOut
from portfolio.providers.yahoo_operation import Operation, current, operation
from portfolio.providers.yahoo_refusals import BAD_REQUEST, NOT_FOUND, refusal, said
from portfolio.providers.yahoo_session import YahooSession, meaning

logger = logging.getLogger(__name__)

ANY_ZONE = "UTC"
"""yfinance would spend a request on a symbol's zone, to know when its first day starts; a day more does it, too."""
A_DAY = timedelta(days=1)


class YahooClient:
    def __init__(self, spend: Spend, *, folder: str, proxy: str = "", ca: str = "") -> None:
        yfinance.set_tz_cache_location(folder)
        yfinance.config.debug.hide_exceptions = False
        self._session = YahooSession(spend, proxy=proxy, ca=ca)
        self._data = _data_of(self._session)

    @contextmanager
    def question(self, seconds: float) -> Iterator[None]:
        """All that happens inside ends within the seconds, and fails with a ProviderError."""
        warnings.filterwarnings("ignore", module="yfinance")  # it is behind pandas; no second one is added
        with operation(seconds) as now:
            try:
                yield
            except ProviderError:
                raise
            except Exception as error:
                raise _meaning(error, now) from error

    def json(self, url: str, params: Mapping[str, Any]) -> Any:
        return self._data.get_raw_json(url, params=dict(params))

    def closes(self, symbol: str, first: date) -> dict[date, float]:
        """Restated for later splits, by the day at the exchange; empty where there are none. One request."""
        chart = PriceHistory(self._data, symbol, ANY_ZONE, session=self._session)
        start = datetime.combine(first - A_DAY, time(), tzinfo=UTC)
        try:
            frame = chart.history(start=start, auto_adjust=False, actions=True, keepna=True)
        except YFPricesMissingError:
            if "timestamp" in self.sent_chart():
                raise
            return {}
        closes = zip(frame.index, frame["Close"].tolist(), strict=True)
        return {stamp.date(): close for stamp, close in closes if isfinite(close)}

    def sent_chart(self) -> Any:
        """What the last closes were made of: yfinance drops the currency of a payout and the fraction of a split."""
        [chart] = current().answer.json()["chart"]["result"]
        return chart


def _meaning(error: Exception, now: Operation) -> ProviderError:
    answer = now.answer
    if answer is not None and answer.status_code >= BAD_REQUEST:  # a 401 for the second time
        return now.first_error or refusal(answer.status_code, answer.content, answer.headers) or _garbled(error)
    if isinstance(error, YFPricesMissingError) and error.yahoo_reason:
        return said(NOT_FOUND, error.yahoo_reason)
    if isinstance(error, YFRateLimitError):
        return now.first_error or RateLimited("Yahoo asks for fewer requests.")
    if isinstance(error, RequestException) and not isinstance(error, ValueError):
        return now.first_error or meaning(error)
    return _garbled(error)


def _garbled(error: Exception) -> ProviderError:
    logger.warning("Yahoo sent something that cannot be read.", exc_info=error)
    return Garbled(f"Yahoo sent something that cannot be read: {type(error).__name__}.")


def _data_of(session: YahooSession) -> YfData:
    """yfinance keeps one of each class for the whole process; of a class of our own, there is one for each session."""

    class Data(_Data):
        pass

    return Data(session=session)


class _Data(YfData):
    """The cookie, the crumb and the requests of yfinance."""

    def __init__(self, session: YahooSession) -> None:
        super().__init__(session=session)
        self._cookie_lock = _PatientLock()

    def cache_get(self, url: str, params: Any = None, timeout: float = 30) -> Any:
        """Without the cache, which keeps errors, too."""
        return self.get(url, params=params, timeout=timeout)

    def _load_cookie_curlCffi(self) -> bool:  # noqa: N802 yfinance's name
        """A stored cookie that it cannot read would stop it for good."""
        try:
            return bool(super()._load_cookie_curlCffi())
        except (LookupError, TypeError, AttributeError):
            return False


class _PatientLock:
    """Who waits for another thread's cookie waits no longer than its own question may take."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def acquire(self) -> None:
        if not self._lock.acquire(timeout=current().deadline.left()):
            raise TimedOut("Yahoo's cookie was waited for too long.")

    def release(self) -> None:
        self._lock.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()
