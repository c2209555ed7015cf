"""Large files: in some thousand rows at a time, and in memory that does not grow with them."""

import gc
import resource
import time
import tracemalloc
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count, Sum

from core.models import Account
from ledger.bank_files.amounts import signed
from ledger.models import Entry
from ledger.services import bank_imports
from ledger.services.bank_imports import FileInput, file_take

PER_DAY = 300
"""Rows of a day; every hundredth looks as another one of its day does."""


def write(path: Path, rows: int) -> None:
    first = date(2015, 1, 1)
    with path.open("w") as file:
        file.write("Date,Details,Amount,Balance\n")
        balance = 0
        for row in range(rows):
            of_day = row % PER_DAY
            amount = 5 if of_day % 100 == 0 else -1 if row % 2 else 2
            balance += amount
            text = "SALARY" if of_day % 100 == 0 else f"SHOP {of_day}"
            file.write(f"{first + timedelta(days=row // PER_DAY)},{text},{amount}.00,{balance}.00\n")


def take(account: Account, path: Path):
    with path.open("rb") as file:
        return file_take(user=account.user, account=account, data=FileInput(file=file, name=path.name))


def peak_of(account: Account, path: Path) -> int:
    """The most bytes at once. What the process had before is frozen, or the collector would let cycles lie while they
    are few beside it, and the peak would tell of the tests before this one."""
    gc.collect()
    gc.freeze()
    gc.collect()
    tracemalloc.start()
    try:
        take(account, path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.unfreeze()


def test_twenty_thousand_rows(bank, tmp_path):
    """20,000 rows are 66 days of 300 and 200 rows; of 300 three have 5, the other 297 are 148 or 149 times 2 or -1."""
    path = tmp_path / "many.csv"
    write(path, 20_000)
    taken = take(bank, path)
    assert (taken.rows, taken.created, taken.balances_created) == (20_000, 20_000, 67)
    assert Entry.objects.filter(description="SALARY").count() == 66 * 3 + 2
    again = take(bank, path)
    assert (again.created, again.duplicates) == (0, 20_000)
    assert Entry.objects.count() == 20_000


def test_queries_grow_with_chunks_and_not_with_rows(bank, tmp_path, django_assert_max_num_queries):
    path = tmp_path / "many.csv"
    write(path, 4_000)
    with django_assert_max_num_queries(60 + 4_000 // 30):  # SQLite inserts some thirty rows at a time
        take(bank, path)
    with django_assert_max_num_queries(60):
        take(bank, path)


def test_memory_does_not_grow_with_the_rows(bank, savings, tmp_path, monkeypatch):
    """Of a file in order, of a row that was taken nothing is kept; a `Row` alone, remembered, is nearly 500 bytes. What
    is remembered of amounts has its bound, which is reached first."""
    monkeypatch.setattr(bank_imports, "CHUNK", 500)
    for number in range(signed.cache_info().maxsize or 0):
        signed(f"{number}.01")
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    write(small, 2_000)
    write(large, 10_000)
    before = peak_of(bank, small)
    assert (peak_of(savings, large) - before) / 8_000 < 150


@pytest.mark.drill
def test_a_million_rows(bank, tmp_path):
    """Within 200 MiB beside what the process had before, once new and once known."""
    path = tmp_path / "million.csv"
    write(path, 1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.monotonic()
    taken = take(bank, path)
    new = time.monotonic() - begun
    assert (taken.rows, taken.created) == (1_000_000, 1_000_000)
    begun = time.monotonic()
    again = take(bank, path)
    known = time.monotonic() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    sums = Entry.objects.values("kind").annotate(rows=Count("id"), amount=Sum("amount")).order_by("kind")
    assert (again.created, again.duplicates) == (0, 1_000_000)
    assert sum(row["rows"] for row in sums) == 1_000_000
    print(f"{connection.vendor}: new {new:.0f} s, known {known:.0f} s, {grown:.0f} MiB more")  # noqa: T201  (of a drill)
    assert grown < 200
