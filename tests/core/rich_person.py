"""A person with a row in every table that can refer to one, with a mark in each of its texts."""

from collections import deque
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import numpy as np
from allauth.socialaccount.models import SocialApp
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

from core.fields import FloatArrayField
from core.models import CurrencyField, OutgoingMail, User
from tests.conftest import PASSWORD

DAY = date(2024, 1, 2)
SHARED: dict[type[models.Model], dict[str, Any]] = {
    ContentType: {"app_label": "core", "model": "account"},
    Group: {"name": "Family"},
    Permission: {"codename": "view_account"},
    SocialApp: {"provider": "oidc", "name": "Work", "client_id": "1"},
}
"""What rows may point to that is nobody's."""


def paths_to_people() -> dict[type[models.Model], list[str]]:
    """Every way from each table to the people, by the keys that rows have."""
    found: dict[type[models.Model], list[str]] = {User: ["pk"]}
    waiting: deque[type[models.Model]] = deque([User])
    while waiting:
        target = waiting.popleft()
        for model in apps.get_models(include_auto_created=True):
            for field in model._meta.concrete_fields:
                if field.related_model is target and model is not target:
                    tails = ["" if tail == "pk" else f"__{tail}" for tail in found[target]]
                    if model not in found:
                        waiting.append(model)
                    found.setdefault(model, []).extend(f"{field.name}{tail}" for tail in tails)
    return found


def rich_person(mark: str) -> User:
    user = User.objects.create_user(
        f"{mark}@example.com", PASSWORD, name=f"{mark} Person", preferences={"home": mark}, timezone="Asia/Kolkata"
    )
    made: dict[type[models.Model], models.Model] = {User: user}
    waiting = deque(model for model in paths_to_people() if model is not User)
    while waiting:
        model = waiting.popleft()
        if any(one in waiting for one in _needed(model)):
            waiting.append(model)
        else:
            made[model] = _filled(model, mark, made)
    OutgoingMail.objects.create(to=f"{mark.upper()}@example.com", message=f"Hello {mark}", due_at=timezone.now())
    return user


def session_of(data: dict[str, Any]) -> Session:
    """One that nobody keeps a list of."""
    store = SessionStore()
    store.update(data)
    store.save()
    return Session.objects.get(session_key=store.session_key)


def _needed(model: type[models.Model]) -> Iterator[type[models.Model]]:
    for field in model._meta.concrete_fields:
        if field.related_model is not None and field.related_model is not model:
            yield field.related_model


def _filled(model: type[models.Model], mark: str, made: dict[type[models.Model], models.Model]) -> models.Model:
    given = _GIVEN.get(model._meta.label, {})
    values = {
        field.name: given.get(field.name, _value(field, mark, made))
        for field in model._meta.concrete_fields
        if not isinstance(field, models.AutoField | models.BigAutoField)
    }
    (row,) = model._base_manager.bulk_create([model(**values)])
    return row


def _value(field: Any, mark: str, made: dict[type[models.Model], models.Model]) -> Any:  # noqa: PLR0911
    if field.related_model is not None:
        return _row(field, made)
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, CurrencyField):
        return "INR"
    if isinstance(field, models.EmailField):
        return f"{mark}.{field.model._meta.model_name}@example.com"
    if isinstance(field, models.CharField | models.TextField):
        return mark[: field.max_length]
    if isinstance(field, models.GenericIPAddressField):
        return "192.0.2.7"
    if isinstance(field, FloatArrayField):
        return np.full(366, np.nan)
    return _plain(field, mark)


def _row(field: Any, made: dict[type[models.Model], models.Model]) -> models.Model | None:
    if field.related_model in made:
        return made[field.related_model]
    if field.related_model not in SHARED:
        return None
    row: models.Model = field.related_model._base_manager.get_or_create(**SHARED[field.related_model])[0]
    return row


def _plain(field: Any, mark: str) -> Any:
    for kinds, value in (
        ((models.DateTimeField,), timezone.now()),
        ((models.DateField,), DAY),
        ((models.TimeField,), time(9)),
        ((models.JSONField,), {"note": [mark]}),
        ((models.BinaryField,), mark.encode()),
        ((models.BooleanField,), False),
        ((models.IntegerField, models.DecimalField, models.FloatField), 1),
    ):
        if isinstance(field, kinds):
            return value
    raise NotImplementedError(f"What is in a {type(field).__name__}?")


_GIVEN: dict[str, dict[str, Any]] = {
    "account.EmailAddress": {"primary": False},
    "ledger.Entry": {"to_account": None, "to_amount": None, "fee": 0, "deleted_at": None, "tags": ["holiday"]},
    "ledger.RecurringEntry": {"to_account": None, "to_amount": None, "is_paused": True},
    "ledger.Budget": {"starts_on": None, "ends_on": None},
    "ledger.Terms": {"matures_on": None},
    "portfolio.CorporateAction": {"new_asset": None},
    "core.Account": {"is_default": False, "kind": "bank"},
}
"""Where a row must be so, or the database refuses it."""
