"""What Postgres does for the questions about entries: it finds them by an index, however many there are."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from benchmarks.household import COMMON_WORD, RARE_WORD, Household, household_make
from tests.conftest import api_of

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite plans without what it knows of the rows"
)

ENTRIES, STATS = "/api/v1/entries/", "/api/v1/ledger/stats/"


@pytest.fixture
def household(db: None) -> Household:
    """With another one of a tenth of its size beside it, so that a person is not the table."""
    household_make("other", entries=3_000)
    made = household_make("household", entries=30_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_entry")
    return made


def plans(api: APIClient, path: str, **asked: Any) -> str:
    """Of all that the answer to a question reads from the entries."""
    with CaptureQueriesContext(connection) as captured:
        assert api.get(path, asked).status_code == 200
    read = [query["sql"] for query in captured.captured_queries if 'FROM "ledger_entry"' in query["sql"]]
    assert read
    with connection.cursor() as cursor:
        found = []
        for sql in read:
            cursor.execute(f"EXPLAIN {sql}")
            found += [line for (line,) in cursor.fetchall()]
    return "\n".join(found)


def test_each_question_has_its_index(household: Household) -> None:
    api = api_of(household.user)
    middle = api.get(ENTRIES, {"from": "2000-01-01", "page_size": "1000"}).json()["next"]
    account, category = household.accounts[3].pk, household.categories[5].pk
    for path, asked, indexes in (
        (ENTRIES, {}, ["entry_by_day"]),
        (middle, {}, ["entry_by_day"]),
        (ENTRIES, {"from": "2020-01-01", "to": "2020-01-31"}, ["entry_by_day"]),
        (ENTRIES, {"ordering": "date"}, ["entry_by_day"]),
        (ENTRIES, {"account": account}, ["entry_by_day", "entry_by_account"]),
        (ENTRIES, {"category": category}, ["entry_by_category"]),
        (ENTRIES, {"category": "none"}, ["entry_by_category", "entry_by_day"]),
        (ENTRIES, {"payee": "Payee 250"}, ["entry_by_payee"]),
        (ENTRIES, {"tag": "nowhere"}, ["entry_by_words"]),
        (ENTRIES, {"search": RARE_WORD}, ["entry_by_words"]),
        (ENTRIES, {"search": f"{RARE_WORD[:4]} {COMMON_WORD}"}, ["entry_by_words"]),
        (ENTRIES, {"search": "zzyzx"}, ["entry_by_words"]),
        (ENTRIES, {"search": COMMON_WORD}, ["entry_by_day"]),  # most have it: the latest are read until a page is full
        (ENTRIES, {"external_id": "x"}, ["entry_external_id_is_unique_for_the_person"]),
        (ENTRIES, {"deleted": "true"}, ["entry_by_deletion"]),
        (STATS, {"month": "2020-01", "by": "payee"}, ["entry_by_day"]),
    ):
        plan = plans(api, path, **asked)
        assert any(index in plan for index in indexes), (asked, plan)
        assert "Seq Scan on ledger_entry" not in plan, (asked, plan)


def test_stats_of_months_and_budgets_read_no_entries(household: Household) -> None:
    """But the first, to know since when there are any: they are made of sums, one a year, category and currency."""
    with CaptureQueriesContext(connection) as captured:
        assert api_of(household.user).get(STATS, {"months": 120}).status_code == 200
    read = [query["sql"] for query in captured.captured_queries if "ledger_entry" in query["sql"]]
    assert all(sql.endswith("ORDER BY 1 ASC LIMIT 1") for sql in read), read
