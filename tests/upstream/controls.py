"""What can be told to the replica over HTTP, as in Python: paths that begin with two underscores."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import orjson

from tests.upstream.faults import Fault
from tests.upstream.messages import Answer, Request, json_answer
from tests.upstream.state import State

OF_SYMBOLS = (
    "add add_split alter_split add_dividend set_closes set_price corrupt scale leave_out shorten change delete rename"
).split()
OF_FUNDS = "add set_rows leave_out change delete".split()
DAYS = ("day", "first", "last", "restated_from", "until")
BY_DAY = ("closes", "navs", "rows", "splits", "dividends")


def control(state: State, request: Request) -> Answer:
    told = CONTROLS.get((request.method, request.path))
    if told is None:
        return json_answer({"controls": [" ".join(pair) for pair in CONTROLS]}, 404)
    try:
        data = orjson.loads(request.body or b"{}")
        return json_answer(told(state, data))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return json_answer({"error": f"{type(error).__name__}: {error}"}, 400)


def _fault(state: State, data: dict[str, Any]) -> Any:
    data["mode"] = str(data["mode"])
    state.faults.add(Fault(**data))
    return {}


def _heal(state: State, data: dict[str, Any]) -> Any:
    """The faults end; all else stays."""
    state.faults.reset()
    return {}


def _reset(state: State, data: dict[str, Any]) -> Any:
    state.reset()
    return {}


def _log(state: State, data: dict[str, Any]) -> Any:
    return state.records.as_json()


def _clock(state: State, data: dict[str, Any]) -> Any:
    at = datetime.fromisoformat(data.pop("at")) if data.get("at") else None
    state.clock.set(at, **data)
    return {"now": state.clock.now()}


def _latency(state: State, data: dict[str, Any]) -> Any:
    state.latency = float(data["seconds"])
    return {}


def _crumbs(state: State, data: dict[str, Any]) -> Any:
    state.access.expire_crumbs()
    return {}


def _world(state: State, data: dict[str, Any]) -> Any:
    """{"do": "add_split", "symbol": "AAPL", "day": "2026-11-23", "ratio": "2:1"}"""
    return _do(state.world, OF_SYMBOLS, data)


def _funds(state: State, data: dict[str, Any]) -> Any:
    """{"do": "change", "code": "122639", "late": 2}; {"set": {"layout": "old", "generic": 100}}"""
    for name, value in data.pop("set", {}).items():
        if name not in ("layout", "generic", "unknown_as"):
            raise ValueError(f"set: no {name}")
        setattr(state.world.funds, name, value)
    return _do(state.world.funds, OF_FUNDS, data) if data else {}


def _do(target: object, verbs: list[str], data: dict[str, Any]) -> Any:
    verb = data.pop("do", "")
    if verb not in verbs:
        raise ValueError(f"do: one of {', '.join(verbs)}")
    first = [data.pop(name) for name in ("symbol", "code", "old") if name in data]
    getattr(target, verb)(*first, **{name: _value(name, value) for name, value in data.items()})
    return {}


def _value(name: str, value: Any) -> Any:
    if name in DAYS and value is not None:
        return date.fromisoformat(value)
    if name in BY_DAY:
        return {date.fromisoformat(day): tuple(one) if isinstance(one, list) else one for day, one in value.items()}
    if name == "days":
        return {date.fromisoformat(day) for day in value}
    return value


CONTROLS: dict[tuple[str, str], Callable[[State, dict[str, Any]], Any]] = {
    ("POST", "/__fault__"): _fault,
    ("POST", "/__heal__"): _heal,
    ("POST", "/__reset__"): _reset,
    ("GET", "/__log__"): _log,
    ("POST", "/__clock__"): _clock,
    ("POST", "/__latency__"): _latency,
    ("POST", "/__crumbs__"): _crumbs,
    ("POST", "/__world__"): _world,
    ("POST", "/__funds__"): _funds,
}
