"""What the money of the accounts is worth in the currency of the rates, and what came into it from outside."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.balances import Balances
from analytics.engine.carry import FloatArray
from analytics.engine.flows import converted
from analytics.engine.rates import Rates
from analytics.engine.valuation import Days, Value


@dataclass(frozen=True, slots=True)
class MoneyValue:
    """Accounts that have something, by whether that is cash or another asset; owed: (days,) what the others owe."""

    cash: Value
    other_assets: Value
    owed: FloatArray


def value_money(balances: Balances, *, rates: Rates, days: Days) -> MoneyValue:
    cash, other_assets, owed = Value(days.count), Value(days.count), np.zeros(days.count)
    worths = balances.worth[:, days.window]
    for worth, currency, is_cash in zip(worths, balances.currency.tolist(), balances.is_cash.tolist(), strict=True):
        at = (currency, days.window)
        (cash if is_cash else other_assets).add(np.maximum(worth, 0.0), rates, at)
        owed += np.where(worth < 0, -worth * rates.values[at], 0.0)
    return MoneyValue(cash, other_assets, owed)


def money_contributions(balances: Balances, *, rates: Rates, days: Days, moves_are_flows: bool) -> FloatArray:
    """(days,) all that came from outside less what went there, since the beginning, at the rate of each day."""
    flows = balances.outside + balances.moved if moves_are_flows else balances.outside
    daily = converted(flows, rates.values[balances.currency]).sum(axis=0)
    total: FloatArray = np.cumsum(daily)[days.window]
    return total
