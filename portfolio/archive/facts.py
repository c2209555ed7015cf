"""Corporate actions and declared dividends of the assets in an archive: facts that a site may know already."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from core.archive.tables import Table
from core.archive.taking import Taken, Taking
from core.errors import ApplicationError, FieldError, InvalidInput
from core.money import LARGEST
from portfolio.archive.catalogue import asset_of, is_new
from portfolio.archive.used import used_ids
from portfolio.models import Asset, CorporateAction, Dividend
from portfolio.services.action_rules import action_errors
from portfolio.services.actions import action_record

_STATED = ("kind", "ex_date", "ratio", "new_asset_id", "cost_fraction", "cash_per_share", "status")


def actions_table() -> Table:
    return Table(
        name="corporate_actions",
        about="Splits, bonus issues, spin-offs, mergers and renames of these assets.",
        model=CorporateAction,
        rows=lambda export: CorporateAction.objects.filter(asset__in=export.once(used_ids)),
        left_out={"created_by": "who said so may be somebody else"},
        held=lambda person: CorporateAction.objects.filter(asset__owner=person),
        check=_action_check,
        take=_actions_take,
    )


def dividends_table() -> Table:
    return Table(
        name="dividends",
        about="Dividends that were declared, for each share.",
        model=Dividend,
        rows=lambda export: Dividend.objects.filter(asset__in=export.once(used_ids)),
        held=lambda person: Dividend.objects.filter(asset__owner=person),
        check=_dividend_check,
        take=_dividends_take,
    )


def _action_check(taking: Taking, action: Any) -> Iterator[FieldError]:
    action.asset = asset_of(taking, action.asset_id)
    action.new_asset = None if action.new_asset_id is None else asset_of(taking, action.new_asset_id)
    if is_new(taking, action.asset_id):
        yield from action_errors(action)


def _actions_take(taking: Taking, rows: Sequence[Taken]) -> None:
    for row in rows:
        if is_new(taking, row.instance.asset_id):
            row.instance.created_by_id = row.instance.asset.owner_id
            taking.insert([row])
        else:
            _compare_action(taking, row)


def _compare_action(taking: Taking, row: Taken) -> None:
    """What the catalogue has of it stays; what it lacks is added by who may."""
    action = row.instance
    twins = CorporateAction.objects.filter(asset=action.asset_id, kind=action.kind, ex_date=action.ex_date)
    twin = twins.order_by("status", "pk").first()  # confirmed before proposed before rejected
    if twin is not None:
        if any(getattr(twin, name) != getattr(action, name) for name in _STATED):
            taking.count("corporate actions that the catalogue has otherwise")
        taking.note(row, twin.pk)
    elif taking.catalogue:
        _record(taking, row)
    else:
        taking.count("corporate actions that the catalogue does not have")


def _record(taking: Taking, row: Taken) -> None:
    names = ("asset", "kind", "ex_date", "ratio", "new_asset", "cost_fraction", "cash_per_share", "status", "note")
    fields = {name: getattr(row.instance, name) for name in (*names, "source")}
    try:
        taking.note(row, action_record(user=None, fields=fields).pk)
    except ApplicationError as error:
        raise InvalidInput(error.detail, attr=taking.place(row, error.attr or "id")) from error


def _dividend_check(taking: Taking, dividend: Any) -> Iterator[FieldError]:
    if not Decimal(0) <= dividend.amount <= LARGEST:
        yield FieldError("amount", "invalid", f"Must be from 0 to {LARGEST:f}.")


def _dividends_take(taking: Taking, rows: Sequence[Taken]) -> None:
    known = _dividends_known(rows)
    for row in rows:
        dividend = row.instance
        twin = known.get((dividend.asset_id, dividend.ex_date))
        if twin is not None:
            if (twin.amount, twin.currency) != (dividend.amount, dividend.currency):
                taking.count("dividends that the catalogue has otherwise")
            taking.note(row, twin.pk)
        elif taking.catalogue or is_new(taking, dividend.asset_id):
            taking.insert([row])
        else:
            taking.count("dividends that the catalogue does not have")


def _dividends_known(rows: Sequence[Taken]) -> dict[tuple[int, Any], Dividend]:
    """Of assets that were there before."""
    assets = Asset.objects.filter(pk__in={row.instance.asset_id for row in rows})
    found = Dividend.objects.filter(asset__in=assets)
    return {(dividend.asset_id, dividend.ex_date): dividend for dividend in found}
