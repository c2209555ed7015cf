"""What a person holds that pays: units in those of the last day, and what was declared and received for them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.engine.expected import (
    MONTHS,
    Expected,
    Payout,
    Receipt,
    dividends_expected,
    payouts_declared,
    payouts_received,
)
from analytics.engine.periods import months_before
from analytics.engine.units import Conversion, Units, unit_now, units_joined, units_of
from analytics.income.payments import Paid, Place
from analytics.movements import Scope, movements_load
from analytics.panels import Portrait
from analytics.rates import missing_rates, rates_load
from portfolio.models import CorporateAction, Dividend, DividendAnswer

_Kind = CorporateAction.Kind
_CONVERTING = (_Kind.SPLIT, _Kind.BONUS, _Kind.RENAME)
Held = Mapping[tuple[int, int], Units]
"""By account and asset, under the name that it has now."""


@dataclass(frozen=True, slots=True)
class Entitlements:
    """held: what is, or was, held of each asset in each account. conversions: what units have become, oldest first."""

    held: Held
    conversions: Sequence[Conversion]

    def now(self, asset: int) -> int:
        """The asset that it has become."""
        return unit_now(asset, 0, self.conversions)[0]

    def before(self, account: int, asset: int, day: int) -> float:
        """Units in the account before the day; where it had none, as a bank to which dividends are paid, in all."""
        own = self.held[account, asset].before(day) if (account, asset) in self.held else 0.0
        others = [units for (_, other), units in self.held.items() if other == asset]
        return own or (units_joined(others).before(day) if others else 0.0)

    def units_paid(self, paid: Paid) -> float | None:
        """On how many units, as of now, a dividend came; None where the person did not say."""
        if paid.asset is None or paid.quantity is None:
            return None
        return float(paid.quantity) * unit_now(paid.asset, paid.day.toordinal(), self.conversions)[1]


def entitlements_load(
    user_id: int, scope: Scope, *, asset_ids: Collection[int], places: Collection[Place], last: date
) -> Entitlements:
    """Of these assets, at these places, up to `last`."""
    conversions = _conversions(asset_ids, last)
    parts: defaultdict[tuple[int, int], list[Units]] = defaultdict(list)
    for moved in movements_load(user_id, scope):
        rows = moved.rows[moved.rows["day"] <= last.toordinal()]
        if moved.asset is not None and len(rows):
            asset, _ = unit_now(moved.asset, 0, conversions)
            day, quantity = rows["day"].astype(np.int64), rows["quantity"]
            parts[moved.account, asset].append(units_of(moved.asset, day, quantity, conversions))
    held = {place: units_joined(units) for place, units in parts.items() if place in places}
    return Entitlements(held, conversions)


def _conversions(asset_ids: Collection[int], last: date) -> list[Conversion]:
    rows = CorporateAction.objects.filter(
        asset__in=asset_ids,
        kind__in=_CONVERTING,
        status=CorporateAction.Status.CONFIRMED,
        ratio__gt=0,
        ex_date__lte=last,
    )
    columns = rows.order_by("ex_date", "id").values_list("asset_id", "ex_date", "ratio", "new_asset_id")
    return [Conversion(asset, day.toordinal(), float(ratio), new or asset) for asset, day, ratio, new in columns]


def expected_load(
    user_id: int, entitled: Entitlements, paid: Iterable[Paid], *, asset_ids: Collection[int], last: date
) -> list[Expected]:
    """The dividends of the 12 months after `last`, from those of the 12 months before."""
    facts = _facts(user_id, asset_ids, last)
    since = months_before(last, MONTHS + 1)  # a month more, for what two accounts booked around the first day
    return dividends_expected(
        payouts_declared(facts, entitled.conversions),
        payouts_received(_receipt(row, entitled) for row in paid if row.is_dividend and row.day > since),
        held={place: units.now for place, units in entitled.held.items()},
        last=last,
    )


def _facts(user_id: int, asset_ids: Collection[int], last: date) -> list[Payout]:
    """What was declared in the year, except for the accounts of which the person said that it was none of theirs."""
    since = months_before(last, MONTHS)
    rows = Dividend.objects.filter(asset__in=asset_ids, ex_date__gt=since, ex_date__lte=last)
    dismissed: defaultdict[int, set[int]] = defaultdict(set)
    answers = DividendAnswer.objects.filter(user_id=user_id, transaction=None, dividend__ex_date__gt=since)
    for dividend, account in answers.values_list("dividend_id", "account_id"):
        dismissed[dividend].add(account)
    columns = rows.order_by("ex_date", "id").values_list("pk", "asset_id", "ex_date", "amount", "currency")
    return [
        Payout(asset, day, float(amount), currency, frozenset(dismissed[pk]))
        for pk, asset, day, amount, currency in columns
    ]


def _receipt(paid: Paid, entitled: Entitlements) -> Receipt:
    """Where the person did not say on how many units it came, on those that were held the evening before."""
    asset = entitled.now(paid.asset or 0)
    units = entitled.units_paid(paid)
    if units is None:
        units = entitled.before(paid.account, asset, paid.day.toordinal())
    return Receipt(paid.account, asset, paid.day, float(paid.gross), units, paid.currency)


def rates_on_last(
    user_id: int, portrait: Portrait, wanted: Collection[str]
) -> tuple[dict[str, float], list[dict[str, str]]]:
    """What one unit of each currency is worth on the last day, in that of the portrait; why some are not known.

    A dividend may be declared in a currency that the person has nothing in.
    """
    panel = portrait.panel
    rates = dict(zip(portrait.currencies, panel.rates[:, -1].tolist(), strict=True))
    others = sorted(set(wanted) - set(rates))
    if not others:
        return rates, []
    target = portrait.currencies[0]
    daily = rates_load(user_id=user_id, currencies=others, target=target, first=panel.last, last=panel.last)
    on_last = daily.rates.on(np.arange(len(others)), np.full(len(others), panel.last.toordinal()))
    return rates | dict(zip(others, on_last.tolist(), strict=True)), missing_rates(daily.crossing.unknown, target)
