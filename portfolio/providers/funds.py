"""The provider of Indian mutual funds: MFAPI first, AMFI where that fails or is late."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from portfolio.providers.amfi import MOST_DAYS, Amfi
from portfolio.providers.base import (
    LivePrice,
    LivePrices,
    Match,
    PriceHistory,
    Profile,
    ProviderDown,
    ProviderError,
    Spend,
    UnknownSymbol,
    WrongAnswer,
)
from portfolio.providers.deadline import Deadline
from portfolio.providers.mfapi import Mfapi
from portfolio.providers.schemes import (
    CURRENCY,
    NAME,
    Scheme,
    is_code,
    is_isin,
    newest_day_due,
    today_in_india,
)

_FIRST_SHARE = 0.6
"""Of the time, for MFAPI; the rest is AMFI's."""
_MOST_MATCHES = 50
_DAY = timedelta(days=1)

logger = logging.getLogger(__name__)


class Funds:
    name = NAME

    def __init__(self, *, spend: Spend, proxy: str = "", ca: str = "") -> None:
        self._mfapi = Mfapi(spend=spend, proxy=proxy, ca=ca)
        self._amfi = Amfi(spend=spend, proxy=proxy, ca=ca)

    def quotes(self, symbols: Sequence[str], *, seconds: float) -> LivePrices:
        deadline = Deadline(seconds)
        answer = self._mfapi.quotes(symbols, deadline=deadline.part(_FIRST_SHARE))
        due = newest_day_due()
        late = [symbol for symbol in symbols if symbol not in answer.found or answer.found[symbol].day < due]
        newer = (price for price in self._listed(late, deadline) if _is_newer(price, answer.found.get(price.symbol)))
        found = {**answer.found, **{price.symbol: price for price in newer}}
        failed = {symbol: error for symbol, error in answer.failed.items() if symbol not in found}
        outage = next((error for error in failed.values() if isinstance(error, ProviderDown)), None)
        if outage is not None and not found:
            raise outage
        return LivePrices(found=found, failed=failed)

    def history(self, symbol: str, *, first: date, today: date, seconds: float) -> PriceHistory:
        deadline = Deadline(seconds)
        last = min(today, today_in_india())
        try:
            part = deadline.part(_FIRST_SHARE)
            history = self._mfapi.history(symbol, first=first, last=last, deadline=part)
        except ProviderError as error:
            return self._history_without_mfapi(symbol, first, last, deadline=deadline, error=error)
        start = max(history.closes, default=first - _DAY) + _DAY
        if start > newest_day_due():
            return history
        return replace(history, closes={**history.closes, **self._newer_navs(symbol, start, deadline)})

    def search(self, text: str, *, seconds: float) -> list[Match]:
        """MFAPI looks in names alone."""
        words, deadline = text.strip(), Deadline(seconds)
        if not words:
            return []
        if is_code(words):
            found = self._schemes_with_code(words, deadline)
        elif is_isin(isin := words.upper()):
            found = [scheme for scheme in self._amfi.schemes(deadline=deadline) if scheme.isin == isin]
        else:
            found = self._schemes_with_name(words, deadline)
        return [scheme.match() for scheme in found[:_MOST_MATCHES]]

    def profile(self, symbol: str, *, seconds: float) -> Profile:
        return self._scheme(symbol, Deadline(seconds)).profile()

    def schemes(self, *, source: str = "", seconds: float) -> list[Scheme]:
        """All that MFAPI has, with the sectors that AMFI knows, or those of AMFI; source: mfapi or amfi alone."""
        deadline = Deadline(seconds)
        if source == "amfi":
            return self._amfi.schemes(deadline=deadline)
        try:
            schemes = list(self._mfapi.schemes(deadline=deadline.part(_FIRST_SHARE)))
        except ProviderDown:
            if source == "mfapi":
                raise
            return self._amfi.schemes(deadline=deadline)
        return schemes if source == "mfapi" else self._with_sectors(schemes, deadline)

    def _listed(self, codes: Sequence[str], deadline: Deadline) -> list[LivePrice]:
        """The prices that AMFI has of these; none where it does not answer, since MFAPI's stand."""
        if not codes:
            return []
        try:
            newest = self._amfi.newest(deadline=deadline)
        except ProviderError as error:
            logger.warning("AMFI was asked for %d funds: %s", len(codes), error)
            return []
        navs = {code: newest[code][1] for code in codes if code in newest}
        return [nav.live_price(code) for code, nav in navs.items() if nav is not None]

    def _newer_navs(self, symbol: str, start: date, deadline: Deadline) -> dict[date, Decimal]:
        try:
            return self._amfi.navs(symbol, first=start, deadline=deadline)
        except ProviderError as error:
            logger.warning("AMFI was asked for fund %s: %s", symbol, error)
            return {}

    def _history_without_mfapi(
        self, symbol: str, first: date, last: date, *, deadline: Deadline, error: ProviderError
    ) -> PriceHistory:
        """Of AMFI, unless that has only the end of it: what is answered must be complete from `first` on."""
        is_short = (last - first).days < MOST_DAYS
        if not is_short and not isinstance(error, UnknownSymbol):
            raise error
        try:
            self._amfi.scheme(symbol, deadline=deadline)
            closes = self._amfi.navs(symbol, first=first, deadline=deadline) if is_short else {}
        except ProviderError:
            raise error from None
        if not is_short:
            raise WrongAnswer(f"MFAPI does not know scheme {symbol}, though AMFI lists it.") from error
        return PriceHistory(symbol=symbol, currency=CURRENCY, closes=closes)

    def _scheme(self, symbol: str, deadline: Deadline) -> Scheme:
        try:
            return self._mfapi.scheme(symbol, deadline=deadline.part(_FIRST_SHARE))
        except ProviderError as error:
            try:
                return self._amfi.scheme(symbol, deadline=deadline)[0]
            except ProviderError:
                raise error from None

    def _schemes_with_code(self, code: str, deadline: Deadline) -> list[Scheme]:
        try:
            return [self._scheme(code, deadline)]
        except UnknownSymbol:
            return []

    def _schemes_with_name(self, words: str, deadline: Deadline) -> list[Scheme]:
        try:
            return self._mfapi.search(words, deadline=deadline.part(_FIRST_SHARE))
        except ProviderDown as error:
            try:
                listed = self._amfi.schemes(deadline=deadline)
            except ProviderError:
                raise error from None
            return [scheme for scheme in listed if _has_words(scheme.name, words)]

    def _with_sectors(self, schemes: Sequence[Scheme], deadline: Deadline) -> list[Scheme]:
        try:
            listed = self._amfi.newest(deadline=deadline)
        except ProviderError as error:
            logger.warning("AMFI was asked for the categories of funds: %s", error)
            return list(schemes)
        sectors = {code: scheme.sector for code, (scheme, _) in listed.items()}
        return [replace(scheme, sector=sectors.get(scheme.code, "")) for scheme in schemes]


def _is_newer(price: LivePrice, known: LivePrice | None) -> bool:
    return known is None or price.day > known.day


def _has_words(name: str, words: str) -> bool:
    return all(word in name.casefold() for word in words.casefold().split())
