"""A herd of people who poll several processes: the budget holds for all of them together, and no reader ever waits."""

from pathlib import Path

import pytest

from tests.drills.herd import HOUR, Herd, Reads, begin, fast_site, most_in_an_hour, upstream

LIMIT = 360


def test_a_small_herd_is_served_whatever_the_upstream_does(tmp_path: Path) -> None:
    _, healthy, hanging = drill(tmp_path, people=50, assets=20, workers=2, speed=60, seconds=5, rounds=1, stretch=4)
    assert hanging.median <= 3 * healthy.median + 20, (str(healthy), str(hanging))
    assert hanging.quantile(0.99) < 5000, str(hanging)  # the upstream would have let it wait for 20 s


@pytest.mark.drill
def test_a_thousand_people_for_an_hour(tmp_path: Path) -> None:
    asked, healthy, hanging = drill(
        tmp_path, people=1000, assets=250, workers=4, speed=30, seconds=HOUR / 30, rounds=3, stretch=12
    )
    assert asked > LIMIT / 2  # else it was not the budget that held them back
    assert hanging.median <= 1.5 * healthy.median + 2, (str(healthy), str(hanging))
    assert hanging.quantile(0.99) <= 2 * healthy.quantile(0.99) + 20, (str(healthy), str(hanging))


def drill(
    folder: Path, *, people: int, assets: int, workers: int, speed: float, seconds: float, rounds: int, stretch: float
) -> tuple[int, Reads, Reads]:
    """`seconds` of polling; then by turns with an upstream that answers and one that hangs, so that both meet the same
    machine. How many requests Yahoo got in its worst hour, and the reads of both turns."""
    healthy, hanging = Reads(), Reads()
    with upstream() as replica, fast_site(folder, replica, speed=speed, workers=workers) as site:
        keys = site.asked("-m", "tests.drills.seed_herd", str(people), str(assets))
        begin(site, replica)
        herd = Herd(site.port, keys, rate=10 * workers)
        all_reads = herd.poll(seconds)
        for _ in range(rounds):
            replica.tell("/__heal__")
            healthy.add(herd.poll(stretch))
            replica.tell("/__fault__", match="yahoo.com|mfapi|amfi", mode="hang")
            hanging.add(herd.poll(stretch))
        asked = most_in_an_hour(replica.requests())
    all_reads.add(healthy)
    all_reads.add(hanging)
    assert asked <= LIMIT
    assert set(all_reads.statuses) == {200}, all_reads.statuses
    return asked, healthy, hanging
