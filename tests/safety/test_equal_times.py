"""Whether an address has an account shows in no time that an answer takes.

Requests for a known and for an unknown address are sent in pairs. If one of the two took longer, it would be the slower
one in most pairs, however busy the machine is: so it must not be in more than happens by chance, or by no more than a
listener over the network could hear. The last test shows that leaving out the hash of a password is heard.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.core.cache import cache

from core.models import User
from tests.conftest import PASSWORD
from tests.safety.logging_in import NEW_PASSWORD, log_in, log_in_headless, stranger
from tests.safety.timing import Times, times_of

NOT_TO_BE_HEARD = 0.0005
"""Half a thousandth of a second: a small part of what a log-in takes, and of how answers over the network vary."""
BY_CHANCE, ATTEMPTS = 0.001, 3
"""What is equal looks different once in a thousand times, and three times in a row in none."""
numbers = count(1)


class Hasher(PBKDF2PasswordHasher):
    """The real one with fewer rounds, so that it takes 15 ms rather than 300."""

    iterations = 40_000


@pytest.fixture(autouse=True)
def real_passwords(fast_passwords: None, settings: Any, transactional_db: None) -> None:
    cache.clear()
    settings.PASSWORD_HASHERS = [f"{Hasher.__module__}.{Hasher.__name__}"]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


@pytest.fixture
def known(real_passwords: None) -> Iterator[str]:
    """Many people, so that no one's limits are reached: the next one's address at each call."""
    people = [User(email=f"known{number}@example.com", password="") for number in range(150)]
    people[0].set_password(PASSWORD)
    for person in people:
        person.password = people[0].password
    User.objects.bulk_create(people)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )
    return iter([person.email for person in people])


def unknown() -> Iterator[str]:
    return (f"nobody{number}@example.com" for number in count())


def is_equal(times: Times) -> bool:
    return abs(times.difference) <= NOT_TO_BE_HEARD or times.chance >= BY_CHANCE


def check_equal(first: Any, second: Any, *, pairs: int = 25, attempts: int = ATTEMPTS) -> None:
    taken = []
    for _ in range(attempts):
        taken.append(times_of(first, second, pairs=pairs))
        if is_equal(taken[-1]):
            return
    raise AssertionError([(times.difference, times.chance) for times in taken])


def page_log_in(emails: Iterator[str]) -> Any:
    return lambda: log_in(stranger(next(numbers)), next(emails), "wrong")


def headless_log_in(emails: Iterator[str]) -> Any:
    return lambda: log_in_headless(stranger(next(numbers)), next(emails), "wrong")


def reset(emails: Iterator[str]) -> Any:
    return lambda: stranger(next(numbers)).post("/accounts/password/reset/", {"email": next(emails)})


def headless_reset(emails: Iterator[str]) -> Any:
    address = "/_allauth/browser/v1/auth/password/request"
    return lambda: stranger(next(numbers)).post(address, {"email": next(emails)}, content_type="application/json")


def sign_up(emails: Iterator[str]) -> Any:
    return lambda: stranger(next(numbers)).post("/accounts/signup/", {"email": next(emails), "password1": NEW_PASSWORD})


@pytest.mark.parametrize("way", [page_log_in, headless_log_in, reset, headless_reset, sign_up])
def test_known_and_unknown_take_the_same_time(known: Iterator[str], way: Any) -> None:
    check_equal(way(known), way(unknown()))


def test_a_person_without_a_password_takes_the_same_time(known: Iterator[str]) -> None:
    User.objects.update(password="!")
    check_equal(headless_log_in(known), headless_log_in(unknown()))


def test_leaving_out_the_hash_is_heard(known: Iterator[str], monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """So the tests above can fail."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    User.objects.update(password=make_password(PASSWORD))
    monkeypatch.setattr(AuthenticationBackend, "_mitigate_timing_attack", lambda self, password: None)
    with pytest.raises(AssertionError):
        check_equal(headless_log_in(known), headless_log_in(unknown()), pairs=12, attempts=1)
