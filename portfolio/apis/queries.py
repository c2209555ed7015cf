"""Parameters of addresses that name assets."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.http import HttpRequest

from portfolio.models import Asset


def assets_in(request: HttpRequest | None) -> QuerySet[Asset]:
    return Asset.objects.visible_to(request.user.pk) if request else Asset.objects.none()


class AssetFilter(filters.ModelChoiceFilter):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=assets_in, **kwargs)
