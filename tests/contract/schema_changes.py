"""Which changes of a JSON Schema break who sends such values, or who reads them."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

Json = dict[str, Any]
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_EXACT = ("pattern", "format", "const", "multipleOf", "uniqueItems", "contentMediaType")


class Side(Enum):
    """A request is wide enough if it takes all that it took; an answer, if it has nothing that it had not."""

    REQUEST = "request"
    ANSWER = "answer"


class Comparison:
    """Of two documents, with what each of them refers to."""

    def __init__(self, old: Json, new: Json) -> None:
        self._documents = (old, new)
        self._under_way: set[tuple[Side, str, str]] = set()

    def resolved(self, old: Json, new: Json) -> tuple[Json, Json]:
        return _resolved(old, self._documents[0]), _resolved(new, self._documents[1])

    def changes(self, side: Side, where: str, old: Json, new: Json) -> Iterator[str]:
        key = (side, old.get("$ref", ""), new.get("$ref", ""))
        if all(key[1:]) and key in self._under_way:  # a thing that has things of its own kind inside
            return
        self._under_way.add(key)
        try:
            yield from self._alternatives(side, where, old, new)
        finally:
            self._under_way.discard(key)

    def _alternatives(self, side: Side, where: str, old: Json, new: Json) -> Iterator[str]:
        """Each kind of value that must fit is compared with the one of the other side that it fits best."""
        before, after = _ways(old, self._documents[0]), _ways(new, self._documents[1])
        must_fit, into = (before, after) if side is Side.REQUEST else (after, before)
        for way in must_fit:
            candidates = [other for other in into if _is_kind_of(way.get("type"), other.get("type"))]
            if not candidates:
                kind = way.get("type", "anything")
                yield f"{where} cannot be {kind} any more" if side is Side.REQUEST else f"{where} can be {kind}"
                continue
            pairs = [(way, other) if side is Side.REQUEST else (other, way) for other in candidates]
            yield from min((list(self._of_kind(side, where, *pair)) for pair in pairs), key=len)

    def _of_kind(self, side: Side, where: str, old: Json, new: Json) -> Iterator[str]:
        yield from _of_enum(side, where, old, new)
        yield from _of_form(side, where, old, new)
        if side is Side.REQUEST:
            yield from _of_bounds(where, old, new)
        yield from self._of_object(side, where, old, new)
        if "items" in old and "items" in new:
            yield from self.changes(side, f"{where}[]", old["items"], new["items"])

    def _of_object(self, side: Side, where: str, old: Json, new: Json) -> Iterator[str]:
        fields, left = old.get("properties", {}), new.get("properties", {})
        yield from (f"{where}.{name} is gone" for name in sorted(fields.keys() - left.keys()))
        yield from _of_required(side, where, old, new)
        for name in sorted(fields.keys() & left.keys()):
            yield from self.changes(side, f"{where}.{name}", fields[name], left[name])
        yield from self._of_other_names(side, where, old, new)

    def _of_other_names(self, side: Side, where: str, old: Json, new: Json) -> Iterator[str]:
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if side is Side.REQUEST and after is False and before is not False:
            yield f"{where} takes no other fields any more"
        if isinstance(before, dict) and isinstance(after, dict):
            yield from self.changes(side, f"{where}{{}}", before, after)


def _resolved(described: Json, document: Json) -> Json:
    while "$ref" in described:
        found: Any = document
        for name in described["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        described = found
    return described


def _ways(described: Json, document: Json) -> list[Json]:
    """The kinds of values it stands for, each of one type and without combinators."""
    plain = _resolved(described, document)
    if len(plain.get("allOf", [])) == 1:
        plain = {**plain, **_resolved(plain["allOf"][0], document)}
        plain.pop("allOf", None)
    for name in ("oneOf", "anyOf"):
        if name in plain:
            rest = {key: value for key, value in plain.items() if key != name}
            return [{**rest, **way} for part in plain[name] for way in _ways(part, document)]
    types = plain.get("type")
    if not isinstance(types, list):
        return [plain]
    return [{"type": "null"} if one == "null" else {**plain, "type": one} for one in types]


def _is_kind_of(one: str | None, other: str | None) -> bool:
    return other is None or one == other or (one, other) == ("integer", "number")


def _of_enum(side: Side, where: str, old: Json, new: Json) -> Iterator[str]:
    before, after = old.get("enum"), new.get("enum")
    if side is Side.REQUEST and after is not None:
        if before is None:
            yield f"{where} must be one of {after}"
        else:
            yield from (f"{where} cannot be {value!r} any more" for value in before if value not in after)
    if side is Side.ANSWER and before is not None:
        if after is None:
            yield f"{where} can be other than {before}"
        else:
            yield from (f"{where} can be {value!r}" for value in after if value not in before)


def _of_form(side: Side, where: str, old: Json, new: Json) -> Iterator[str]:
    """A form that is said for the first time binds who sends; one that is no longer said leaves who reads uncertain."""
    stays_said = new if side is Side.REQUEST else old
    for name in _EXACT:
        if name in stays_said and new.get(name) != old.get(name):
            yield f"{where} has another {name}: {old.get(name)} before, {new.get(name)} now"


def _of_bounds(where: str, old: Json, new: Json) -> Iterator[str]:
    for names, is_narrower in ((_LOWER, float.__gt__), (_UPPER, float.__lt__)):
        for name in names:
            if name in new and (name not in old or is_narrower(float(new[name]), float(old[name]))):
                yield f"{where} has a narrower {name}: {old.get(name)} before, {new[name]} now"


def _of_required(side: Side, where: str, old: Json, new: Json) -> Iterator[str]:
    before, after = set(old.get("required", [])), set(new.get("required", []))
    if side is Side.REQUEST:
        yield from (f"{where}.{name} is required" for name in sorted(after - before))
    else:
        there = new.get("properties", {}).keys()
        yield from (f"{where}.{name} is not always there any more" for name in sorted((before - after) & there))
