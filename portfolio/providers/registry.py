"""The providers by name, made as the settings say."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Lock

from django.conf import settings

from portfolio.live import gate
from portfolio.providers.base import Provider
from portfolio.providers.demo import demo_market
from portfolio.providers.fixed import Fixed
from portfolio.providers.funds import Funds
from portfolio.providers.yahoo import Yahoo

SEARCHED = ("yahoo", "mfapi")
"""The providers that know more than is in the catalogue."""

_made: dict[str, Provider] = {}
_making = Lock()


def provider_named(name: str) -> Provider:
    """One for the whole process, with its connections and cookies."""
    with _making:
        if name not in _made:
            _made[name] = _MAKERS[name]()
        return _made[name]


def forget() -> None:
    """For who changes the settings: they are read again when a provider is asked for."""
    with _making:
        _made.clear()


def _yahoo() -> Provider:
    folder = "yfinance-replica" if settings.UPSTREAM_PROXY else "yfinance"
    return Yahoo(
        partial(gate.spend, "yahoo"),
        folder=str(Path(settings.DATA_DIR) / folder),
        proxy=settings.UPSTREAM_PROXY,
        ca=settings.UPSTREAM_CA,
    )


def _mfapi() -> Provider:
    return Funds(spend=partial(gate.spend, "mfapi"), proxy=settings.UPSTREAM_PROXY, ca=settings.UPSTREAM_CA)


def _fixed() -> Provider:
    return Fixed(demo_market)


_MAKERS: dict[str, Callable[[], Provider]] = {"yahoo": _yahoo, "mfapi": _mfapi, "fixed": _fixed}
