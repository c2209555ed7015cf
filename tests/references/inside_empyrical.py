"""What empyrical says of daily returns: a program for its own environment, which knows nothing of PandaLedger.

    python inside_empyrical.py <CSV of returns> <name of the benchmark's column> <evening before the first day>

The CSV has a row a day, oldest first. Prints JSON: by portfolio, by measure.
"""

import json
import sys
from typing import Any

import empyrical as ep  # type: ignore[import-not-found,import-untyped,unused-ignore]
import pandas as pd

YEARLY_RISK_FREE = 0.03
ROLLING = 126
EVERY = 250
"""Of the rolling values, each so many-th is kept, the last one too."""


def geometric_mean(returns: Any) -> float:
    """A "year" of one day: what each day would compound with to the same."""
    return float(ep.annual_return(returns, annualization=1))


def capture_of_a_day(returns: Any, benchmark: Any) -> float:
    return geometric_mean(returns) / geometric_mean(benchmark)


def alone(r: pd.Series, years: float) -> dict[str, Any]:
    daily = (1 + YEARLY_RISK_FREE) ** (1 / 252) - 1
    by_calendar = len(r) / years  # days of trading in a calendar year of 365 days
    return {
        "volatility": ep.annual_volatility(r),
        "sharpe": ep.sharpe_ratio(r),
        "sharpe_risk_free": ep.sharpe_ratio(r, risk_free=daily),
        "sortino": ep.sortino_ratio(r),
        "sortino_risk_free": ep.sortino_ratio(r, required_return=daily),
        "downside_risk": ep.downside_risk(r),
        "total_return": ep.cum_returns_final(r),
        "annual_return": ep.annual_return(r),
        "calmar": ep.calmar_ratio(r),
        "annual_return_by_calendar": ep.annual_return(r, annualization=by_calendar),
        "calmar_by_calendar": ep.calmar_ratio(r, annualization=by_calendar),
        "var_95": ep.value_at_risk(r),
        "cvar_95": ep.conditional_value_at_risk(r),
        "best_day": r.max(),
        "worst_day": r.min(),
        "positive_days": (r > 0).mean(),
        "rolling_volatility": kept(ep.roll_annual_volatility(r, window=ROLLING)),
        "rolling_sharpe": kept(ep.roll_sharpe_ratio(r, window=ROLLING)),
        **deepest_fall(r),
    }


def deepest_fall(r: pd.Series) -> dict[str, Any]:
    fall, growth = ep.stats.drawdown_series(r), ep.cum_returns(r, starting_value=1)
    trough = fall.idxmin()
    before, after = growth[growth.index < trough], fall.index[(fall == 0) & (fall.index > trough)]
    return {
        "max_drawdown": ep.max_drawdown(r),
        "current_drawdown": fall.iloc[-1],
        "peak": str(before.idxmax().date()) if before.max() >= 1 else None,
        "trough": str(trough.date()),
        "recovery": str(after[0].date()) if len(after) else None,
    }


def beside(r: pd.Series, b: pd.Series) -> dict[str, Any]:
    daily = (1 + YEARLY_RISK_FREE) ** (1 / 252) - 1
    return {
        "beta": ep.beta(r, b),
        "beta_risk_free": ep.beta(r, b, risk_free=daily),
        "alpha": ep.alpha(r, b),
        "alpha_risk_free": ep.alpha(r, b, risk_free=daily),
        "correlation": r.corr(b),  # empyrical has none; by pandas
        "tracking_error": ep.annual_volatility(r - b),
        "excess_sharpe": ep.excess_sharpe(r, b),
        "annualized_excess_sharpe": ep.sharpe_ratio(r - b),
        "up_capture": ep.up_capture(r, b),
        "down_capture": ep.down_capture(r, b),
        "up_capture_of_a_day": ep.utils.up(r, b, function=capture_of_a_day),
        "down_capture_of_a_day": ep.utils.down(r, b, function=capture_of_a_day),
        "up_days": ep.utils.up(r, b, function=counted),
        "down_days": ep.utils.down(r, b, function=counted),
        "rolling_beta": kept(ep.roll_beta(r, b, window=ROLLING)),
    }


def counted(returns: Any, benchmark: Any) -> int:
    return len(returns)


def kept(rolled: Any) -> list[float]:
    values = list(rolled)
    return [*values[::EVERY], *values[-1:]]


def main(path: str, benchmark: str, evening: str) -> None:
    returns = pd.read_csv(path, index_col=0, parse_dates=True)
    index = returns.pop(benchmark)
    years = (returns.index[-1] - pd.Timestamp(evening)).days / 365
    portfolios = {name: {**alone(returns[name], years), **beside(returns[name], index)} for name in returns}
    correlations = returns.corr().to_numpy().tolist()  # by pandas
    terms = {"risk_free": YEARLY_RISK_FREE, "rolling": ROLLING, "every": EVERY}
    answer = {"terms": terms, "observations": len(returns), "portfolios": portfolios, "correlations": correlations}
    sys.stdout.write(json.dumps(answer, allow_nan=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
