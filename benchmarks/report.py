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


CEILING = 3
"""How many times its time at 10,000 entries an everyday question may take at 1,000,000."""
GROWS_LITTLE = (
    "everyday_page", "everyday_page_middle", "everyday_page_account", "everyday_page_category", "everyday_page_tag",
    "everyday_search_rare", "everyday_search_frequent", "everyday_search_prefix", "everyday_search_none",
    "everyday_stats", "everyday_budgets",
)  # fmt: skip


@dataclass
class Report:
    ratios: dict[str, float] = field(default_factory=dict)
    growths: dict[str, float] = field(default_factory=dict)

    def compare(self, name: str, ours: float, baseline: float) -> None:
        """`name ours_ms baseline_ms ratio`: how many times longer the baseline takes."""
        self.ratios[name] = baseline / ours
        print(f"{name} {ours:.2f} {baseline:.2f} {baseline / ours:.1f}", flush=True)

    def above(self, name: str, ours: float, floor: float) -> None:
        """`name ours_ms floor_ms ratio`: how many times longer than the least that it could take."""
        print(f"{name} {ours:.2f} {floor:.2f} {ours / floor:.1f}", flush=True)

    def growth(self, name: str, large: float, small: float) -> None:
        """`name large_ms small_ms ratio`: how many times longer it takes with so much more."""
        self.growths[name] = large / small
        self.above(name, large, small)

    def value(self, name: str, value: float, unit: str) -> None:
        print(f"{name} {value:g} {unit}", flush=True)

    def missed(self) -> list[str]:
        slow = [
            f"{name} is {self.ratios[name]:.1f} times faster, not {floor}"
            for name, floor in FLOORS.items()
            if not self.ratios[name] >= floor
        ]
        grown = [
            f"{name} takes {self.growths[name]:.1f} times as long, not at most {CEILING}"
            for name in GROWS_LITTLE
            if not self.growths[name] <= CEILING
        ]
        return slow + grown
