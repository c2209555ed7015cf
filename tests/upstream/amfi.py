"""AMFI: NAVAll.txt with the last NAV of every scheme, in its layouts before and since August 2026, and the history."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import groupby

from tests.upstream.fund import Fund, Row
from tests.upstream.messages import Answer, Request, html_answer, text_answer
from tests.upstream.state import State

DAY = "%d-%b-%Y"
HEADERS = {
    "new": "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Plan;Option;"
    "Net Asset Value;Date",
    "old": "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date",
}
HISTORY_HEADERS = {
    "new": "Scheme Code;NAV Name;Plan;Option;ISIN Div Payout/ISIN Growth;ISIN Div Reinvestment;Net Asset Value;Date",
    "old": "Scheme Code;Scheme Name;ISIN Div Payout/ISIN Growth;ISIN Div Reinvestment;"
    "Net Asset Value;Repurchase Price;Sale Price;Date",
}
WITHOUT_NAV = ("999001", "N.A."), ("999002", "-")  # schemes that never had one


def latest(state: State, request: Request) -> Answer:
    """Old schemes keep the last line that they had."""
    layout, now = state.world.funds.layout, state.clock.now()
    funds = [(fund, rows[-1:]) for fund in state.world.funds.all() if (rows := fund.amfi_rows(now, newest=1))]
    lines = [HEADERS[layout], "", *_sections(funds, _line_of_latest, layout)]
    today = state.clock.today("Asia/Kolkata").strftime(DAY)
    columns = ";;" if layout == "new" else ""
    lines += [f"{code};-;-;A scheme without a NAV{columns};{text};{today}" for code, text in WITHOUT_NAV]
    return text_answer("\r\n".join(lines) + "\r\n")


def history(state: State, request: Request) -> Answer:
    """Up to 90 days of all schemes."""
    layout, now = state.world.funds.layout, state.clock.now()
    try:
        first, last = (datetime.strptime(request.query.get(name, ""), DAY).date() for name in ("frmdt", "todt"))
    except ValueError:
        return html_answer("Please give the dates as 01-Apr-2026")
    if (last - first).days > 90:
        return html_answer("The range may not be longer than 90 days")
    funds = [
        (fund, [row for row in fund.amfi_rows(now) if first <= row[0] <= last]) for fund in state.world.funds.all()
    ]
    filled = [(fund, rows) for fund, rows in funds if rows]
    lines = [HISTORY_HEADERS[layout], "", *_sections(filled, _line_of_history, layout)]
    return text_answer("\r\n".join(lines) + "\r\n")


def _sections(funds: list[tuple[Fund, list[Row]]], line: Callable[[Fund, Row, str], str], layout: str) -> Iterable[str]:
    """One for each type and category, within it one for each house."""
    ordered = sorted(funds, key=lambda pair: (_title(pair[0]), pair[0].scheme.house, int(pair[0].scheme.code)))
    for title, members in groupby(ordered, key=lambda pair: _title(pair[0])):
        yield from (title, " ")
        for house, theirs in groupby(members, key=lambda pair: pair[0].scheme.house):
            yield from (house, " ")
            yield from (line(fund, row, layout) for fund, rows in theirs for row in rows)
            yield " "


def _title(fund: Fund) -> str:
    return f"{fund.scheme.scheme_type}({fund.scheme.category})"


def _isins(fund: Fund) -> list[str]:
    return [fund.scheme.isin_growth or "-", fund.scheme.isin_reinvestment or "-"]


def _names(fund: Fund, layout: str) -> list[str]:
    """Since August 2026 plan and option have columns of their own."""
    scheme = fund.scheme
    return [scheme.name.split(" - ")[0], scheme.plan, scheme.option] if layout == "new" else [scheme.name]


def _line_of_latest(fund: Fund, row: Row, layout: str) -> str:
    day, nav = row
    return ";".join([fund.scheme.code, *_isins(fund), *_names(fund, layout), _short(nav), day.strftime(DAY)])


def _line_of_history(fund: Fund, row: Row, layout: str) -> str:
    day, nav = row
    prices = [_short(nav)] if layout == "new" else [_short(nav), "", ""]
    return ";".join([fund.scheme.code, *_names(fund, layout), *_isins(fund), *prices, day.strftime(DAY)])


def _short(nav: str) -> str:
    """MFAPI adds a digit to AMFI's four."""
    return nav[:-1] if nav.endswith("0") and "." in nav else nav
