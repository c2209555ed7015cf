"""All funds of the world, and what a test may alter about them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tests.upstream.fund import Fund
from tests.upstream.schemes import catalogue, made_up

GENERIC_CODES = range(200_000, 300_000)


class FundBook:
    """All schemes by code. generic: how many more there are, with codes from 200000 on.

    unknown_as: how MFAPI answers a code that it does not know, "404" or "empty"; codes from 900000 on are always empty.
    """

    def __init__(self) -> None:
        self._funds = {code: Fund(scheme=scheme) for code, scheme in catalogue().items()}
        self.generic = 0
        self.unknown_as = "404"
        self.layout = "new"

    def find(self, code: str) -> Fund | None:
        if code not in self._funds and self._is_generic(code):
            self._funds[code] = Fund(scheme=made_up(code))
        return self._funds.get(code)

    def _is_generic(self, code: str) -> bool:
        return bool(re.fullmatch(r"\d{6}", code)) and int(code) in GENERIC_CODES[: self.generic]

    def all(self) -> list[Fund]:
        for number in GENERIC_CODES[: self.generic]:
            self.find(str(number))
        return [self._funds[code] for code in sorted(self._funds, key=int)]

    # --- What tests do to it

    def fund(self, code: str) -> Fund:
        fund = self.find(code)
        if fund is None:
            raise KeyError(code)
        return fund

    def add(self, code: str, navs: Mapping[date, float | str] | None = None, **facts: Any) -> Fund:
        """A new fund, or another in its place. navs: all there are; without them, they are made up."""
        given = None if navs is None else {day: float(nav) for day, nav in navs.items()}
        fund = self._funds[code] = Fund(scheme=replace(made_up(code), **facts), navs=given)
        return fund

    def set_rows(self, code: str, rows: Mapping[date, tuple[str, ...]]) -> None:
        """What is published for these days, as text: ("0.00000",), or several for a day that comes several times."""
        self.fund(code).rows.update(rows)

    def leave_out(self, code: str, days: set[date]) -> None:
        self.fund(code).gaps |= days

    def change(self, code: str, **facts: Any) -> None:
        """Other facts of its Scheme: name, late, until ..."""
        fund = self.fund(code)
        fund.scheme = replace(fund.scheme, **facts)

    def delete(self, code: str) -> None:
        self._funds.pop(code, None)
