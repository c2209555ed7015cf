"""What the tests of Yahoo have in common: one that asks the replica, and counts what it spends."""

from datetime import date

import time_machine
import yfinance.cache

from portfolio.providers.base import BudgetSpent, PriceHistory
from portfolio.providers.yahoo import Yahoo
from tests.upstream.replica import Replica

TODAY = date(2026, 11, 20)
"""A Friday, whose session is over in India at noon in New York, and lasts there for four hours more."""
NOON_IN_NEW_YORK = "2026-11-20T17:00:00Z"
FIRST = date(2026, 11, 2)


class Purse:
    def __init__(self, left: int = 10_000) -> None:
        self.left, self.spent = left, 0

    def __call__(self, *, is_sent: bool = False) -> None:
        if self.left <= 0 and not is_sent:
            raise BudgetSpent("Nothing is left.")
        self.left -= 1
        self.spent += 1


def noon() -> time_machine.travel:
    return at(NOON_IN_NEW_YORK)


def at(moment: str) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def yahoo(replica: Replica, *, purse: Purse | None = None) -> Yahoo:
    """As in a new process that finds no cookie in its folder."""
    location = str(replica.ca_file.parent / "yfinance")
    yfinance.set_tz_cache_location(location)
    yfinance.cache.get_cookie_cache().store("curlCffi", None)
    return Yahoo(purse or Purse(), folder=location, proxy=replica.url, ca=str(replica.ca_file))


def warm_yahoo(replica: Replica, *, purse: Purse | None = None) -> Yahoo:
    """With a cookie and a crumb; how it came to them is not counted."""
    found = yahoo(replica, purse=purse)
    found.quotes(["MSFT"], seconds=10)
    replica.records.reset()
    return found


def history(
    provider: Yahoo, symbol: str, *, first: date = FIRST, today: date = TODAY, seconds: float = 10
) -> PriceHistory:
    return provider.history(symbol, first=first, today=today, seconds=seconds)


def paths(replica: Replica) -> list[str]:
    return [f"{record.host}{record.path}" for record in replica.log]
