"""Cells of CSV files for people, whose spreadsheets take some texts for formulas and run them."""

import re

_SIGNS = r"[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\u2212]"
"""Those of ASCII, as wide as an ideograph, and the typographer's minus."""
_UNSEEN = "\"'`\u200b-\u200f\u2060\ufeff"
_FORMULA = re.compile(
    rf"^(?=[\t\r\n]|[\s{_UNSEEN}]*+{_SIGNS})"  # at the start of the cell
    rf"|(?<=[;\t\r\n])(?=(?:[^\S\t\r\n]|[{_UNSEEN}])*+{_SIGNS})"  # where some spreadsheets take a cell to end
)
"""Where a formula would begin, also after spaces, quotes and what nobody sees; what `csv.writer` quotes is cut at these
places all the same where the decimal sign is a comma. No place looks past the next, so the time grows with the text."""
_NUMBER = re.compile(r"[+-]?[0-9]{1,60}(?:\.[0-9]{1,60})?", re.ASCII)


def safe_cell(value: object) -> str:
    """The text of a cell that no spreadsheet runs: an apostrophe stands before a formula, as one would type it.

    A number stays a number, and nothing (None) is an empty cell.
    """
    if value is None:
        return ""
    text = str(value)
    if _NUMBER.fullmatch(text):
        return text
    return _FORMULA.sub("'", text)
