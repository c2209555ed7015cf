"""Which market an asset is traded at, by its symbol, its exchange and its class. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from portfolio.models import Asset, PriceSource


@dataclass(frozen=True, slots=True)
class Market:
    """calendar: its code in exchange-calendars; without one, whole days in `zone`, on the days of `weekmask`.

    delay: after the close, until the final price can be had.
    """

    calendar: str = ""
    zone: str = "UTC"
    weekmask: str = "1111100"
    delay: timedelta = timedelta(minutes=45)
    is_nav: bool = False


MIDNIGHT = timedelta(minutes=15)
ALWAYS = Market(weekmask="1111111", delay=MIDNIGHT)
CURRENCIES = Market(zone="Europe/London", delay=MIDNIGHT)
FUTURES = Market(zone="America/New_York", delay=MIDNIGHT)
FUNDS = Market(calendar="XBOM", zone="Asia/Kolkata", delay=timedelta(hours=8), is_nav=True)
WEEKDAYS = Market(delay=MIDNIGHT)

_SUFFIXES = """
NS:XBOM BO:XBOM L:XLON IL:XLON TO:XTSE V:XTSE NE:XTSE CN:XTSE AX:XASX NZ:XNZE T:XTKS HK:XHKG SS:XSHG SZ:XSHG KS:XKRX
KQ:XKRX TW:XTAI TWO:XTAI SI:XSES KL:XKLS BK:XBKK JK:XIDX DE:XETR F:XFRA BE:XFRA DU:XDUS HM:XHAM MU:XFRA SG:XSTU PA:XPAR
AS:XAMS BR:XBRU LS:XLIS MI:XMIL MC:XMAD SW:XSWX VI:XWBO ST:XSTO HE:XHEL CO:XCSE OL:XOSL IC:XICE IR:XDUB WA:XWAR PR:XPRA
BD:XBUD AT:ASEX IS:XIST TA:XTAE JO:XJSE SR:XSAU SA:BVMF MX:XMEX BA:XBUE SN:XSGO
"""
_INDICES = """
NSEI:XBOM BSESN:XBOM NSEBANK:XBOM CRSLDX:XBOM INDIAVIX:XBOM GSPC:XNYS IXIC:XNYS NDX:XNYS DJI:XNYS RUT:XNYS VIX:XNYS
FTSE:XLON GDAXI:XETR FCHI:XPAR STOXX50E:XETR N225:XTKS HSI:XHKG AXJO:XASX GSPTSE:XTSE
"""
_EXCHANGES = """
NSI:XBOM NSE:XBOM BSE:XBOM NMS:XNYS NGM:XNYS NCM:XNYS NYQ:XNYS NYSE:XNYS NASDAQ:XNYS PCX:XNYS ASE:XNYS BTS:XNYS SNP:XNYS
DJI:XNYS NIM:XNYS LSE:XLON TOR:XTSE ASX:XASX JPX:XTKS OSA:XTKS HKG:XHKG GER:XETR PAR:XPAR AMS:XAMS MIL:XMIL
"""


def _table(text: str) -> dict[str, Market]:
    return {name: Market(calendar=code) for name, _, code in (pair.partition(":") for pair in text.split())}


SUFFIXES, INDICES, EXCHANGES = _table(_SUFFIXES), _table(_INDICES), _table(_EXCHANGES)


def market_of(source: PriceSource) -> Market:
    asset = source.asset
    if source.provider == PriceSource.Provider.MFAPI:
        return FUNDS
    if asset.asset_class == Asset.Class.CRYPTO:
        return ALWAYS
    return _by_symbol(source.symbol.upper()) or _by_exchange(source)


def _by_symbol(symbol: str) -> Market | None:
    if symbol.endswith("=X"):
        return CURRENCIES
    if symbol.endswith("=F"):
        return FUTURES
    if symbol.startswith("^"):
        return INDICES.get(symbol[1:])
    _, dot, suffix = symbol.rpartition(".")
    return SUFFIXES.get(suffix, WEEKDAYS) if dot else None


def _by_exchange(source: PriceSource) -> Market:
    """Of a symbol that does not say it: those without a suffix are American, but for the rupee prices of the demo."""
    known = EXCHANGES.get(source.exchange.upper())
    if known or source.symbol.startswith("^"):
        return known or WEEKDAYS
    return EXCHANGES["NSE" if source.asset.currency == "INR" else "NYSE"]
