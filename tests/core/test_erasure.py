"""DELETE /me/: after it no row of any table names the person, and nobody else has lost anything."""

import base64
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from rest_framework.test import APIClient

from core.erasure import person_erase
from core.models import Account, Activity, ApiToken, User
from core.signals import person_erasing
from ledger.services.entries import EntryInput, entries_record
from portfolio.models import Asset, CorporateAction
from tests.conftest import PASSWORD, api_of, check_error, make_person
from tests.core.rich_person import paths_to_people, rich_person, session_of

ME = "/api/v1/me/"
MARK = "zqxmark"
PASS = {"password": PASSWORD}
DIGESTS = "core_ratecount"
"""How often something was done, kept for hours by digests that only the secret key of the site makes."""
COUNTERS = "sqlite_sequence"
"""How many rows SQLite has ever made in a table."""


def tables() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every row of every table of the database, whoever made it."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table != COUNTERS:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                names = [str(column[0]) for column in cursor.description]
                yield table, [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def dump() -> dict[str, list[str]]:
    return {table: sorted(map(repr, rows)) for table, rows in tables()}


def words_in(table: str, row: dict[str, Any]) -> str:
    """All that is readable in a row, decoded where it is packed."""
    texts = []
    for value in row.values():
        texts.append(bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value))
    if table == Session._meta.db_table:
        texts.append(json.dumps(Session(session_data=row["session_data"]).get_decoded()))
    if table == "core_cache":
        texts.append(base64.b64decode(row["value"]).decode("latin-1"))
    return " ".join(texts).lower()


def rows_with(word: str) -> list[tuple[str, dict[str, Any]]]:
    return [(table, row) for table, rows in tables() for row in rows if word in words_in(table, row)]


def rows_pointing_to(pk: int) -> list[tuple[str, dict[str, Any]]]:
    columns = {
        model._meta.db_table: [
            str(field.column) for field in model._meta.concrete_fields if field.related_model is User
        ]
        for model in paths_to_people()
    }
    return [
        (table, row)
        for table, rows in tables()
        for row in rows
        if any(row[column] == pk for column in columns.get(table, []))
    ]


@pytest.fixture
def rich(db: None) -> User:
    return rich_person(MARK)


def test_no_row_of_any_table_names_the_person(db: None) -> None:
    """The world without them, with them, and without them again."""
    rich_person("bobmark")
    before = dump()
    person = rich_person(MARK)
    url_id = user_pk_to_url_str(person)
    session_of({"_auth_user_id": str(person.pk)})
    session_of({"account_login": {"user_pk": url_id, "email": f"{MARK}@example.com"}})
    session_of({"account_login": {"user_pk": url_id, "email": None}})
    session_of({"account_email_verification_code": {"user_id": str(person.pk)}})
    session_of({"account_verified_email": f"{MARK}.EmailAddress@Example.com"})
    session_of({"socialaccount_sociallogin": {"account": {"uid": MARK}}})
    pk, key = person.pk, ApiToken.issue(person, MARK)[1]
    missing = [
        model._meta.label
        for model, paths in paths_to_people().items()
        if not any(model._base_manager.filter(**{path: pk}).exists() for path in paths)
    ]
    assert missing == [], "the person must have rows in every table that can refer to one"
    assert len({table for table, _ in rows_with(MARK)}) > 30

    client = APIClient(HTTP_AUTHORIZATION=f"Token {key}")
    response = client.delete(ME, PASS)

    assert response.status_code == 204, response.content
    assert rows_with(MARK) == []
    assert rows_pointing_to(pk) == []
    after = dump()
    assert after.keys() == before.keys()
    for table in before.keys() - {DIGESTS}:
        assert after[table] == before[table], table
    connection.check_constraints()


