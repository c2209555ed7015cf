"""Sentences of the OpenAPI schema that are the same wherever a name stands, and titles of the usual operations."""

from inflection import singularize

FIELDS = {
    "id": "Given by the server; it never changes and is never given again.",
    "name": "What it is called, for people.",
    "symbol": "Of the asset, as the catalogue or you name it: `INFY.NS`.",
    "asset": "The id of the asset.",
    "asset_class": "What kind of thing the asset is.",
    "sector": "Of the asset; empty where none is known.",
    "account": "The id of the account.",
    "currency": "An ISO 4217 code, such as `INR`.",
    "fresh": "False while a change that you made is not yet worked into these figures: ask again in a moment.",
    "as_of": "The last day that the figures are of, where you are.",
    "reasons": "Why figures are null or incomplete; empty where nothing is missing.",
    "dates": "The days of the series: the first value of each series is of the first day, and so on.",
    "created_at": "When it was made.",
    "updated_at": "When it was last changed.",
    "results": "The rows of this page.",
    "from": "The first day.",
    "to": "The last day.",
}
"""By the name of a field or parameter that says nothing of its own."""

FILTERS = {
    "account": "Only of this account, by its id.",
    "asset": "Only of this asset, by its id.",
    "currency": "Only in this currency: an ISO 4217 code.",
    "kind": "Only of this kind.",
    "asset_class": "Only of this class.",
    "status": "Only in this state.",
    "product": "Only of this product.",
    "bank_import": "Only what came with this bank file, by its id.",
    "recurring": "Only what this schedule made, by its id.",
    "is_paused": "Only those that are paused, or that are not.",
    "is_active": "Only those that are applied, or that are not.",
}
"""By the name of a parameter that says nothing of its own, and leaves out rows."""

ENTITIES = {"me": "person", "recurring": "schedule", "terms": "terms of an account", "quarantine": "doubted closes"}
"""What a resource has, where its name does not say it."""

_TITLES = {
    "list": "List {plural}",
    "create": "Add {article} {one}",
    "retrieve": "Get {article} {one}",
    "update": "Replace {article} {one}",
    "partial_update": "Change parts of {article} {one}",
    "destroy": "Delete {article} {one}",
}


def title_of(resource: str, action: str) -> str:
    """For a list of rows and its rows; resource: as in the address."""
    words = resource.replace("-", " ")
    one = ENTITIES.get(resource) or singularize(words)
    plural = ENTITIES.get(resource, words) if resource in ("terms", "quarantine") else words
    return _TITLES[action].format(one=one, plural=plural, article="an" if one[0] in "aeiou" else "a")


def id_text(resource: str) -> str:
    return f"The id of the {ENTITIES.get(resource) or singularize(resource.replace('-', ' '))}."
