"""Entries are found by the beginnings of their words, the same on both databases."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from ledger.models import Entry
from ledger.search import LONGEST_WORD, asked_words, entries_found, entries_tagged, words_of
from ledger.selectors import entries_of
from ledger.services.entries import EntryInput, entries_insert
from tests.conftest import make_person
from tests.ledger.conftest import ENTRIES, listed, record

# What has a meaning in patterns, in queries of Postgres or in Unicode, among words that begin alike.
LETTERS = "abAB éÉßıİ1 2'’\"\\%_:*&|!()<>#-/,.\t हिन्दीक़ ﬁ Å ´ 中文 🎉🎊"  # noqa: RUF001
TEXTS = st.text(LETTERS, max_size=12)
TAGS = st.text(LETTERS.replace(" ", "").replace("\t", "").replace("#", ""), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("  Café-Noir, 12.50 ", "cafe noir 12 50"),
        ("McDonald's MCDONALD’S", "mcdonalds"),
        ("Straße STRASSE", "strasse"),
        ("a_b%c\\d", "a b c d"),
        ("ﬁne Ångström", "fine angstrom"),
        ("हिन्दी", "हिनदी"),  # the sign that joins two letters falls, the vowel stays
        ("🎉", ""),
        ("x" * 200, "x" * LONGEST_WORD),
    ],
)
def test_words(text, words):
    assert words_of(text) == words


def test_a_tag_is_there_whole_as_well():
    assert words_of("Trip", tags=["Work-Trip", "🎉"]) == "trip work #work-trip #🎉"


def test_what_is_asked():
    assert asked_words("Café, noir #Work-Trip # cafe") == ["cafe", "noir", "#work-trip"]


@given(TEXTS)
def test_words_of_words_are_the_same(text):
    words = words_of(text)
    assert words_of(words) == words


@pytest.fixture
def four(asha_api):
    """By name, what makes each of them different."""
    return {
        "noir": record(asha_api, "expense", "2024-01-04", "1", payee="Café Noir")["id"],
        "cafeteria": record(asha_api, "expense", "2024-01-03", "1", description="CAFETERIA at work", tags=["lunch"])[
            "id"
        ],
        "decaf": record(asha_api, "expense", "2024-01-02", "1", note="decaf 100%", tags=["work-trip"])["id"],
        "plain": record(asha_api, "expense", "2024-01-01", "1")["id"],
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("cafe", "noir cafeteria"),
        ("CAFÉ", "noir cafeteria"),
        ("cafe n", "noir"),
        ("noir cafe", "noir"),
        ("afe", ""),
        ("work", "cafeteria decaf"),
        ("#work", "decaf"),
        ("#work-trip decaf", "decaf"),
        ("#lunch work", "cafeteria"),
        ("#wor", "decaf"),
        ("100%", "decaf"),
        ("0", ""),
        ("%", "noir cafeteria decaf plain"),
        ("'\\", "noir cafeteria decaf plain"),
        ("cafe & !noir", "noir"),
        ("cafe:*", "noir cafeteria"),
        ("nothing", ""),
    ],
)
def test_it_finds(asha_api, four, text, names):
    assert [row["id"] for row in listed(asha_api, search=text)] == [four[name] for name in names.split()]


def test_it_finds_what_was_changed(asha_api, four):
    asha_api.patch(f"{ENTRIES}{four['plain']}/", {"payee": "Bäckerei", "tags": ["bread"]})

    assert [row["id"] for row in listed(asha_api, search="backer #bread")] == [four["plain"]]
    asha_api.patch(f"{ENTRIES}{four['plain']}/", {"payee": "Baker"})
    assert listed(asha_api, search="backer") == []


def test_it_finds_what_others_saved(asha, four):
    row = Entry.objects.get(pk=four["plain"])
    row.payee = "Zoë"
    row.save(update_fields=["payee"])

    assert list(entries_found(entries_of(asha), "zoe", user_id=asha.pk)) == [row]


def test_a_person_finds_their_own(mallory_api, four):
    own = record(mallory_api, "expense", "2024-01-01", "1", payee="Cafe")["id"]

    assert [row["id"] for row in listed(mallory_api, search="cafe")] == [own]
    assert listed(mallory_api, tag="lunch") == []


def test_a_tag_is_found_whole_and_without_case(asha, asha_api, four):
    assert [row["id"] for row in listed(asha_api, tag="LUNCH")] == [four["cafeteria"]]
    assert listed(asha_api, tag="lunc") == []
    assert listed(asha_api, tag="work") == []
    assert [row["id"] for row in listed(asha_api, tag="work-trip")] == [four["decaf"]]


def test_deleted_entries_are_searched_too(asha_api, four):
    asha_api.delete(f"{ENTRIES}{four['noir']}/")

    assert [row["id"] for row in listed(asha_api, search="cafe")] == [four["cafeteria"]]
    assert [row["id"] for row in listed(asha_api, search="cafe", deleted="true")] == [four["noir"]]


class TestAsPlainPython(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(
        rows=st.lists(st.tuples(TEXTS, TEXTS, st.lists(TAGS, max_size=2)), min_size=1, max_size=6),
        asked=st.lists(TEXTS, min_size=1, max_size=6),
        tag=TAGS,
    )
    def test_any_search(self, rows, asked, tag):
        person = make_person("asha@example.com", currency="INR", zone="Asia/Kolkata")
        account = person.accounts.get()
        made = entries_insert(
            user=person,
            rows=[
                EntryInput(
                    account=account, kind="expense", date=date(2024, 1, 2), amount=Decimal(1), payee=payee, note=note,
                    tags=tuple(tags),
                )
                for payee, note, tags in rows
            ],
        )  # fmt: skip
        words = {row.pk: words_of(row.payee, row.note, tags=row.tags).split(" ") for row in made}

        for text in [*asked, *(payee for payee, _, _ in rows), *(f"#{tags[0]}" for *_, tags in rows if tags)]:
            found = entries_found(entries_of(person), text, user_id=person.pk)
            assert {row.pk for row in found} == {
                pk
                for pk, own in words.items()
                if all(any(word.startswith(wanted) for word in own) for wanted in asked_words(text))
            }
        for one in [tag, *(tags[0] for *_, tags in rows if tags)]:
            (wanted,) = words_of(tags=[one]).split(" ")[-1:]
            tagged = entries_tagged(entries_of(person), one, user_id=person.pk)
            assert {row.pk for row in tagged} == {pk for pk, own in words.items() if wanted in own}
