"""Whoever knows the password cannot find out six digits in time, and does not keep the owner out either."""

import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from core.models import User
from core.people.lockout import CODE
from tests.safety.logging_in import APP, BROWSER, log_in, log_in_headless, reset_password, stranger
from tests.safety.test_lockout import EMAIL, NOON
from tests.safety.together import at_once

SECRET = generate_totp_secret()


@pytest.fixture
def guarded(asha: User, settings: Any, clean_cache: None) -> User:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    TOTP.activate(asha, SECRET)
    return asha


def code_now() -> str:
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30)))


def wrong_code() -> str:
    return str(format_hotp_value((int(code_now()) + 1) % 10**6))


def at_the_second_factor(number: int = 1) -> Client:
    """Who has given the right password."""
    client = stranger(number)
    assert log_in(client, EMAIL)["Location"] == "/accounts/2fa/authenticate/"
    return client


def send_code(client: Client, code: str) -> str:
    response = client.post("/accounts/2fa/authenticate/", {"code": code})
    if response.status_code == 302:
        return "in"
    return "locked" if b"too many failed attempts" in response.content else "wrong"


def test_after_five_wrong_codes_the_right_one_is_not_looked_at(guarded: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = at_the_second_factor()
        assert [send_code(client, wrong_code()) for _ in range(5)] == ["wrong"] * 5
        assert send_code(client, code_now()) == "locked"
        assert send_code(at_the_second_factor(2), code_now()) == "locked"
        clock.shift(60)
        assert send_code(client, code_now()) == "in"


def test_in_a_year_about_a_thousand_of_a_million_codes_can_be_tried() -> None:
    waits = [CODE.after(failures) for failures in range(5, 2000)]
    elapsed, tries = timedelta(0), 5
    for wait in waits:
        elapsed += wait
        if elapsed > timedelta(days=365):
            break
        tries += 1
    assert 1000 <= tries <= 1200


@pytest.mark.django_db(transaction=True)
def test_of_codes_at_the_same_moment_five_are_looked_at(guarded: User) -> None:
    clients = [at_the_second_factor(number) for number in range(8)]
    outcomes = at_once(lambda number: send_code(clients[number], wrong_code()), times=8)
    assert Counter(outcomes) == {"wrong": 5, "locked": 3}


def test_the_device_of_the_owner_has_tries_of_its_own(guarded: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        home = at_the_second_factor(1)
        assert send_code(home, code_now()) == "in"
        home.post("/accounts/logout/")
        attacker = at_the_second_factor(2)
        for _ in range(6):
            send_code(attacker, wrong_code())
        clock.shift(30)
        assert log_in(home, EMAIL).status_code == 302
        assert send_code(home, code_now()) == "in"


def test_who_reads_the_mail_gets_no_new_tries_by_each_reset(guarded: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        looked_at = 0
        for number in range(4):
            client = stranger(number)
            reset_password(client, EMAIL)
            client.post("/accounts/logout/")
            log_in(client, EMAIL, "an even longer pass phrase")
            looked_at += [send_code(client, wrong_code()) for _ in range(10)].count("wrong")
            clock.shift(5)
        assert looked_at == 5


@pytest.mark.parametrize("base", [BROWSER, APP])
def test_over_the_api_it_is_429(guarded: User, base: str) -> None:
    client = stranger(1)
    answer = log_in_headless(client, EMAIL, base=base)
    assert answer.status_code == 401
    token = answer.json()["meta"].get("session_token", "")
    statuses = []
    for code in [wrong_code()] * 5 + [code_now()]:
        answer = client.post(
            f"{base}/auth/2fa/authenticate",
            {"code": code},
            content_type="application/json",
            headers={"X-Session-Token": token},
        )
        statuses.append(answer.status_code)
    assert statuses == [400] * 5 + [429]
    assert 0 < int(answer["Retry-After"]) <= 60


def test_recovery_codes_are_counted_with_them(guarded: User) -> None:
    recovery = RecoveryCodes.activate(guarded)
    with time_machine.travel(NOON, tick=False) as clock:
        client = at_the_second_factor()
        assert [send_code(client, "00000000") for _ in range(5)] == ["wrong"] * 5
        assert send_code(client, recovery.get_unused_codes()[0]) == "locked"
        clock.shift(60)
        assert send_code(client, recovery.get_unused_codes()[0]) == "in"
