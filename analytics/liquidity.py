"""How much money is at hand, and how long it lasts: in banks, wallets, cash and cards, and at brokers that keep it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan, nan

import numpy as np

from analytics.engine.measure import Measure
from analytics.engine.panel import MONEY
from analytics.engine.savings import runway
from analytics.health import NO_MONEY_KEPT
from analytics.ledger_stats import ONLY_WHOLE, Average
from analytics.movements import Scope
from analytics.panels import Portrait, portrait_of
from analytics.selectors import State
from core.fields import money_of
from core.models import Account, User

LIQUID = frozenset({*Account.CUSTODY, Account.Kind.WALLET, Account.Kind.BANK, Account.Kind.CASH, Account.Kind.CARD})
RUNWAY_MONTHS = 6
"""It lasts for so long at the mean spending of so many whole months."""


@dataclass(frozen=True, slots=True)
class Liquidity:
    """money: NaN where it is not known. runway: months for which it lasts. reasons: why money is not known."""

    money: float
    runway: Measure
    reasons: Sequence[dict[str, str]] = ()


def liquidity_of(user: User, state: State, average: Average, *, currency: str, last: date) -> Liquidity:
    """At the end of `last`, or of as much of it as the history has; cards and overdrafts are taken off."""
    if not average.balance.is_whole:
        return Liquidity(nan, Measure(None, ONLY_WHOLE))
    if not any(account.keeps_money for account in Account.objects.filter(user_id=user.pk, kind__in=LIQUID)):
        return Liquidity(nan, Measure(None, NO_MONEY_KEPT))
    portrait = portrait_of(user, state, scope=Scope(), currency=currency, last=last)
    money = 0.0 if portrait is None else _money(portrait)
    spent = average.balance.spent
    monthly = None if spent is None else float(money_of(spent))
    # The portrait's reasons are of all that is owned; what is known here needs none of them.
    reasons = portrait.reasons if portrait is not None and isnan(money) else ()
    return Liquidity(money, runway(money, monthly, months=average.counted), reasons)


def _money(portrait: Portrait) -> float:
    panel, kinds = portrait.panel, portrait.kinds
    liquid = [pk for pk, kept in kinds.items() if kept.keeps_money and kept.kind in LIQUID]
    lines = (panel.asset == MONEY) & np.isin(panel.account, liquid)
    return float(panel.value[lines, -1].sum())
