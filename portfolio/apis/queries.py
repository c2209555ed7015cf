"""Parameters of addresses that name assets."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from core.filters import ObjectFilter
from portfolio.models import Asset


def assets_in(request: HttpRequest | None) -> QuerySet[Asset]:
    return Asset.objects.visible_to(request.user.pk) if request else Asset.objects.none()


class AssetFilter(ObjectFilter):
    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid_choice": "There is no such asset."}
        super().__init__(queryset=assets_in, error_messages=messages, **kwargs)
