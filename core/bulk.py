"""Many rows in one request."""

from itertools import islice
from typing import Any, cast

from rest_framework import serializers

LARGEST_BULK = 10_000
LARGEST_ID = 2**63 - 1
MOST_ERRORS = 100


class RowsSerializer(serializers.ListSerializer[Any]):
    """Names the first rows that are wrong; ten thousand of them help nobody."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as error:
            by_row = islice(cast(dict[Any, Any], error.detail).items(), MOST_ERRORS)
            # As text, because the number 0 would be taken for no name at all.
            raise serializers.ValidationError({str(row): detail for row, detail in by_row}) from error