def test_nothing_of_theirs_stays_logged_in(asha: User, bob: User) -> None:
    script = api_of(asha)
    browsers = [APIClient(), APIClient(enforce_csrf_checks=True), APIClient()]
    for client, user in zip(browsers, (asha, asha, bob), strict=True):
        client.force_login(user)
    app = APIClient(HTTP_X_SESSION_TOKEN=session_token(asha))
    others = APIClient(HTTP_X_SESSION_TOKEN=session_token(bob))
    assert {client.get(ME).status_code for client in (script, app, others, *browsers)} == {200}

    response = browsers[0].delete(ME, PASS)

    assert response.status_code == 204
    assert response.cookies["sessionid"].value == ""
    for client in (script, app, *browsers[:2]):
        check_error(client.get(ME), 401)
    assert {client.get(ME).status_code for client in (others, browsers[2])} == {200}
    check_error(script.delete(ME, PASS), 401)


def session_token(user: User) -> str:
    client = APIClient()
    answer = client.post("/_allauth/app/v1/auth/login", {"email": user.email, "password": PASSWORD}, format="json")
    return str(answer.json()["meta"]["session_token"])


@pytest.mark.parametrize(
    ("body", "attr", "code"),
    [
        ({}, "password", "required"),
        ({"password": ""}, "password", "blank"),
        ({"password": "another pass phrase"}, "password", "wrong_password"),
        ({"password": None}, "password", "null"),
        ({"password": PASSWORD, "sure": True}, "sure", "unknown_field"),
        ({"email": "asha@example.com"}, "password", "required"),
    ],
)
def test_it_needs_the_password(asha: User, asha_api: APIClient, body: Any, attr: str, code: str) -> None:
    check_error(asha_api.delete(ME, body), 400, attr=attr, code=code)
    assert User.objects.filter(pk=asha.pk).exists()


def test_guessing_the_password_is_slow(asha: User, asha_api: APIClient) -> None:
    answers = [asha_api.delete(ME, {"password": f"guess {number}"}).status_code for number in range(8)]
    assert answers[0] == 400
    assert answers[-1] == 429
    check_error(asha_api.delete(ME, PASS), 429, code="throttled")


def test_a_key_that_reads_erases_nobody(asha: User) -> None:
    _, key = ApiToken.issue(asha, "reader", access=ApiToken.Access.READ)
    check_error(APIClient(HTTP_AUTHORIZATION=f"Token {key}").delete(ME, PASS), 403, code="read_only_key")
    assert User.objects.filter(pk=asha.pk).exists()


def test_nobody_is_nobody(anonymous_api: APIClient) -> None:
    check_error(anonymous_api.delete(ME, PASS), 401)


class TestWithoutPassword:
    """Of people who log in at another provider."""

    @pytest.fixture
    def eve(self, db: None) -> User:
        return User.objects.create_user("eve@example.com")

    @pytest.fixture
    def browser(self, eve: User) -> APIClient:
        client = APIClient()
        client.force_login(eve)
        self.note_login(client, eve, seconds_ago=10)
        return client

    def note_login(self, client: APIClient, user: User, *, seconds_ago: int) -> None:
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "socialaccount", "at": time.time() - seconds_ago, "provider": "oidc", "uid": "7"}
        ]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()

    def test_the_address_soon_after_a_log_in(self, eve: User, browser: APIClient) -> None:
        check_error(browser.delete(ME, {}), 400, attr="email", code="required")
        check_error(browser.delete(ME, {"email": "asha@example.com"}), 400, attr="email", code="wrong_email")
        check_error(browser.delete(ME, {"email": "eve"}), 400, attr="email", code="invalid")
        assert browser.delete(ME, {"email": "Eve@example.com"}).status_code == 204
        assert not User.objects.filter(pk=eve.pk).exists()

    def test_not_long_after(self, eve: User, browser: APIClient) -> None:
        self.note_login(browser, eve, seconds_ago=301)
        check_error(browser.delete(ME, {"email": eve.email}), 409, code="log_in_again")

    def test_what_another_person_did_in_the_session_does_not_count(
        self, eve: User, asha: User, browser: APIClient
    ) -> None:
        self.note_login(browser, asha, seconds_ago=1)
        check_error(browser.delete(ME, {"email": eve.email}), 409, code="log_in_again")

    def test_a_key_is_no_log_in(self, eve: User) -> None:
        check_error(api_of(eve).delete(ME, {"email": eve.email}), 409, code="log_in_again")


