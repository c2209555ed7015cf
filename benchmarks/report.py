"""One line a figure, and the floors that the project promises."""

from dataclasses import dataclass, field

FLOORS = {
    "rebuild_2k": 30,
    "rebuild_10k": 60,
    "edit_to_fresh": 60,
    "graph_http": 40,
    "dashboard": 30,
    "quotes_500": 50,
}
"""How many times faster than the textbook version, at least; of quotes, than one request after the other."""


@dataclass
class Report:
    ratios: dict[str, float] = field(default_factory=dict)

    def compare(self, name: str, ours: float, baseline: float) -> None:
        """`name ours_ms baseline_ms ratio`: how many times longer the baseline takes."""
        self.ratios[name] = baseline / ours
        print(f"{name} {ours:.2f} {baseline:.2f} {baseline / ours:.1f}", flush=True)

    def above(self, name: str, ours: float, floor: float) -> None:
        """`name ours_ms floor_ms ratio`: how many times longer than the least that it could take."""
        print(f"{name} {ours:.2f} {floor:.2f} {ours / floor:.1f}", flush=True)

    def value(self, name: str, value: float, unit: str) -> None:
        print(f"{name} {value:g} {unit}", flush=True)

    def missed(self) -> list[str]:
        return [
            f"{name} is {self.ratios[name]:.1f} times faster, not {floor}"
            for name, floor in FLOORS.items()
            if not self.ratios[name] >= floor
        ]
