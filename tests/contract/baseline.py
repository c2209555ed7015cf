"""`python -m tests.contract.baseline`: the contract as it is now becomes the one that clients were promised."""

import json
import os
import sys
from typing import Any

import django

NAME = "openapi-baseline.json"
_WORDS = frozenset({"description", "summary", "example", "examples", "title", "externalDocs", "tags", "operationId"})


def bare(document: dict[str, Any]) -> dict[str, Any]:
    """Without sentences and examples, which break nobody."""
    return {"paths": _bare(document["paths"]), "components": _bare(document["components"])}


def _bare(value: Any, *, is_names: bool = False) -> Any:
    """is_names: the keys are names of the API's own, and not words of OpenAPI."""
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = value if is_names else {key: item for key, item in value.items() if key not in _WORDS}
    return {key: _bare(item, is_names=not is_names and key in ("properties", "schemas")) for key, item in kept.items()}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pandaledger.settings")
    django.setup()
    from tests.contract.documents import DOCS, generated

    text = json.dumps(bare(generated()), indent=1, sort_keys=True, ensure_ascii=False)
    (DOCS / NAME).write_text(f"{text}\n")
    sys.stdout.write(f"{DOCS / NAME}\n")


if __name__ == "__main__":
    main()
