"""kill -9 of a command that imports a large file: all of it is there, or nothing; and of a rebuild that has begun."""

import random
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.drills.conftest import until_rebuilt
from tests.drills.seed import AMERICAN, INDIAN
from tests.drills.site import Client, Site, kill_group

ROWS = 10_000
SECONDS_TO_BEGIN = 30


def test_a_file_is_imported_whole_or_not_at_all(site: Site) -> None:
    drill(site, rounds=1, seed=random.randrange(10**9))


@pytest.mark.drill
def test_many_files_are_imported_whole_or_not_at_all(site: Site) -> None:
    drill(site, rounds=20, seed=random.randrange(10**9))


def drill(site: Site, *, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    seeded = site.asked("-m", "tests.drills.seed")
    started = time.monotonic()
    site.run(*importing(written(site.folder / "dry.csv", "dry", chance)), "--dry-run")
    seconds = time.monotonic() - started
    for number in range(rounds):
        command = site.begin(*importing(written(site.folder / f"{number}.csv", f"f{number}", chance)))
        try:
            command.wait(chance.uniform(0.4, 1.2) * seconds)
        except subprocess.TimeoutExpired:
            kill_group(command)
    site.run(*importing(site.folder / f"{rounds - 1}.csv"))
    check(site, seeded, rounds=rounds, where=f"seed {seed}")


def check(site: Site, seeded: dict[str, Any], *, rounds: int, where: str) -> None:
    """Each file wholly or not at all; the last one, which was sent again, exactly once. The server rebuilds."""
    site.start()
    until_rebuilt(site, seeded)
    truth = site.asked("-m", "tests.drills.truth")
    counts = [truth["facts"].get(f"file f{number}", 0) for number in range(rounds)]
    assert set(counts) <= {0, ROWS}, where
    assert counts[-1] == ROWS, where
    assert "file dry" not in truth["facts"]
    assert not truth["problems"], (where, truth["problems"])


def importing(file: Path) -> tuple[str, ...]:
    return "manage.py", "import_transactions", str(file), "--user", "asha@example.com"


def written(file: Path, name: str, chance: random.Random) -> Path:
    """Ten years of buying and selling so little that what was bought first is always enough."""
    lines = ["date,kind,symbol,quantity,price,external_id"]
    for number in range(ROWS):
        day = date(2019, 2, 1) + timedelta(days=chance.randrange(2400))
        kind, symbol = chance.choice(("buy", "buy", "buy", "sell")), chance.choice((*INDIAN, *AMERICAN))
        lines.append(f"{day},{kind},{symbol},{chance.randint(1, 3)},{chance.randint(50, 150)},{name}-{number}")
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_a_rebuild_whose_process_dies_is_taken_over(site: Site) -> None:
    """On Postgres it is held up by a writer of closes, so that it is certain to be under way."""
    if not site.database.startswith("postgres"):
        pytest.skip("On SQLite nothing can be between the claim of a rebuild and its end but a random moment.")
    seeded = site.asked("-m", "tests.drills.seed")
    asha = Client(site.port, seeded["people"]["asha@example.com"]["token"])
    site.start()
    with psycopg.connect(site.database) as writer:
        writer.execute("SELECT 1 FROM portfolio_asset WHERE symbol = 'TCS' FOR NO KEY UPDATE")
        row = {"kind": "buy", "date": "2024-01-02", "symbol": "TCS", "quantity": "1", "price": "100", "note": "x"}
        assert asha.ask("POST", "/api/v1/transactions/", row)[0] == 201
        until_begun(asha)
        site.kill()
    asha.close()
    site.start()
    until_rebuilt(site, seeded)
    assert not site.asked("-m", "tests.drills.truth")["problems"]


def until_begun(client: Client) -> None:
    deadline = time.monotonic() + SECONDS_TO_BEGIN
    while not client.ask("GET", "/api/v1/analytics/status/")[1]["rebuilding"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
