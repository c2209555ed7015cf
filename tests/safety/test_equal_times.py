"""Whether an address has an account shows in no time that an answer takes.

Of pairs of requests, for a known and for an unknown address, the medians differ by no more than pairs of the same kind
would by chance, and by what a listener over the network could not tell from its noise. A hash of a password takes a
hundred times that, so leaving it out is seen (as the last test shows).
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache

from core.models import User
from tests.conftest import PASSWORD
from tests.safety.logging_in import NEW_PASSWORD, log_in, log_in_headless, stranger
from tests.safety.timing import Times, times_of

NOT_TO_BE_HEARD = 0.0005
"""Half a thousandth of a second: a small part of what a log-in takes, and of how answers over the network vary."""
ATTEMPTS = 3
"""A machine that is busy with something else for a while may look different once, and not three times."""
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
    return times.difference <= max(times.noise(), NOT_TO_BE_HEARD)


def check_equal(first: Any, second: Any, *, pairs: int = 25) -> None:
    taken = []
    for _ in range(ATTEMPTS):
        taken.append(times_of(first, second, pairs=pairs))
        if is_equal(taken[-1]):
            return
    raise AssertionError([(times.difference, times.noise()) for times in taken])


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


def test_leaving_out_the_hash_is_seen(known: Iterator[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """So the tests above can fail."""
    monkeypatch.setattr(AuthenticationBackend, "_mitigate_timing_attack", lambda self, password: None)
    with pytest.raises(AssertionError):
        check_equal(headless_log_in(known), headless_log_in(unknown()), pairs=15)
