"""MFAPI: GET /mf, /mf/search, /mf/latest, /mf/{code} and /mf/{code}/latest."""

from datetime import date
from typing import Any

from tests.upstream.faults import not_found
from tests.upstream.fund import Fund, Row
from tests.upstream.messages import Answer, Request, json_answer
from tests.upstream.state import State

ALWAYS_EMPTY = 900_000
NO_META = {"fund_house": None, "scheme_type": None, "scheme_category": None, "scheme_code": 0, "scheme_name": None}


def schemes(state: State, request: Request) -> Answer:
    """All of them where no limit is given."""
    funds = state.world.funds.all()
    start = request.whole("offset", 0)
    end = start + request.whole("limit", len(funds))
    return json_answer([_listed(fund) for fund in funds[start:end]])


def _listed(fund: Fund) -> dict[str, Any]:
    scheme = fund.scheme
    return {
        "schemeCode": int(scheme.code),
        "schemeName": scheme.name,
        "isinGrowth": scheme.isin_growth or None,
        "isinDivReinvestment": scheme.isin_reinvestment or None,
    }


def search(state: State, request: Request) -> Answer:
    """By the words of the name, in any order."""
    words = request.query.get("q", "").lower().split()
    if not words:
        return json_answer({"status": "ERROR", "message": "Query parameter 'q' is required"}, 400)
    found = [fund for fund in state.world.funds.all() if all(word in fund.scheme.name.lower() for word in words)]
    return json_answer([{"schemeCode": int(one.scheme.code), "schemeName": one.scheme.name} for one in found])


def latest_of_all(state: State, request: Request) -> Answer:
    now = state.clock.now()
    return json_answer(
        [_latest(fund, rows[-1]) for fund in state.world.funds.all() if (rows := fund.mfapi_rows(now, newest=1))]
    )


def _latest(fund: Fund, row: Row) -> dict[str, Any]:
    facts = {"fundHouse": fund.scheme.house, "schemeType": fund.scheme.scheme_type}
    return {**_listed(fund), **facts, "schemeCategory": fund.scheme.category, **_row(row)}


def history(state: State, request: Request, code: str) -> Answer:
    fund = state.world.funds.find(code)
    if fund is None:
        return _unknown(state, request, code)
    try:
        first = date.fromisoformat(request.query.get("startDate", "1900-01-01"))
        last = date.fromisoformat(request.query.get("endDate", "2200-01-01"))
    except ValueError:
        return json_answer({"status": "ERROR", "message": "Dates are written YYYY-MM-DD"}, 400)
    return _answer(fund, [row for row in fund.mfapi_rows(state.clock.now()) if first <= row[0] <= last])


def latest(state: State, request: Request, code: str) -> Answer:
    fund = state.world.funds.find(code)
    if fund is None:
        return _unknown(state, request, code)
    return _answer(fund, fund.mfapi_rows(state.clock.now(), newest=1)[-1:])


def _answer(fund: Fund, rows: list[Row]) -> Answer:
    """The newest first."""
    scheme = fund.scheme
    meta = {
        "fund_house": scheme.house,
        "scheme_type": scheme.scheme_type,
        "scheme_category": scheme.category,
        "scheme_code": int(scheme.code),
        "scheme_name": scheme.name,
        "isin_growth": scheme.isin_growth or None,
        "isin_div_reinvestment": scheme.isin_reinvestment or None,
    }
    return json_answer({"meta": meta, "data": [_row(row) for row in reversed(rows)], "status": "SUCCESS"})


def _row(row: Row) -> dict[str, str]:
    return {"date": row[0].strftime("%d-%m-%Y"), "nav": row[1]}


def _unknown(state: State, request: Request, code: str) -> Answer:
    """Both have been seen, and of the empty one two forms."""
    if state.world.funds.unknown_as == "404" and int(code) < ALWAYS_EMPTY:
        return not_found(request)
    return json_answer({"meta": {} if int(code) % 2 else NO_META, "data": [], "status": "SUCCESS"})
