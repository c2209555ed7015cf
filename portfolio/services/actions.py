"""Writes of corporate actions; the books of everyone who holds the asset follow in the same database transaction."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.errors import InvalidInput, NotFound
from core.models import User
from portfolio.locks import effects_lock
from portfolio.models import CorporateAction
from portfolio.services.action_rules import action_errors


@transaction.atomic
def action_record(*, user: User | None, fields: Mapping[str, Any]) -> CorporateAction:
    """user: who says so; None where a provider or a command does. Who may say so of which asset is the caller's."""
    return _saved(CorporateAction(created_by=user, **fields))


@transaction.atomic
def action_change(*, action: CorporateAction, changes: Mapping[str, Any]) -> CorporateAction:
    effects_lock([action.asset, changes.get("asset", action.asset)])
    row = CorporateAction.objects.select_for_update().filter(pk=action.pk).first()
    if row is None:
        raise NotFound
    for name, value in changes.items():
        setattr(row, name, value)
    return _saved(row)


@transaction.atomic
def action_delete(*, action: CorporateAction) -> None:
    effects_lock([action.asset])
    action.delete()


def _saved(action: CorporateAction) -> CorporateAction:
    """Saving brings the books up to date (`portfolio.receivers`), or is refused by them."""
    effects_lock([action.asset])  # also against the same fact, twice at one moment
    errors = action_errors(action)
    if errors:
        raise InvalidInput.many(errors)
    _refuse_twin(action)
    action.save()
    return action


def _refuse_twin(action: CorporateAction) -> None:
    if action.status == CorporateAction.Status.REJECTED:
        return
    twins = CorporateAction.objects.filter(asset=action.asset_id, kind=action.kind, ex_date=action.ex_date)
    if twins.exclude(pk=action.pk).exclude(status=CorporateAction.Status.REJECTED).exists():
        raise InvalidInput(
            f"There is a {action.kind} of {action.asset} on {action.ex_date} already.", attr="ex_date", code="unique"
        )