def test_the_address_can_sign_up_anew_and_has_nothing(asha: User, asha_api: APIClient) -> None:
    asha_api.post("/api/v1/categories/", {"name": "Food"})
    old = asha.pk
    assert asha_api.delete(ME, PASS).status_code == 204
    again = make_person("asha@example.com", currency="USD", zone="UTC")
    assert again.pk != old
    api = api_of(again)
    for path in ("categories", "entries", "transactions", "activity", "balances", "budgets", "rules", "plans"):
        assert api.get(f"/api/v1/{path}/").json()["results"] == [], path
    assert [row["name"] for row in api.get("/api/v1/accounts/").json()["results"]] == ["Main"]


def test_what_fails_in_the_middle_leaves_everything(rich: User) -> None:
    def fail(**_: Any) -> None:
        raise ArithmeticError

    client = APIClient(raise_request_exception=False)
    client.force_authenticate(rich)
    before = dump()
    person_erasing.connect(fail)
    try:
        assert client.delete(ME, PASS).status_code == 500
    finally:
        person_erasing.disconnect(fail)
    after = dump()
    for table in (before.keys() | after.keys()) - {DIGESTS}:
        assert after[table] == before[table], table


def test_the_last_superuser_stays(db: None) -> None:
    root = User.objects.create_superuser("root@example.com", PASSWORD)
    check_error(api_of(root).delete(ME, PASS), 409, code="last_superuser")
    with pytest.raises(CommandError, match="last superuser"):
        call_command("erase_person", "root@example.com", "--yes")
    User.objects.create_superuser("other@example.com", PASSWORD)
    assert api_of(root).delete(ME, PASS).status_code == 204


def test_the_demo_person_is_everybodys(asha: User, asha_api: APIClient) -> None:
    User.objects.filter(pk=asha.pk).update(is_demo=True)
    check_error(asha_api.delete(ME, PASS), 409, code="demo")


