"""MFAPI.in: the NAVs of Indian mutual funds, one scheme a request."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

from portfolio.providers.base import (
    Garbled,
    LivePrices,
    PriceHistory,
    Spend,
    UnknownSymbol,
    Unreachable,
    WrongAnswer,
)
from portfolio.providers.deadline import Deadline
from portfolio.providers.http import MIB, Answer, Http
from portfolio.providers.parallel import Round
from portfolio.providers.schemes import (
    CURRENCY,
    Nav,
    Scheme,
    is_code,
    isin_of,
    nav_value,
    sector_of,
    today_in_india,
)
from portfolio.providers.texts import one_line

HOST = "api.mfapi.in"
_SCHEMES_A_PAGE = 1000


class Mfapi:
    """It lists NAVs with the newest first, and its days read DD-MM-YYYY."""

    def __init__(self, *, spend: Spend, proxy: str = "", ca: str = "") -> None:
        self._spend = spend
        self._http = Http(HOST, proxy=proxy, ca=ca)

    def quotes(self, symbols: Sequence[str], *, deadline: Deadline) -> LivePrices:
        """All at once: many take about as long as the slowest of them."""
        today = today_in_india()

        def newest(symbol: str) -> Nav | None:
            return _newest(self._scheme_answer(f"/mf/{symbol}/latest", symbol, deadline), today)

        round_ = Round(newest, spend=self._spend, deadline=deadline).run([code for code in symbols if is_code(code)])
        unknown = {symbol: _unknown(symbol) for symbol in symbols if not is_code(symbol)}
        found = {symbol: nav.live_price(symbol) for symbol, nav in round_.found.items() if nav is not None}
        return LivePrices(found=found, failed={**round_.failed, **unknown})

    def history(self, symbol: str, *, first: date, last: date, deadline: Deadline) -> PriceHistory:
        days = {"startDate": first.isoformat(), "endDate": last.isoformat()}
        body = self._asked(f"/mf/{symbol}", symbol, deadline, params=days)
        navs = {nav.day: nav.value for nav in reversed(list(_navs(body))) if first <= nav.day <= last}
        return PriceHistory(symbol=symbol, currency=CURRENCY, closes=dict(sorted(navs.items())))

    def scheme(self, symbol: str, *, deadline: Deadline) -> Scheme:
        meta = self._asked(f"/mf/{symbol}/latest", symbol, deadline)["meta"]
        isin = isin_of(meta.get("isin_growth"), meta.get("isin_div_reinvestment"))
        sector = sector_of(meta.get("scheme_category"))
        return Scheme(code=symbol, name=_name(meta.get("scheme_name"), symbol), isin=isin, sector=sector)

    def search(self, text: str, *, deadline: Deadline) -> list[Scheme]:
        """By name alone; without ISINs and sectors."""
        self._spend()
        return list(_schemes(self._http.get("/mf/search", params={"q": text}, deadline=deadline)))

    def schemes(self, *, deadline: Deadline) -> Iterator[Scheme]:
        """All that there ever were, page by page until one brings nothing new: some servers ignore the page."""
        known: set[str] = set()
        for offset in count(0, _SCHEMES_A_PAGE):
            self._spend()
            page = {"limit": str(_SCHEMES_A_PAGE), "offset": str(offset)}
            answer = self._http.get("/mf", params=page, deadline=deadline, most_bytes=32 * MIB)
            new = {scheme.code: scheme for scheme in _schemes(answer) if scheme.code not in known}
            if not known and not new:
                raise Garbled(f"{HOST} sent an empty list of schemes.")
            if not new:
                return
            yield from new.values()
            known |= new.keys()

    def _asked(
        self, path: str, symbol: str, deadline: Deadline, *, params: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        if not is_code(symbol):
            raise _unknown(symbol)
        self._spend()
        return self._scheme_answer(path, symbol, deadline, params=params)

    def _scheme_answer(
        self, path: str, symbol: str, deadline: Deadline, *, params: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        answer = self._http.get(path, params=params, deadline=deadline)
        if answer.is_missing:
            raise _unreachable() if answer.is_page else _unknown(symbol)
        return _of_scheme(answer.json(), symbol)


def _of_scheme(body: Any, symbol: str) -> Mapping[str, Any]:
    """The answer, if it is one and of this scheme. Unknown schemes also come as a 200 without any meta."""
    meta = (body.get("meta") or {}) if isinstance(body, dict) else None
    if not isinstance(meta, dict) or not _is_rows(body.get("data")):
        raise Garbled(f"{HOST} sent something else than NAVs of a scheme.")
    code = str(meta.get("scheme_code") or "")
    if not code:
        raise _unknown(symbol)
    if code != symbol:
        raise WrongAnswer(f"{HOST} was asked for scheme {symbol} and answered with {code[:20]}.")
    return {"meta": meta, "data": body["data"]}


def _is_rows(rows: Any) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def _navs(body: Mapping[str, Any]) -> Iterator[Nav]:
    """Those that have a day and a number, as listed; garbled where none of them has."""
    found = 0
    for row in body["data"]:
        day, value = _day(row.get("date")), nav_value(row.get("nav"))
        if day is not None and value is not None:
            found += 1
            yield Nav(day, value)
    if body["data"] and not found:
        raise Garbled(f"{HOST} sent NAVs without days or numbers.")


def _newest(body: Mapping[str, Any], today: date) -> Nav | None:
    return max((nav for nav in _navs(body) if nav.day <= today), key=lambda nav: nav.day, default=None)


def _day(text: Any) -> date | None:
    try:
        day, month, year = str(text).split("-")
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _schemes(answer: Answer) -> Iterable[Scheme]:
    if answer.is_missing:
        raise _unreachable()
    rows = answer.json()
    if not _is_rows(rows):
        raise Garbled(f"{HOST} sent something else than a list of schemes.")
    for row in rows:
        code = str(row.get("schemeCode"))
        if is_code(code):
            isin = isin_of(row.get("isinGrowth"), row.get("isinDivReinvestment"))
            yield Scheme(code=code, name=_name(row.get("schemeName"), code), isin=isin)


def _name(text: Any, code: str) -> str:
    return one_line(text) or code


def _unknown(symbol: str) -> UnknownSymbol:
    return UnknownSymbol(f"{HOST} knows no scheme {symbol[:20]!r}.")


def _unreachable() -> Unreachable:
    return Unreachable(f"{HOST} answered with status 404.")
