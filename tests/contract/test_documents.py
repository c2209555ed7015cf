"""The contract that is checked in is the one that the code has, and keeps what was promised."""

import re

from core.schema_examples import operations_in
from tests.contract.baseline import NAME, bare
from tests.contract.breaking import breaking_changes
from tests.contract.documents import DOCS, checked_in

_ENTRY = re.compile(r"^\* `(.+)`: \S", re.MULTILINE)


def excused():
    """The sentences in docs/breaking.md, each of which has its reason."""
    return _ENTRY.findall((DOCS / "breaking.md").read_text())


def test_the_document_is_that_of_the_code(schema):
    assert checked_in("openapi.json") == schema, "docs/openapi.json is old: make contract"


def test_nothing_that_was_promised_is_broken(schema):
    broken = set(breaking_changes(checked_in(NAME), bare(schema)))

    assert sorted(broken - set(excused())) == [], "This breaks clients. Keep it, or say in docs/breaking.md why not."


def test_no_excuse_outlives_its_change(schema):
    broken = breaking_changes(checked_in(NAME), bare(schema))

    assert sorted(set(excused()) - set(broken)) == []


def test_the_baseline_has_no_words(schema):
    """So that a better sentence is no change of it, while a field may be called like a word of OpenAPI."""
    plain = bare(schema)

    assert all("summary" not in told and "description" not in told for _, _, told in operations_in(plain))
    assert "description" in plain["components"]["schemas"]["Entry"]["properties"]
    assert "tags" in plain["components"]["schemas"]["Entry"]["properties"]
