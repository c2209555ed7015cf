"""Pages that neither skip nor repeat, whatever happens between two requests."""

import base64
from contextlib import suppress
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.errors import InvalidInput
from core.models import Account, User
from core.pagination import Cursor
from tests.conftest import api_of, check_error, make_person

ACCOUNTS = "/api/v1/accounts/"
TOKENS = "/api/v1/tokens/"


@pytest.fixture
def accounts(asha):
    Account.objects.bulk_create(Account(user=asha, name=f"Account {n:03}") for n in range(249))


def names(body):
    return [row["name"] for row in body["results"]]


def rows(pages):
    return list(chain.from_iterable(pages))


def walk(client, address, direction="next"):
    pages = []
    while address:
        body = client.get(address).json()
        pages.append(names(body))
        address = body[direction]
    return pages


def test_it_works(asha_api, accounts):
    pages = walk(asha_api, ACCOUNTS)

    assert [len(page) for page in pages] == [100, 100, 50]
    assert rows(pages) == ["Main", *(f"Account {n:03}" for n in range(249))]


def test_the_way_back_shows_the_same_pages(asha_api, accounts):
    address = f"{ACCOUNTS}?page_size=60&ordering=-name"
    forth = walk(asha_api, address)
    last = asha_api.get(address).json()
    while last["next"]:
        last = asha_api.get(last["next"]).json()

    back = [names(last), *walk(asha_api, last["previous"], "previous")]
    assert back[::-1] == forth
    assert rows(forth) == sorted(rows(forth), reverse=True)
    assert asha_api.get(address).json()["previous"] is None


def test_a_row_deleted_or_added_between_two_pages_moves_no_other(asha, asha_api, accounts):
    first = asha_api.get(f"{ACCOUNTS}?page_size=10&ordering=name").json()
    Account.objects.get(name=first["results"][-1]["name"]).delete()
    Account.objects.create(user=asha, name="Account")

    assert names(asha_api.get(first["next"]).json()) == [f"Account {n:03}" for n in range(10, 20)]


def test_rows_that_are_equal_in_the_order_are_told_apart(asha, asha_api):
    moment = "2026-01-01T00:00:00Z"
    for n in range(7):
        asha.api_tokens.create(name=str(n), digest=str(n), prefix="pl_")
    asha.api_tokens.update(created_at=moment)

    pages = walk(asha_api, f"{TOKENS}?page_size=3&ordering=-created_at")
    assert pages == [["6", "5", "4"], ["3", "2", "1"], ["0", "tests"]]


def test_other_parameters_stay_in_the_links(asha_api, accounts):
    link = asha_api.get(f"{ACCOUNTS}?kind=broker&page_size=2&ordering=-name").json()["next"]

    assert all(part in link for part in ("kind=broker", "page_size=2", "ordering=-name"))


@pytest.mark.parametrize("size", ["0", "-1", "1001", "x", "1.5", "", "1e2", "9" * 5000, "٣"])
def test_it_rejects_page_sizes(asha_api, size):
    check_error(asha_api.get(ACCOUNTS, {"page_size": size}), 400, attr="page_size")


@pytest.mark.parametrize("order", ["user", "-", "--id", "user__password", "?", "name,id", "pk"])
def test_it_rejects_orders(asha_api, order):
    check_error(asha_api.get(ACCOUNTS, {"ordering": order}), 400, attr="ordering")


def cursor(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "!!!",
        "é",
        cursor(b"not json"),
        cursor(b"[]"),
        cursor(b"{}"),
        cursor(b"[0, null, 1]"),
        cursor(b"[0, [], 1]"),
        cursor(b"[0, 1, {}]"),
        cursor(b'[0, "yesterday", 1]'),
        cursor(b'[0, "2026-99-99T00:00:00Z", 1]'),
        cursor(rb'[0, "\u0000", 1]'),
        cursor(b"[0, NaN, 1]"),
    ],
)
def test_it_rejects_cursors(asha_api, text):
    check_error(asha_api.get(TOKENS, {"cursor": text, "ordering": "created_at"}), 400, attr="cursor")


@pytest.mark.parametrize("value", [2**63, 2**64 - 1, -(2**63), 0])
def test_a_cursor_beyond_all_rows_finds_a_page(asha_api, value):
    response = asha_api.get(ACCOUNTS, {"cursor": Cursor(False, value, value).encode()})

    assert response.status_code == 200
    assert asha_api.get(response.json()["previous"]).status_code == 200


@given(st.text())
def test_any_text_is_a_cursor_or_refused(text):
    with suppress(InvalidInput):
        assert isinstance(Cursor.decode(text), Cursor)


class TestEveryOrder(TestCase):
    @settings(max_examples=15, deadline=None)
    @given(
        names=st.lists(st.text("abAB é", min_size=1, max_size=4), unique_by=str.lower, max_size=12),
        size=st.integers(1, 5),
        sign=st.sampled_from(["", "-"]),
    )
    def test_each_row_is_seen_once(self, names, size, sign):
        person = make_person("asha@example.com", currency="INR", zone="Asia/Kolkata")
        Account.objects.bulk_create(Account(user=person, name=f"{n}{name}") for n, name in enumerate(names))
        pages = walk(api_of(person), f"{ACCOUNTS}?page_size={size}&ordering={sign}name")

        seen = rows(pages)
        assert sorted(seen) == sorted(User.objects.get().accounts.values_list("name", flat=True))
        assert seen == list(person.accounts.order_by(f"{sign}name").values_list("name", flat=True))


LISTS = ("accounts", "transactions", "entries", "categories", "balances", "assets", "plans")


@pytest.mark.parametrize("address", LISTS)
def test_a_list_refuses_a_parameter_that_it_does_not_know(asha_api, address: str) -> None:
    """Who misspells a filter must not take all rows for those that it finds."""
    response = asha_api.get(f"/api/v1/{address}/", {"acount": "3"})
    check_error(response, 400, attr="acount", code="unknown_field")
    assert asha_api.get(f"/api/v1/{address}/", {"page_size": "3", "ordering": "id"}).status_code == 200


def test_an_order_without_a_value_is_none(asha_api):
    assert asha_api.get(f"{ACCOUNTS}?ordering=").json() == asha_api.get(ACCOUNTS).json()
