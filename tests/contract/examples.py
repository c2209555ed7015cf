"""From what was told to the examples in docs/examples/: one file a tag, long lists cut, keys that open nothing."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.contract.documents import DOCS
from tests.contract.story.teller import KEY, PREFIX, Told

FOLDER = DOCS / "examples"
MOST_NUMBERS, NUMBERS = 12, 3
"""A list of more numbers, days or texts is cut to so many: a year of months stays whole."""
MOST_OBJECTS = 2
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Examples = dict[str, dict[str, Any]]


def examples_of(told: Iterable[Told]) -> Examples:
    """By operation the first request and, by status, its first answer."""
    examples: Examples = {}
    for one in told:
        example = examples.setdefault(one.name, {"answers": {}})
        if one.request is not None:
            example.setdefault("request", without_bytes(one.request))
        example["answers"].setdefault(str(one.status), without_bytes(cut(scrubbed(one.answer))))
    return {name: dict(sorted(example.items())) for name, example in examples.items()}


def by_tag(examples: Examples, tags: Mapping[str, str]) -> dict[str, Examples]:
    files: defaultdict[str, Examples] = defaultdict(dict)
    for name, example in sorted(examples.items()):
        files[tags[name]][name] = example
    return files


def written(examples: Examples) -> str:
    return json.dumps(examples, indent=2, ensure_ascii=False) + "\n"


def recorded(folder: Path = FOLDER) -> Examples:
    return {name: one for file in folder.glob("*.json") for name, one in json.loads(file.read_text()).items()}


def cut(answer: Any) -> Any:
    """Series that belong together are as long as each other before, and so they are after."""
    if isinstance(answer, dict):
        items = list(answer.items())
        is_series = len(items) > MOST_NUMBERS and all(_DAY.fullmatch(key) for key, _ in items)
        return {key: cut(value) for key, value in (items[:NUMBERS] if is_series else items)}
    if isinstance(answer, list):
        has_parts = any(isinstance(item, dict) for item in answer)
        most = MOST_OBJECTS if has_parts else NUMBERS if len(answer) > MOST_NUMBERS else len(answer)
        return [cut(item) for item in answer[:most]]
    return answer


def scrubbed(answer: Any) -> Any:
    """Without keys, which are other ones each time and nobody's business."""
    if isinstance(answer, dict):
        secrets = {"key": KEY, "prefix": PREFIX} if {"prefix", "access"} <= answer.keys() else {}
        return {name: secrets[name] if name in secrets else scrubbed(value) for name, value in answer.items()}
    return [scrubbed(item) for item in answer] if isinstance(answer, list) else answer


def without_bytes(value: Any) -> Any:
    """A file that is no text has no place in JSON: nothing where it is all, a word where it is a part of a form."""
    if isinstance(value, dict):
        return {key: "(a zip)" if isinstance(item, bytes) else item for key, item in value.items()}
    return None if isinstance(value, bytes) else value


def shape_of(value: Any) -> Any:
    """Which keys there are and what kinds of values, whatever these are."""
    if isinstance(value, dict):
        return {key: shape_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape_of(item) for item in value]
    return type(value).__name__
