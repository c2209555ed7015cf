"""The parameters that every analytics endpoint takes, read once into what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from analytics.engine.periods import PERIODS, period_start
from analytics.history import History
from analytics.inputs import asset_ids_of_class
from analytics.models import SERIES
from analytics.movements import Scope
from analytics.panels import Window, portrait_of
from analytics.selectors import State, history_between, history_of
from core.authentication import person_of
from core.errors import InvalidInput
from core.models import Account, User
from core.serializers import CurrencyField, DayField, Serializer
from portfolio.models import Asset


class ReasonSerializer(serializers.Serializer[Any]):
    """Why a figure is not known."""

    code = serializers.CharField(help_text="For programs.")
    detail = serializers.CharField(help_text="For people.")


class RangeSerializer(Serializer):
    """from and to, or a period that ends with `to` or today; which part of the holdings; in which currency."""

    period = serializers.ChoiceField(
        choices=PERIODS,
        required=False,
        help_text="Ends with `to` or today: so many days (d), weeks (w), months (m) or years (y), since "
        "the first of the month (mtd) or year (ytd), or all (max). Instead of `from`.",
    )
    to = DayField(required=False, help_text="The last day; else today.")
    account = serializers.IntegerField(required=False, min_value=1, help_text="Only this account.")
    asset_class = serializers.ChoiceField(choices=Asset.Class.choices, required=False, help_text="Only this class.")
    asset = serializers.IntegerField(required=False, min_value=1, help_text="Only this asset.")
    currency = CurrencyField(required=False, help_text="Instead of the person's own.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": DayField(required=False), **super().get_fields()}  # a keyword, so no attribute

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "from" in attrs and "period" in attrs:
            raise InvalidInput("Give either from or period.", attr="period")
        if "from" in attrs and "to" in attrs and attrs["from"] > attrs["to"]:
            raise InvalidInput("Must not be after to.", attr="from")
        return attrs


@dataclass(frozen=True, slots=True)
class Range:
    """What was asked for."""

    scope: Scope
    currency: str
    is_own_currency: bool
    _asked: dict[str, Any]

    @property
    def is_stored(self) -> bool:
        return self.is_own_currency and self.scope.is_whole

    def name(self, state: State) -> str | None:
        """Of all that is known of what was asked for, beside its address; None in another currency: nothing names
        the rates that lead there."""
        return f"{state.etag_of(self.last(state.as_of))} {self.scope}" if self.is_own_currency else None

    def last(self, as_of: date) -> date:
        asked: date = self._asked.get("to", as_of)
        return min(asked, as_of)

    def first(self, *, last: date, first_day: date) -> date:
        """The first day of the answer, never before the history's own."""
        if "period" in self._asked:
            return period_start(self._asked["period"], last=last, first_day=first_day)
        asked: date = self._asked.get("from", first_day)
        return max(asked, first_day)


def range_of(request: Request, params: dict[str, Any]) -> Range:
    """The meaning of validated parameters for the person who asks; what is not theirs does not exist."""
    user = person_of(request)
    scope = Scope(account_ids_of(user.pk, params), _asset_ids(user.pk, params))
    currency = params.get("currency", user.base_currency)
    return Range(scope, currency, currency == user.base_currency, params)


def validated(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The parameters in the address, or an error for each that is wrong."""
    query = serializer(data=request.query_params.dict(), context={"request": request})
    query.is_valid(raise_exception=True)
    params: dict[str, Any] = query.validated_data
    return params


def history_asked(
    user: User, asked: Range, state: State, *, series: Sequence[str] = SERIES, lead: timedelta = timedelta(0)
) -> tuple[History | None, list[dict[str, str]]]:
    """The days that were asked for, None where nothing was held on them; with why figures are missing.

    lead: how long before them the history begins, if anything was held then.
    """
    last = asked.last(state.as_of)
    if state.first is None or last < state.first:
        return None, []
    first = asked.first(last=last, first_day=state.first)
    if first > last:
        return None, []
    first = max(first - lead, state.first)
    if asked.is_stored:
        return history_between(user, state, first=first, last=last, series=series), state.reasons
    scoped = history_of(user, scope=asked.scope, currency=asked.currency, first=first, last=last, now=state.now)
    return scoped or (None, [])


def window_asked(user: User, asked: Range, state: State) -> Window | None:
    """The part and the days of the panel that were asked for; None where nothing was held by then."""
    last = asked.last(state.as_of)
    portrait = portrait_of(user, state, scope=asked.scope, currency=asked.currency, last=last)
    if portrait is None:
        return None
    start = asked.first(last=last, first_day=portrait.panel.first)
    return None if start > last else Window(portrait, start, last)


def investments_asked(user: User, asked: Range, state: State) -> Window | None:
    """As `window_asked`, and where all was asked for, of the investments alone: what returns and risk are told of."""
    window = window_asked(user, asked, state)
    return window and window.investments


def account_ids_of(user_id: int, params: dict[str, Any]) -> tuple[int, ...] | None:
    if "account" not in params:
        return None
    if not Account.objects.filter(user_id=user_id, pk=params["account"]).exists():
        raise InvalidInput("There is no such account.", attr="account", code="does_not_exist")
    return (params["account"],)


def _asset_ids(user_id: int, params: dict[str, Any]) -> tuple[int, ...] | None:
    chosen: set[int] | None = None
    if "asset" in params:
        if not Asset.objects.visible_to(user_id).filter(pk=params["asset"]).exists():
            raise InvalidInput("There is no such asset.", attr="asset", code="does_not_exist")
        chosen = {params["asset"]}
    if "asset_class" in params:
        members = set(asset_ids_of_class(user_id, params["asset_class"]))
        chosen = members if chosen is None else chosen & members
    return None if chosen is None else tuple(sorted(chosen))