class TestTheCommand:
    def test_it_asks_for_the_address_again(self, asha: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("builtins.input", lambda _: "bob@example.com")
        with pytest.raises(CommandError, match="another address"):
            call_command("erase_person", "asha@example.com")
        assert User.objects.filter(pk=asha.pk).exists()
        monkeypatch.setattr("builtins.input", lambda _: "asha@example.com")
        call_command("erase_person", "asha@example.com")
        assert not User.objects.filter(pk=asha.pk).exists()

    def test_nobody_has_this_address(self, db: None) -> None:
        with pytest.raises(CommandError, match="no person"):
            call_command("erase_person", "asha@example.com", "--yes")


class TestWhatTheyDidForOthers:
    """An administrator who goes leaves what they did, without their name."""

    @pytest.fixture
    def admin(self, db: None) -> User:
        return User.objects.create_superuser(f"{MARK}@example.com", PASSWORD, name=f"{MARK} Person")

    def erase(self, admin: User) -> None:
        User.objects.create_superuser("root@example.com", PASSWORD)
        assert api_of(admin).delete(ME, PASS).status_code == 204
        assert rows_with(MARK) == []

    def test_their_edits_of_others(self, admin: User, bob: User) -> None:
        edit = Activity.objects.create(
            user=bob, actor=admin, via="token", key_name=f"{MARK} laptop", kind="entry", object_id=1, label="x",
            action="changed", at="2024-01-02T00:00:00Z",
        )  # fmt: skip
        self.erase(admin)
        edit.refresh_from_db()
        assert (edit.actor_id, edit.key_name, edit.label) == (None, "", "x")
        assert api_of(bob).get("/api/v1/activity/").json()["results"][0]["actor"] == "administrator"

    def test_facts_of_the_catalogue(self, admin: User) -> None:
        asset = Asset.objects.create(symbol="INFY.NS", name="Infosys", asset_class="stock", currency="INR")
        fact = CorporateAction.objects.create(
            asset=asset, kind="split", ex_date="2024-01-02", ratio=2, created_by=admin
        )
        self.erase(admin)
        fact.refresh_from_db()
        assert fact.created_by_id is None

    def test_the_log_of_the_admin(self, admin: User, bob: User, asha: User) -> None:
        people = ContentType.objects.get_for_model(User)
        accounts = ContentType.objects.get_for_model(Account)
        entry = {"action_flag": CHANGE, "object_repr": "x"}
        mine = admin.accounts.get()
        LogEntry.objects.create(user=admin, content_type=accounts, object_id=str(bob.accounts.get().pk), **entry)
        LogEntry.objects.create(user=bob, content_type=people, object_id=str(admin.pk), **entry)
        LogEntry.objects.create(user=bob, content_type=accounts, object_id=str(mine.pk), **entry)
        named = LogEntry.objects.create(
            user=bob, content_type=people, object_id=str(asha.pk), action_flag=CHANGE, object_repr=f"{MARK} person",
            change_message=f"was {MARK}@example.com",
        )  # fmt: skip
        other = LogEntry.objects.create(user=bob, content_type=people, object_id=str(asha.pk), **entry)
        self.erase(admin)
        assert set(LogEntry.objects.values_list("pk", "object_repr", "change_message")) == {
            (named.pk, "(erased)", ""),
            (other.pk, "x", ""),
        }


@pytest.mark.parametrize(
    ("name", "repr_after", "message_after"),
    [
        ("Changed", "Unchanged Fund", "kept"),
        ("fund", "Unchanged (erased)", "kept"),
        ("Rate", "Unchanged Fund", ""),
        ("Fun", "Unchanged Fund", "kept"),
    ],
)
def test_a_name_that_is_a_word_takes_no_log_of_others(
    bob: User, asha: User, name: str, repr_after: str, message_after: str
) -> None:
    """What somebody calls themselves must not wipe what administrators did."""
    message = json.dumps([{"changed": {"name": "terms", "object": "Rate 5", "fields": ["Fund"]}}])
    kind = ContentType.objects.get_for_model(Asset)
    row = LogEntry.objects.create(
        user=bob, content_type=kind, object_id="1", action_flag=CHANGE, object_repr="Unchanged Fund",
        change_message=message,
    )  # fmt: skip
    User.objects.filter(pk=asha.pk).update(name=name)
    person_erase(user=User.objects.get(pk=asha.pk))
    row.refresh_from_db()
    assert (row.object_repr, row.change_message) == (repr_after, message if message_after == "kept" else "")


def test_the_admin_erases_with_all_that_is_theirs(rich: User, client: Any) -> None:
    root = User.objects.create_superuser("root@example.com", PASSWORD)
    client.force_login(root)
    page = client.get(f"/admin/core/user/{rich.pk}/delete/")
    assert page.status_code == 200
    assert "Are you sure" in page.content.decode()
    response = client.post(f"/admin/core/user/{rich.pk}/delete/", {"post": "yes"})
    assert response.status_code == 302
    assert rows_with(MARK) == []
    client.post(f"/admin/core/user/{root.pk}/delete/", {"post": "yes"})
    assert User.objects.filter(pk=root.pk).exists()


def test_no_query_count_that_grows_with_their_rows(asha: User, bob: User, django_assert_max_num_queries: Any) -> None:
    main = asha.accounts.get()
    row = EntryInput(account=main, kind="expense", date=main.user.date_joined.date(), amount=Decimal(5), payee="Shop")
    entries_record(user=asha, rows=[row] * 500)
    with django_assert_max_num_queries(200):
        assert api_of(asha).delete(ME, PASS).status_code == 204
