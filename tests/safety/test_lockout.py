"""Guessing passwords from everywhere does not get in, and does not lock the owner out for good."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from core.errors import TooMany
from core.models import RateCount, User
from core.people.passwords import password_check
from tests.conftest import PASSWORD, api_of
from tests.safety.logging_in import (
    APP,
    BROWSER,
    NEW_PASSWORD,
    is_in,
    log_in,
    log_in_headless,
    reset_password,
    stranger,
)
from tests.safety.together import at_once

EMAIL = "asha@example.com"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GUESSES = 1000
RIGHT_AT = {50, 333, 998}


@pytest.fixture(autouse=True)
def behind_a_proxy(settings: Any, clean_cache: None) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1


def lock(email: str = EMAIL) -> None:
    for number in range(5):
        assert b"not correct" in log_in(stranger(5000 + number), email, "wrong").content


def is_locked(response: Any) -> bool:
    return b"too many failed attempts" in response.content and response.status_code in (200, 429)


@pytest.mark.django_db(transaction=True)
def test_a_thousand_guesses_from_as_many_addresses_do_not_get_in_and_the_owner_does(asha: User) -> None:
    """Of which some are right, but come while nothing is looked at."""
    home = Client(headers={"X-Forwarded-For": "203.0.113.9"})
    assert log_in(home, EMAIL).status_code == 302
    home.post("/accounts/logout/")

    def guess(number: int) -> str:
        if number == GUESSES // 2:
            assert log_in(home, EMAIL).status_code == 302  # in the middle of it
        client = stranger(number)
        way = log_in if number % 10 == 0 else log_in_headless
        response = way(client, EMAIL, PASSWORD if number in RIGHT_AT else f"guess {number}")
        assert "sessionid" not in client.cookies
        return "locked" if is_locked(response) else "looked at"

    outcomes = [guess(number) for number in range(6)]
    assert Counter(outcomes) == {"looked at": 5, "locked": 1}
    with time_machine.travel(datetime.now(UTC), tick=False):  # however long the machine takes for it
        outcomes += at_once(lambda number: guess(number + 6), times=GUESSES - 6, threads=4)

    assert Counter(outcomes)["looked at"] == 5
    assert is_in(home)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1), tick=False):
        elsewhere = stranger(9999)
        assert log_in(elsewhere, EMAIL).status_code == 302
        assert is_in(elsewhere)


@pytest.mark.django_db(transaction=True)
def test_of_guesses_at_the_same_moment_five_are_looked_at(asha: User) -> None:
    outcomes = at_once(lambda number: is_locked(log_in(stranger(number), EMAIL, "wrong")), times=24)
    assert Counter(outcomes) == {False: 5, True: 19}


def test_the_wait_grows_to_a_quarter_of_an_hour(asha: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        lock()
        for minutes in (1, 2, 4, 8, 15, 15):
            unit = "a minute" if minutes == 1 else f"{minutes} minutes"
            assert f"Try again in {unit}." in log_in(stranger(), EMAIL).content.decode()
            clock.shift(minutes * 60 - 1)
            assert is_locked(log_in(stranger(), EMAIL))
            clock.shift(1)
            assert not is_locked(log_in(stranger(), EMAIL, "wrong"))


def test_who_gets_it_right_in_time_starts_anew(asha: User) -> None:
    for _ in range(3):
        for number in range(4):
            log_in(stranger(number), EMAIL, "wrong")
        assert log_in(stranger(), EMAIL).status_code == 302


def test_an_address_that_nobody_has_answers_the_same(asha: User) -> None:
    answers = {}
    for email in (EMAIL, "nobody@example.com"):
        with time_machine.travel(NOON, tick=False):
            lock(email)
            page = log_in(stranger(), email)
            data = log_in_headless(stranger(), email)
        answers[email] = (is_locked(page), data.status_code, data["Retry-After"], data.content)
    assert answers[EMAIL] == answers["nobody@example.com"]
    assert answers[EMAIL][:3] == (True, 429, "60")


def test_an_app_is_told_by_status_and_header(asha: User) -> None:
    lock()
    right, wrong = (log_in_headless(stranger(), EMAIL, password, base=APP) for password in (PASSWORD, "wrong"))
    assert (right.status_code, right.content) == (wrong.status_code, wrong.content)
    assert right.status_code == 429
    assert 0 < int(right["Retry-After"]) <= 60
    assert right.json()["errors"][0]["code"] == "too_many_login_attempts"


def test_one_address_cannot_try_many_accounts(asha: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(30):
            clock.shift(3)
            assert not is_locked(log_in(stranger(7), f"person{number}@example.com", "wrong"))
        clock.shift(3)
        assert is_locked(log_in(stranger(7), EMAIL))
        assert log_in(stranger(8), EMAIL).status_code == 302


def test_the_owners_app_gets_in_by_its_header(asha: User) -> None:
    first = log_in_headless(stranger(), EMAIL, base=APP)
    assert first.status_code == 200
    assert not first.cookies
    device = first["X-Known-Device"]
    lock()

    assert log_in_headless(stranger(1), EMAIL, base=APP).status_code == 429
    again = log_in_headless(stranger(1), EMAIL, base=APP, headers={"X-Known-Device": device})
    assert again.status_code == 200


def test_a_known_device_that_guesses_is_locked_too_and_no_other_with_it(asha: User) -> None:
    shared, own = stranger(1), stranger(2)
    for client in (shared, own):
        assert log_in(client, EMAIL).status_code == 302
        client.post("/accounts/logout/")
    outcomes = [is_locked(log_in(shared, EMAIL, "wrong")) for _ in range(12)]

    assert outcomes == [False] * 10 + [True] * 2
    assert is_locked(log_in(shared, EMAIL))
    assert log_in(own, EMAIL).status_code == 302


def test_the_cookie_is_nobody_elses_and_ends_with_the_password(asha: User, bob: User) -> None:
    client = stranger(1)
    log_in(client, bob.email)
    client.post("/accounts/logout/")
    cookie = client.cookies["known_devices"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "@" not in cookie.value
    lock()
    lock(bob.email)

    assert is_locked(log_in(client, EMAIL))  # it is Bob's
    for forged in (cookie.value.replace(f"{bob.pk}.", f"{asha.pk}.", 1), "1.x.y", "x", "~~~", f"{asha.pk}..", "9" * 99):
        other = stranger(2)
        other.cookies["known_devices"] = forged
        assert is_locked(log_in(other, EMAIL))

    assert log_in(client, bob.email).status_code == 302
    client.post("/accounts/logout/")
    bob.set_password(NEW_PASSWORD)
    bob.save()
    assert is_locked(log_in(client, bob.email, NEW_PASSWORD))


def claim(person: User, email: str = EMAIL) -> Client:
    """As who is logged in adds an address that they have not verified, and never will."""
    client = stranger(1)
    log_in(client, person.email)
    confirmed = client.post(f"{BROWSER}/auth/reauthenticate", {"password": PASSWORD}, content_type="application/json")
    assert confirmed.status_code == 200
    assert client.post(f"{BROWSER}/account/email", {"email": email}, content_type="application/json").status_code == 200
    assert EmailAddress.objects.filter(user=person, email=email, verified=False).exists()
    return client


def test_a_claimed_address_that_is_somebody_elses_cannot_become_the_first(
    settings: Any, asha: User, mallory: User
) -> None:
    EmailAddress.objects.filter(user=mallory).update(verified=False)
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    body = {"email": EMAIL, "primary": True}
    refused = claim(mallory).patch(f"{BROWSER}/account/email", body, content_type="application/json")
    assert refused.status_code == 400
    assert list(EmailAddress.objects.filter(user=mallory, primary=True).values_list("email", flat=True)) == [
        mallory.email
    ]


def test_who_claims_an_address_has_no_known_device_for_it(asha: User, mallory: User) -> None:
    claim(mallory)
    device = log_in_headless(stranger(2), mallory.email, base=APP)["X-Known-Device"]
    guesses = [
        log_in_headless(stranger(3 + number), EMAIL, "wrong", base=APP, headers={"X-Known-Device": device})
        for number in range(6)
    ]
    assert [guess.status_code for guess in guesses] == [400] * 5 + [429]


def test_who_claims_an_address_does_not_lift_its_lock(settings: Any, asha: User, mallory: User) -> None:
    """Also where nobody verifies anything, since the site sends no mail."""
    EmailAddress.objects.filter(user=asha).update(verified=False)
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    claim(mallory)
    mallory.set_password(NEW_PASSWORD)
    mallory.save()
    for number in range(4):
        log_in(stranger(number), EMAIL, "wrong")
    client = stranger(5)
    assert log_in(client, EMAIL, NEW_PASSWORD).status_code == 200
    assert not is_in(client)
    assert is_locked(log_in(stranger(6), EMAIL))

    reset_password(stranger(7), mallory.email)
    assert is_locked(log_in(stranger(8), EMAIL))


def test_several_people_share_a_browser(asha: User, bob: User) -> None:
    client = stranger(1)
    for person in (asha, bob):
        assert log_in(client, person.email).status_code == 302
        client.post("/accounts/logout/")
        lock(person.email)
    for person in (asha, bob):
        assert log_in(client, person.email).status_code == 302
        client.post("/accounts/logout/")


def test_a_new_password_by_mail_lets_the_owner_in_while_the_guessing_goes_on(asha: User) -> None:
    lock()
    owner = stranger(1)
    assert is_locked(log_in(owner, EMAIL))

    assert reset_password(owner, EMAIL).status_code == 302
    lock()
    assert is_locked(log_in(stranger(2), EMAIL, NEW_PASSWORD))
    assert log_in(owner, EMAIL, NEW_PASSWORD).status_code == 302
    assert is_in(owner)


def test_a_new_password_by_mail_lifts_the_lock_for_another_device(asha: User) -> None:
    lock()
    reset_password(stranger(1), EMAIL)
    assert log_in(stranger(2), EMAIL, NEW_PASSWORD).status_code == 302


def test_a_changed_password_keeps_the_device_known(asha: User) -> None:
    client = stranger(1)
    log_in(client, EMAIL)
    body = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post("/accounts/password/change/", body).status_code == 302
    client.post("/accounts/logout/")
    lock()
    assert log_in(client, EMAIL, NEW_PASSWORD).status_code == 302


def test_sessions_and_keys_go_on_while_it_is_locked(asha: User) -> None:
    client = stranger(1)
    log_in(client, EMAIL)
    lock()
    assert is_in(client)
    assert api_of(asha).get("/api/v1/me/").status_code == 200


def test_whoever_has_a_session_cannot_guess_the_password_either(asha: User) -> None:
    client = stranger(1)
    log_in(client, EMAIL)
    answers = [
        client.post(f"{BROWSER}/auth/reauthenticate", {"password": guess}, content_type="application/json")
        for guess in ["wrong"] * 5 + [PASSWORD]
    ]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) <= 60
    with pytest.raises(TooMany):
        password_check(user=asha, password=PASSWORD)


def test_passwords_of_people_who_are_in_are_counted(asha: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert password_check(user=asha, password=PASSWORD) is True
        assert [password_check(user=asha, password="wrong") for _ in range(5)] == [False] * 5
        with pytest.raises(TooMany) as refused:
            password_check(user=asha, password=PASSWORD)
        assert refused.value.retry_after == 60
        clock.shift(60)
        assert password_check(user=asha, password=PASSWORD) is True
        assert password_check(user=asha, password="wrong") is False


def test_a_changed_password_is_asked_for_few_times_a_day(asha: User) -> None:
    client = stranger(1)
    log_in(client, EMAIL)
    body = {"oldpassword": "wrong", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    statuses: Counter[int] = Counter()
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        for _ in range(40):
            clock.shift(60)
            statuses[client.post("/accounts/password/change/", body).status_code] += 1
    assert statuses == {200: 20, 429: 20}


def test_no_address_stands_in_what_is_counted(asha: User) -> None:
    lock()
    rows = [str(list(row.values())) for row in RateCount.objects.values()]
    assert rows
    assert not any("asha" in row or "198." in row for row in rows)
