"""What a search has beside the page of local results: what the providers know, and which of them were asked."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request

from core.pagination import CursorPagination
from core.schema import AutoSchema
from core.serializers import Serializer
from portfolio.models import Asset
from portfolio.providers import registry
from portfolio.providers.base import Match
from portfolio.search import Found
from portfolio.selectors import catalogue_ids


class MatchSerializer(Serializer):
    """Not in the catalogue yet: POST `provider` and `symbol` to /assets/choose/. Empty is what is not said."""

    provider = serializers.ChoiceField(choices=registry.SEARCHED, help_text="Whom it is from.")
    symbol = serializers.CharField(help_text="As the provider names it.")
    name = serializers.CharField()
    asset_class = serializers.ChoiceField(choices=Asset.Class.choices)
    exchange = serializers.CharField(help_text="Where it is traded.")
    currency = serializers.CharField(help_text="In which it is quoted.")
    sector = serializers.CharField()
    isin = serializers.CharField(help_text="The international number of the security.")
    amfi_code = serializers.CharField(help_text="The number of an Indian fund.")


class AskedSerializer(Serializer):
    provider = serializers.ChoiceField(choices=registry.SEARCHED, help_text="Who was asked.")
    code = serializers.CharField(allow_null=True, help_text="Why it gave nothing, for programs; null if it answered.")
    detail = serializers.CharField(allow_null=True, help_text="The same, for people.")


class SearchPagination(CursorPagination):
    """beside: the schemas of what the first page of a search has more than a page has."""

    beside: dict[str, Any] = {}  # noqa: RUF012  (set by the schema for itself)

    @property
    def is_all(self) -> bool:
        """Whether this one page has all that there is."""
        return self.cursor is None and not self.has_more

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        properties = {**described["properties"], **self.beside}
        return {**described, "properties": properties, "required": list(properties)}


class SearchSchema(AutoSchema):
    def _get_paginator(self) -> Any:
        paginator = super()._get_paginator()
        if isinstance(paginator, SearchPagination):
            paginator.beside = {
                "matches": self._list_of(MatchSerializer(), "What the providers know and the catalogue has not yet."),
                "providers": self._list_of(AskedSerializer(), "Who was asked; empty where nobody had to be."),
            }
        return paginator

    def _list_of(self, serializer: Serializer, text: str) -> dict[str, Any]:
        items = self.resolve_serializer(serializer, "response").ref
        return {"type": "array", "items": items, "description": text}


def new_and_known(found: Found, known: QuerySet[Asset], request: Request) -> tuple[list[Match], list[Asset]]:
    """The matches that fit the filters of the address, apart from those that the catalogue has already.

    known: which of the catalogue's fit them.
    """
    ids = catalogue_ids([(match.provider, match.symbol) for match in found.matches])
    new = [match for match in found.matches if (match.provider, match.symbol) not in ids and _fits(match, request)]
    assets = known.in_bulk(set(ids.values()))
    return new, [assets[pk] for pk in dict.fromkeys(ids.values()) if pk in assets]


def _fits(match: Match, request: Request) -> bool:
    """What a provider leaves open may well fit."""
    wanted = request.query_params.dict()
    fields = ("asset_class", "currency", "isin", "amfi_code")
    return all(not wanted.get(name) or getattr(match, name) in {"", wanted[name]} for name in fields)
