"""What each measure means, in one sentence: shown beside the number, and in the documentation."""

from dataclasses import dataclass
from typing import Literal, get_args

Unit = Literal["ratio", "ratio a year", "number", "amount", "months", "points"]
UNITS: tuple[Unit, ...] = get_args(Unit)


@dataclass(frozen=True, slots=True)
class Definition:
    """A ratio is a fraction: 0.12 is 12 %. name: with that of what it is a part of, where it would say too little."""

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
    Definition("excess", "ratio", "The time-weighted return less that of the benchmark on the same days."),
    Definition(
        "same_flows.value",
        "amount",
        "What there would be if the same flows had gone into the benchmark, each at the close of its day.",
    ),
    Definition("same_flows.difference", "amount", "What there really is less what there would be in the benchmark."),
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
    Definition("weight", "ratio", "Share of all that is owned; what is owed has no weight."),
    Definition("average_weight", "ratio", "Mean of the weights of the days on which anything was owned."),
    Definition("target", "ratio", "The weight that you want it to have; 0 where you set one for others alone."),
    Definition("drift", "ratio", "How far it is from your target: weight - target."),
    Definition("weight_after", "ratio", "The weight that it has once the trades are done."),
    Definition("left_over", "amount", "Money that is there after the trades, and that no target wants."),
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
    Definition(
        "correlation.average", "number", "Mean of the correlations of all pairs of holdings: 1 is all of them as one."
    ),
)

_AMOUNTS = (
    Definition("net_worth", "amount", "All that is owned less what is owed."),
    Definition("gross", "amount", "All that is owned, whatever is owed."),
    Definition(
        "other_assets",
        "amount",
        "What deposits, property and other things with a value are worth, and what others owe you.",
    ),
    Definition("liabilities", "amount", "What is owed: the accounts whose worth is below 0."),
    Definition(
        "confidence",
        "ratio",
        "Share of what is owned by how it is known: at a price of the last week, at an older one, or at an estimate.",
    ),
    Definition(
        "cost_basis", "amount", "What is held had cost, with fees and taxes, at the exchange rates of its days."
    ),
    Definition("invested", "amount", "What is held had cost, without fees and taxes."),
    Definition("net_contributions", "amount", "All that came in from outside less all that went there."),
    Definition("unrealized_gain", "amount", "What the assets that are held are worth less what they cost."),
    Definition("realized_gain", "amount", "What sales brought after fees and taxes, less what was sold had cost."),
    Definition(
        "gain",
        "amount",
        "What came of it, whatever flowed: its value now and what went out, less what was there before and came in. "
        "Of a lot what it brought, or is worth, less what it cost.",
    ),
    Definition(
        "day_change", "amount", "Change of the net worth since the evening before, less what was added that day."
    ),
    Definition("day_change_ratio", "ratio", "The change of the day / the net worth of the evening before."),
    Definition("market_effect", "amount", "What the moves of prices brought: the gain that nothing else explains."),
    Definition("currency_effect", "amount", "What the moves of exchange rates brought on the worth of each evening."),
)

_INCOME = (
    Definition("income", "amount", "Dividends and interest, before what was kept back from them."),
    Definition(
        "trailing_income", "amount", "Income of the last 12 months, as far as it came on units that are still held."
    ),
    Definition("yield_on_cost", "ratio", "Income of the last 12 months of what is held / what it cost."),
    Definition("yield_on_value", "ratio", "Income of the last 12 months of what is held / what it is worth."),
    Definition(
        "growth.change", "ratio", "Income of the calendar year so far / that of the same days of the year before - 1."
    ),
    Definition(
        "expected.total", "amount", "Dividends of the next 12 months, if each of the last 12 comes again a year later."
    ),
)

_OUTLOOK = (
    Definition("score", "points", "100 less the points that each rule takes for what it finds in the holdings."),
    Definition("goal_chance", "ratio", "Share of the simulated paths that end at the goal or above."),
    Definition("goal_months", "months", "After so many months half of the simulated paths have reached the goal."),
    Definition("loss_chance", "ratio", "Share of the simulated paths that end below what is there and is paid in."),
    Definition("ruin_chance", "ratio", "Share of the simulated paths on which a withdrawal cannot be paid in full."),
)

_EVERYDAY = (
    Definition("spent", "amount", "Expenses less refunds, with the fees of transfers."),
    Definition("saved", "amount", "What was earned less what was spent."),
    Definition("savings_rate", "ratio", "Share of what was earned that was not spent; below 0 where more was spent."),
    Definition("income_to_spent", "number", "What was earned / what was spent: above 1 something is left."),
    Definition("share", "ratio", "Share of all that was spent in the month, or of all that was earned."),
    Definition("share_used", "ratio", "What was spent / what the budget makes available with what was carried over."),
    Definition(
        "pace", "amount", "What is spent by the end of the month at this rate: spent / days gone × days of the month."
    ),
    Definition(
        "liquid", "amount", "Money in banks, wallets, cash, cards, and at brokers that keep it, less what is owed."
    ),
    Definition(
        "runway", "months", "For so many months liquid money lasts at the mean spending of the last 6 whole months."
    ),
)

DEFINITIONS = (*_RETURNS, *_RISK, *_RELATIVE, *_COMPOSITION, *_AMOUNTS, *_INCOME, *_OUTLOOK, *_EVERYDAY)

MEANINGS = {definition.name: definition.text for definition in DEFINITIONS}
"""By name, for the schema of the API."""
