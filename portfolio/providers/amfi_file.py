"""The text files of AMFI: columns by the names in their header, sections by lines without a semicolon."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from portfolio.providers.base import Garbled
from portfolio.providers.schemes import Nav, Scheme, is_code, isin_of, nav_value, sector_of
from portfolio.providers.texts import one_line

_CODE, _NAV, _DATE = "scheme code", "net asset value", "date"
_NAMES = ("scheme name", "nav name")
_NO_WORD = {"", "-", "na", "n.a."}
_CATEGORY = re.compile(r".*Schemes?\s*\((.+)\)\s*", re.IGNORECASE)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the words of one scheme by the name of the column, and the section that it stands in."""

    words: Mapping[str, str]
    category: str

    @property
    def code(self) -> str:
        return self.words[_CODE]

    def nav(self) -> Nav | None:
        day, value = day_of(self.words[_DATE]), nav_value(self.words[_NAV])
        return None if day is None or value is None else Nav(day, value)

    def scheme(self) -> Scheme:
        isin = isin_of(*(word for name, word in self.words.items() if name.startswith("isin")))
        return Scheme(code=self.code, name=self._name(), isin=isin, sector=sector_of(self.category))

    def _name(self) -> str:
        """With the plan and the option, which have columns of their own since August 2026."""
        name = next(self.words[column] for column in _NAMES if column in self.words)
        for word in (self.words.get("plan", ""), self.words.get("option", "")):
            if word.lower() not in _NO_WORD and word.lower() not in name.lower():
                name = f"{name} - {word}"
        return name


def rows_of(text: str) -> Iterator[Row]:
    """The schemes of a file. It must have a header; lines that do not fit it are left out."""
    header: list[str] = []
    category = ""
    for line in text.splitlines():
        words = [one_line(word) for word in line.split(";")]
        if len(words) == 1:
            section = _CATEGORY.fullmatch(words[0])
            category = section[1] if section else category
        elif words[0].lower() == _CODE:
            header = _checked([word.lower() for word in words])
        elif header and len(words) == len(header) and is_code(words[0]):
            yield Row(dict(zip(header, words, strict=True)), category)
    if not header:
        raise Garbled("AMFI sent something else than its file of NAVs.")


def day_of(text: str) -> date | None:
    """`24-Aug-2026`, whatever the language of this machine."""
    try:
        day, month, year = text.split("-")
        return date(int(year), _MONTHS.index(month[:3].title()) + 1, int(day))
    except ValueError:
        return None


def text_of(day: date) -> str:
    return f"{day:%d}-{_MONTHS[day.month - 1]}-{day:%Y}"


def _checked(header: list[str]) -> list[str]:
    if not {_CODE, _NAV, _DATE} <= set(header) or not set(_NAMES) & set(header):
        raise Garbled("AMFI's file of NAVs has another header than we know.")
    return header
