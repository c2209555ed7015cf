"""The documents of the contract: made from the code, and as they were checked in."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

DOCS = Path(__file__).resolve().parents[2] / "docs"
Document = dict[str, Any]


def generated() -> Document:
    """Fails where the generator has a warning, or where it is no valid OpenAPI."""
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=out)
    document: Document = json.loads(out.getvalue())
    return document


def checked_in(name: str) -> Document:
    document: Document = json.loads((DOCS / name).read_text())
    return document
