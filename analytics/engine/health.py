"""The health score: 100 less what each rule takes for what it finds in the holdings of one day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Code = Literal["concentration", "few_sectors", "few_classes", "cash_high", "cash_low", "debt_high", "stale_prices"]

WHOLE_SCORE = 100.0
NOISE_DECIMALS = 9
"""A weight that should be at the threshold is off by 1e-16 or so."""
MATERIAL_WEIGHT = 0.01
"""A sector or class of a smaller weight spreads nothing, so it is not counted."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Takes nothing at `threshold` or on its good side, `points` at `worst` or beyond, in proportion in between."""

    code: Code
    threshold: float
    worst: float
    points: float

    def deduction(self, value: float) -> float:
        share = (value - self.threshold) / (self.worst - self.threshold)
        return round(self.points * min(max(0.0, share), 1.0), NOISE_DECIMALS)


COMMON = (
    Rule("concentration", threshold=0.40, worst=1.0, points=30),
    Rule("few_sectors", threshold=3, worst=0, points=15),
    Rule("few_classes", threshold=2, worst=1, points=10),
    Rule("stale_prices", threshold=0.05, worst=1.0, points=15),
)
"""The same for everybody."""

BY_APPETITE: Mapping[str, Sequence[Rule]] = {
    "low": (
        Rule("cash_high", threshold=0.50, worst=1.0, points=20),
        Rule("cash_low", threshold=0.05, worst=0.0, points=5),
        Rule("debt_high", threshold=0.20, worst=1.0, points=30),
    ),
    "mid": (
        Rule("cash_high", threshold=0.35, worst=1.0, points=20),
        Rule("cash_low", threshold=0.02, worst=0.0, points=5),
        Rule("debt_high", threshold=0.35, worst=1.0, points=30),
    ),
    "high": (
        Rule("cash_high", threshold=0.20, worst=1.0, points=20),
        Rule("cash_low", threshold=0.01, worst=0.0, points=5),
        Rule("debt_high", threshold=0.50, worst=1.0, points=30),
    ),
}
"""By the risk appetite of the person: who bears less risk keeps more money and owes less."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a rule found. points: what it takes; `value` None where it could not be looked at."""

    rule: Rule
    value: float | None
    points: float

    @property
    def passed(self) -> bool | None:
        return None if self.value is None else self.points == 0


def rules_for(appetite: str) -> list[Rule]:
    return [*COMMON, *BY_APPETITE[appetite]]


def checks_made(values: Mapping[Code, float | None], appetite: str) -> list[Check]:
    """Every rule on its value; None where there is nothing to look at."""
    found = []
    for rule in rules_for(appetite):
        value = values[rule.code]
        found.append(Check(rule, value, 0.0 if value is None else rule.deduction(value)))
    return found


def score_of(checks: Sequence[Check]) -> float:
    """From 0 to 100."""
    return max(0.0, WHOLE_SCORE - sum(check.points for check in checks))
