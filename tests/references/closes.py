"""Daily returns of real closes: three companies and an equal mix of them beside the S&P 500, as skfolio ships them."""

from datetime import date

import pandas as pd
from skfolio.datasets import load_sp500_dataset, load_sp500_index

STOCKS = ("AAPL", "JPM", "KO")
MIX, INDEX = "MIX", "SP500"
PORTFOLIOS = (*STOCKS, MIX)
PERIODS = {
    "all": (date(1990, 1, 2), date(2022, 12, 28)),
    "crash": (date(2007, 12, 31), date(2009, 3, 31)),
    "calm": (date(2012, 12, 31), date(2017, 12, 29)),
    "quarter": (date(2019, 12, 31), date(2020, 3, 31)),
}
"""The evening at which each begins, and its last day; all of them are days of trading."""


def daily_returns() -> pd.DataFrame:
    """A row a day of trading from the second on; the mix is put back to equal parts every evening."""
    closes: pd.DataFrame = load_sp500_dataset()[list(STOCKS)].join(load_sp500_index())
    returns: pd.DataFrame = closes.pct_change().iloc[1:]
    returns.insert(len(STOCKS), MIX, returns[list(STOCKS)].mean(axis=1))
    return returns


def of_period(returns: pd.DataFrame, period: str) -> pd.DataFrame:
    evening, last = (pd.Timestamp(day) for day in PERIODS[period])
    return returns[(returns.index > evening) & (returns.index <= last)]
