"""What people write goes to the providers as a value, never as a part of an address; and nobody else is ever asked."""

import pytest

from portfolio.providers.schemes import is_code
from portfolio.providers.yahoo import SYMBOL

HOSTILE = (
    *("../../v1/other", "A/../B", "A?x=1", "A#b", "A%2fB", "A B", "A\r\nHost: evil.example", "A\n", "@evil.example"),
    *("http://evil.example/", "//evil.example", "..", ".", "", "A" * 33, "\u0661\u0662", "A\\B", "A;B", "A,B", "A\0"),
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_symbol_or_code_leads_elsewhere(text: str) -> None:
    assert not SYMBOL.fullmatch(text.upper())
    assert not is_code(text)


@pytest.mark.parametrize("text", ["INFY.NS", "^NSEI", "USDINR=X", "M&M.NS", "BRK-B", "0P0000XVAA.BO"])
def test_symbols_as_they_are_pass(text: str) -> None:
    assert SYMBOL.fullmatch(text)
