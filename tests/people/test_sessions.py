"""Sessions: the list of them, their end, and that their use costs no request a write."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.people import sessions
from core.people.account_adapter import NO_ADDRESS
from core.people.sessions import NOTED_EVERY, SessionPurge
from tests.conftest import PASSWORD, check_error
from tests.people.app import App, logged_in

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def nothing_noted():
    sessions._noted_until.clear()


def log_in(client, email, **headers):
    client.post(LOGIN, {"login": email, "password": PASSWORD}, headers=headers)


def test_they_are_listed_and_ended(clean_cache, asha, client):
    telephone = logged_in(asha.email, **{"User-Agent": "Telephone/1"})
    log_in(client, asha.email, **{"User-Agent": "Browser/2"})
    listed = telephone.get("auth/sessions").json()["data"]
    assert {(row["user_agent"], row["is_current"]) for row in listed} == {("Telephone/1", True), ("Browser/2", False)}
    assert b"Telephone/1" in client.get("/accounts/sessions/").content

    (other,) = [row["id"] for row in listed if not row["is_current"]]
    assert telephone.delete("auth/sessions", sessions=[other]).status_code == 200
    assert client.get("/api/v1/me/").status_code == 401
    assert telephone.me() == 200


def test_an_app_ends_its_own(clean_cache, asha):
    app = logged_in(asha.email)
    (own,) = [row["id"] for row in app.get("auth/sessions").json()["data"]]
    assert app.delete("auth/sessions", sessions=[own]).status_code == 401
    assert app.me() == 401


def test_nobody_ends_those_of_another(clean_cache, asha, mallory):
    app, thief = logged_in(asha.email), logged_in(mallory.email)
    theirs = UserSession.objects.get(user=asha).pk
    assert thief.delete("auth/sessions", sessions=[theirs]).status_code == 400
    assert app.me() == 200


def test_all_others_end_at_once(clean_cache, asha, client):
    app = logged_in(asha.email)
    log_in(client, asha.email)
    client.post("/accounts/sessions/")
    assert app.me() == 401
    assert client.get("/api/v1/me/").status_code == 200


@pytest.mark.parametrize("token", ["nonsense", "a" * 32, "é", "a b"])
def test_a_token_that_is_none_is_refused(db, client, token):
    answer = client.get("/api/v1/me/", headers={"X-Session-Token": token})
    check_error(answer, 401)


def test_an_app_writes_without_a_csrf_token(clean_cache, asha):
    app = logged_in(asha.email)
    answer = app.client.patch(
        "/api/v1/me/", {"name": "A."}, content_type="application/json", headers={"X-Session-Token": app.token}
    )
    assert answer.status_code == 200
    assert answer.json()["name"] == "A."


def test_a_session_of_a_browser_is_not_taken_for_an_app_of_nobody(clean_cache, asha, client):
    """A wrong token is refused although the cookie is right: whoever sends a token means it."""
    log_in(client, asha.email)
    assert client.get("/api/v1/me/", headers={"X-Session-Token": "nonsense"}).status_code == 401


def test_use_is_noted_every_few_minutes(clean_cache, asha, client, django_assert_num_queries):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        log_in(client, asha.email)
        client.get("/api/v1/me/")
        with django_assert_num_queries(2):  # the session and the person
            client.get("/api/v1/me/")
        assert UserSession.objects.get().last_seen_at == start

        clock.shift(NOTED_EVERY)
        sessions._noted_until.clear()
        client.get("/api/v1/me/", headers={"User-Agent": "Moved/1"}, REMOTE_ADDR="192.0.2.7")
        row = UserSession.objects.get()
        assert (row.last_seen_at, row.user_agent, row.ip) == (start + NOTED_EVERY, "Moved/1", "192.0.2.7")


def test_the_use_of_an_app_is_noted(clean_cache, asha):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        app = logged_in(asha.email)
        clock.shift(NOTED_EVERY)
        app.me()
        assert UserSession.objects.get().last_seen_at == start + NOTED_EVERY


def test_a_session_from_before_they_were_listed_is_listed(clean_cache, asha, client):
    log_in(client, asha.email)
    UserSession.objects.all().delete()
    client.get("/api/v1/me/")
    assert UserSession.objects.get().user == asha


def test_requests_of_nobody_and_of_keys_note_nothing(asha_api, client, django_assert_num_queries):
    asha_api.get("/api/v1/me/")
    with django_assert_num_queries(1):
        asha_api.get("/api/v1/me/")
    with django_assert_num_queries(0):
        client.get("/api/v1/me/")
    assert not UserSession.objects.exists()


def test_a_client_without_an_address_can_log_in(clean_cache, asha, client):
    """Over a Unix socket there is none."""
    client.post(LOGIN, {"login": asha.email, "password": PASSWORD}, REMOTE_ADDR="")
    assert UserSession.objects.get().ip == NO_ADDRESS


def test_what_is_left_of_ended_sessions_is_purged(clean_cache, asha, client):
    logged_in(asha.email)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    app = logged_in(asha.email)
    log_in(client, asha.email)
    purge = SessionPurge()
    assert purge()
    assert not purge()
    assert (Session.objects.count(), UserSession.objects.count()) == (2, 2)
    assert app.me() == 200


def test_they_end_with_the_person(clean_cache, asha):
    app = logged_in(asha.email)
    app.client.delete(
        "/api/v1/me/", {"password": PASSWORD}, content_type="application/json", headers={"X-Session-Token": app.token}
    )
    assert app.me() == 401
    assert not UserSession.objects.exists()


def test_an_app_without_a_session_begins_anew(clean_cache, asha):
    app = App()
    app.token = "nonsense"
    assert app.get("auth/session").status_code == 410
