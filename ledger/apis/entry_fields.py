"""The fields of an entry that several endpoints write and read in the same way."""

from functools import cached_property
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.bulk import LARGEST_ID
from ledger.models import Entry
from ledger.rules import MOST_TAGS
from ledger.selectors import SEPARATOR, category_paths
from ledger.services.categories import LONGEST_NAME, MOST_LEVELS
from ledger.services.entry_rules import LONGEST_TAG

LONGEST_PATH = MOST_LEVELS * (LONGEST_NAME + len(SEPARATOR))
KIND = "`expense`: money went out; `income`: it came in; `transfer`: it moved between two of your accounts."
PAYEE = "Who was paid, or who paid; empty where nobody is named."
DESCRIPTION = "What it was for, or what the bank wrote; empty where nothing was."
TAGS = "Words of your own, each once; small and capital letters are the same."
_MAY_BE_EMPTY = {"required": False, "allow_blank": True}


class Paths:
    """Of a person's categories, read when the first is asked for: after a request has made new ones."""

    def __init__(self, user_id: int) -> None:
        self._user_id = user_id

    def __getitem__(self, category_id: int) -> str:
        return self._paths[category_id]

    @cached_property
    def _paths(self) -> dict[int, str]:
        return category_paths(self._user_id)


class IdField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": LARGEST_ID, **kwargs})


class KindField(serializers.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"choices": Entry.Kind.choices, "help_text": KIND, **kwargs})


class PathField(serializers.CharField):
    """A category as its path; the context has the `paths` of the person."""

    def __init__(self, **kwargs: Any) -> None:
        text = "A path such as `Food:Coffee`, made where it is new."
        options = {"max_length": LONGEST_PATH, "required": False, "allow_null": True, "help_text": text}
        super().__init__(**{**options, **kwargs})

    def get_attribute(self, instance: Any) -> str | None:
        return None if instance.category_id is None else self.context["paths"][instance.category_id]


class CategoryIdField(IdField):
    def __init__(self, **kwargs: Any) -> None:
        text = "The id of the category, instead of `category`; null without one."
        super().__init__(**{"required": False, "allow_null": True, "help_text": text, **kwargs})


class PayeeField(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**_MAY_BE_EMPTY, "max_length": 200, "help_text": PAYEE, **kwargs})


class DescriptionField(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**_MAY_BE_EMPTY, "max_length": 500, "help_text": DESCRIPTION, **kwargs})


class NoteField(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**_MAY_BE_EMPTY, "max_length": 2000, "help_text": "Whatever helps you remember.", **kwargs})


@extend_schema_field(
    {
        "type": "array",
        "items": {"type": "string", "minLength": 1, "maxLength": LONGEST_TAG},
        "maxItems": MOST_TAGS,
        "uniqueItems": True,
    }
)
class TagsField(serializers.ListField):
    child = serializers.CharField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "help_text": TAGS, **kwargs})
