"""What each measure means, in one sentence: shown beside the number, and in the documentation."""

from dataclasses import dataclass
from typing import Literal, get_args

Unit = Literal["ratio", "ratio a year", "number"]
UNITS: tuple[Unit, ...] = get_args(Unit)


@dataclass(frozen=True, slots=True)
class Definition:
    """A ratio is a fraction: 0.12 is 12 %."""

    name: str
    unit: Unit
    text: str


_RETURNS = (
    Definition(
        "twr",
        "ratio",
        "Time-weighted return: the daily returns (value + what went out) / (value of the evening before + what came "
        "in) - 1, one after the other. How well the holdings did, however much was in them.",
    ),
    Definition(
        "twr_annualized",
        "ratio a year",
        "The time-weighted return as a rate a year: (1 + twr)^(365 / days) - 1, from 365 days on.",
    ),
    Definition(
        "xirr",
        "ratio a year",
        "Money-weighted return: the rate at which all that came in and went out, and the value of the last day, are "
        "worth nothing together (Excel's XIRR, days / 365). How well your money did.",
    ),
    Definition(
        "simple_return",
        "ratio",
        "Gain of the period / (value at its start + all that came in).",
    ),
)

_RISK = (
    Definition(
        "volatility",
        "ratio a year",
        "Standard deviation (n - 1) of the daily returns × √252. Saturday and Sunday count with Monday.",
    ),
    Definition(
        "sharpe", "number", "Mean of the daily returns above the risk-free rate / their standard deviation × √252."
    ),
    Definition(
        "sortino",
        "number",
        "Mean of the daily returns above the risk-free rate / the root of the mean square of those below it × √252.",
    ),
    Definition(
        "max_drawdown", "ratio", "The deepest fall of the time-weighted index below its highest value until then."
    ),
    Definition("current_drawdown", "ratio", "How far the last day is below the highest value until then."),
    Definition("calmar", "number", "Time-weighted return a year / depth of the deepest fall."),
    Definition(
        "var_95", "ratio", "On one day in twenty the return was this or worse: the 5th percentile of daily returns."
    ),
    Definition("cvar_95", "ratio", "The mean of the daily returns at or below the 5th percentile."),
    Definition("best_day", "ratio", "The highest of the daily returns."),
    Definition("worst_day", "ratio", "The lowest of the daily returns."),
    Definition("positive_days", "ratio", "Share of the days whose return was above 0."),
)

_RELATIVE = (
    Definition(
        "beta", "number", "How far it moves when the benchmark moves by 1: covariance / variance of the benchmark."
    ),
    Definition(
        "alpha",
        "ratio a year",
        "What beta does not explain: (1 + mean daily return above the risk-free rate - beta × that of the "
        "benchmark)^252 - 1.",
    ),
    Definition("r2", "ratio", "Share of its ups and downs that goes with the benchmark: correlation squared."),
    Definition(
        "benchmark_correlation", "number", "How far both move together: 1 always, 0 not at all, -1 always opposed."
    ),
    Definition("tracking_error", "ratio a year", "Standard deviation of the daily difference to the benchmark × √252."),
    Definition(
        "information_ratio", "number", "Mean daily difference to the benchmark / its standard deviation × √252."
    ),
    Definition(
        "up_capture", "ratio", "Mean (geometric) return / that of the benchmark, over the days on which it rose."
    ),
    Definition(
        "down_capture", "ratio", "The same over the days on which the benchmark fell; below 1 is less of a fall."
    ),
)

_COMPOSITION = (
    Definition("hhi", "number", "Concentration: the sum of the squared weights; 1 is everything in one asset."),
    Definition("effective_number", "number", "As many assets of equal weight would be as concentrated: 1 / hhi."),
    Definition("largest", "ratio", "Weight of the largest holding."),
    Definition("top_5", "ratio", "Weight of the five largest holdings together."),
    Definition(
        "contribution",
        "ratio",
        "What a part brought to the return: its gain of each day / the base of the whole, times the growth of the "
        "whole until then. Together they are the time-weighted return.",
    ),
)

_INCOME = (
    Definition("yield_on_cost", "ratio", "Income of the last 12 months of what is held / what it cost."),
    Definition("yield_on_value", "ratio", "Income of the last 12 months of what is held / what it is worth."),
)

DEFINITIONS = (*_RETURNS, *_RISK, *_RELATIVE, *_COMPOSITION, *_INCOME)
