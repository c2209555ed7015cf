"""What a corporate action must be by itself, field by field."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from core.days import EARLIEST_DAY
from core.errors import FieldError
from portfolio.models import CorporateAction
from portfolio.services.transaction_rules import number_problem

FURTHEST = timedelta(days=366)
"""An action is announced at most about a year ahead."""
LARGEST_RATIO = Decimal(1_000_000)

_WITH_NEW_ASSET = frozenset({"spinoff", "merger", "rename"})
_WITH_FRACTION = frozenset({"spinoff", "merger"})


def action_errors(action: CorporateAction) -> list[FieldError]:
    """All that is wrong with it."""
    if action.kind not in CorporateAction.Kind:
        return [FieldError("kind", "invalid_choice", f"{action.kind!r} is no kind of corporate action.")]
    unusable = list(_number_errors(action))
    if unusable:  # NaN cannot even be compared
        return unusable
    return [
        *_day_errors(action),
        *_ratio_errors(action),
        *_new_asset_errors(action),
        *_fraction_errors(action),
        *_cash_errors(action),
    ]


def _number_errors(action: CorporateAction) -> Iterator[FieldError]:
    for name in ("ratio", "cost_fraction", "cash_per_share"):
        value: Decimal | None = getattr(action, name)
        problem = None if value is None else number_problem(value)
        if problem:
            yield FieldError(name, *problem)


def _day_errors(action: CorporateAction) -> Iterator[FieldError]:
    latest = timezone.now().date() + FURTHEST
    if not EARLIEST_DAY <= action.ex_date <= latest:
        yield FieldError("ex_date", "invalid", f"Must be a day from {EARLIEST_DAY} to {latest}.")


def _ratio_errors(action: CorporateAction) -> Iterator[FieldError]:
    ratio, kind = action.ratio, action.kind
    if not ratio:
        if kind != "merger":
            yield FieldError("ratio", "min_value", "Must be more than 0.")
        elif not action.cash_per_share:
            yield FieldError("ratio", "min_value", "A merger gives new shares or cash for each old share.")
    elif not 1 / LARGEST_RATIO <= ratio <= LARGEST_RATIO:
        yield FieldError("ratio", "max_value", f"Must be between 1:{LARGEST_RATIO:f} and {LARGEST_RATIO:f}:1.")
    elif kind in ("split", "bonus") and ratio == 1:
        yield FieldError("ratio", "invalid", f"A {kind} with the ratio 1 changes nothing.")
    elif kind == "rename" and ratio != 1:
        yield FieldError("ratio", "invalid", "A rename gives one new share for each old one.")


def _new_asset_errors(action: CorporateAction) -> Iterator[FieldError]:
    new, old = action.new_asset, action.asset
    if new is None:
        is_open = action.status == CorporateAction.Status.PROPOSED  # a provider does not say what was spun off
        if action.kind in _WITH_NEW_ASSET and action.ratio and not is_open:
            yield FieldError("new_asset", "required", f"A {action.kind} needs its new_asset.")
    elif action.kind not in _WITH_NEW_ASSET or not action.ratio:
        yield FieldError("new_asset", "not_applicable", f"This {action.kind} has no new_asset.")
    elif new == old:
        yield FieldError("new_asset", "invalid", "Must be another asset.")
    elif new.owner_id not in (None, old.owner_id):  # the holders of a shared asset must all see what they get
        yield FieldError("new_asset", "does_not_exist", "There is no such asset.")
    elif new.currency != old.currency:
        yield FieldError("new_asset", "wrong_currency", f"Must be in {old.currency}, as {old.symbol} is.")


def _fraction_errors(action: CorporateAction) -> Iterator[FieldError]:
    fraction = action.cost_fraction
    if fraction is None:
        if action.kind == "spinoff":
            yield FieldError("cost_fraction", "required", "A spinoff needs the share of the cost that moves.")
    elif action.kind not in _WITH_FRACTION or not action.ratio:
        yield FieldError("cost_fraction", "not_applicable", f"This {action.kind} moves no share of the cost.")
    elif action.kind == "spinoff" and not 0 < fraction < 1:
        yield FieldError("cost_fraction", "invalid", "Must be between 0 and 1, without them.")
    elif fraction > 1:
        yield FieldError("cost_fraction", "max_value", "Must not be more than 1.")


def _cash_errors(action: CorporateAction) -> Iterator[FieldError]:
    if action.cash_per_share and action.kind != "merger":
        yield FieldError("cash_per_share", "not_applicable", f"A {action.kind} pays no cash.")
