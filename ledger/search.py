"""Finds entries by the beginnings of their words, the same on both databases: without case, accents and punctuation."""

import re
from collections.abc import Sequence
from typing import Any
from unicodedata import category, combining, normalize

from django.db.models import BooleanField, F, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from ledger.models import Entry

LONGEST_WORD = 60
"""Characters that count: a word in an index of Postgres has an end."""
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
_APOSTROPHES = str.maketrans("", "", "'’")


def words_of(*texts: str, tags: Sequence[str] = ()) -> str:
    """What `Entry.words` keeps: each word once, in the order of the text, with one space between two.

    A tag is there as its words, and whole as `#tag`.
    """
    found = [word for text in (*texts, *tags) for word in _split(text)]
    return " ".join(dict.fromkeys([*found, *map(tag_word, tags)]))


def normalised(text: str) -> str:
    """Its words in their order, with one space between two: texts that differ in nothing else are the same."""
    return " ".join(_split(text))


def tag_word(tag: str) -> str:
    return _cut("#" + "".join(_folded(tag).split()))


def entries_found(rows: QuerySet[Entry], text: str, *, user_id: int) -> QuerySet[Entry]:
    """Those that have, for each word of `text`, a word that begins with it; `#word` asks for a tag.

    user_id: whose entries the rows are.
    """
    asked = asked_words(text)
    return rows.filter(_HasWords(asked, user_id=user_id, is_prefix=True)) if asked else rows


def entries_tagged(rows: QuerySet[Entry], tag: str, *, user_id: int) -> QuerySet[Entry]:
    return rows.filter(_HasWords([tag_word(tag)], user_id=user_id, is_prefix=False))


def asked_words(text: str) -> list[str]:
    return list(dict.fromkeys(word for part in text.split() for word in _asked(part)))


def _asked(part: str) -> list[str]:
    return [tag_word(part[1:])] if part.startswith("#") and len(part) > 1 else _split(part)


def _split(text: str) -> list[str]:
    text = text.translate(_APOSTROPHES)
    if text.isascii():
        return [_cut(word) for word in _ASCII_WORDS.findall(text.lower())]
    kept = (letter if category(letter)[0] in "LNM" else " " for letter in _folded(text))
    return [_cut(word) for word in "".join(kept).split()]


def _cut(word: str) -> str:
    return word[:LONGEST_WORD]


def _folded(text: str) -> str:
    """Without case and accents; vowel signs of Indian scripts stay, since they are letters there."""
    decomposed = normalize("NFKD", normalize("NFKD", text).casefold())
    return "".join(letter for letter in decomposed if not combining(letter))


class _HasWords(Func):
    """Whether all of some words are among those of an entry, or with `is_prefix` begin one of them.

    On Postgres in the very form of the index `entry_by_words`, where each word stands behind the id of its person:
    what a search takes depends on nobody else's entries, and the planner knows how frequent the person's words are.
    """

    output_field = BooleanField()

    def __init__(self, asked: Sequence[str], *, user_id: int, is_prefix: bool) -> None:
        super().__init__(F("words"), F("user_id"))
        self.asked, self.user_id, self.is_prefix = tuple(asked), user_id, is_prefix

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Sequence[Any]]:
        words, user = (compiler.compile(column)[0] for column in self.source_expressions)
        end = ":*" if self.is_prefix else ""
        query = " & ".join(f"'{self.user_id}/{_escaped(word)}'{end}" for word in self.asked)
        person = f"{user}::text || '/'"
        named = f"{person} || replace({words}, ' ', ' ' || {person})"
        return f"array_to_tsvector(string_to_array({named}, ' ')) @@ %s::tsquery", (query,)

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        words, params = compiler.compile(self.source_expressions[0])
        end = "" if self.is_prefix else " "
        one = f"instr(' ' || {words} || ' ', %s) > 0"
        return f"({' AND '.join([one] * len(self.asked))})", tuple(
            value for word in self.asked for value in (*params, f" {word}{end}")
        )


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "''")
