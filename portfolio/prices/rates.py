"""Exchange rates from currency pairs: directly, by inverse, or through other currencies. Pure."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One pair on the way from a currency to another; `inverse` where the pair is quoted the other way round."""

    pair: int
    inverse: bool


def pair_of(symbol: str) -> tuple[str, str]:
    """What a currency pair says by its name: (the one unit, what it costs), `USDINR=X` → ("USD", "INR")."""
    return symbol[:3], symbol[3:6]


Route = tuple[Step, ...]


def route(pairs: Mapping[int, tuple[str, str]], source: str, target: str) -> Route | None:
    """The shortest way from `source` to `target` over `pairs`; None where there is none.

    pairs: by identifier, (one unit of this, is worth so many of that). Of ways of equal length, the one that uses
    the earlier pairs, so the answer does not depend on chance.
    """
    reached: dict[str, Route] = {source: ()}
    queue = deque([source])
    while queue and target not in reached:
        here = queue.popleft()
        for pair, (one, other) in pairs.items():
            for start, end, inverse in ((one, other, False), (other, one, True)):
                if start == here and end not in reached:
                    reached[end] = (*reached[here], Step(pair, inverse))
                    queue.append(end)
    return reached.get(target)


def routes(pairs: Mapping[int, tuple[str, str]], sources: Iterable[str], target: str) -> dict[str, Route | None]:
    """The way to `target` from each of `sources`; an empty way for `target` itself."""
    return {source: route(pairs, source, target) for source in sorted(set(sources))}
