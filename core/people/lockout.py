"""Guessing is slow: after some failures each further attempt must wait, longer each time, and is not even looked at.

Failures count for the account, whether or not there is one with that address, and for the client's address. A device
that its person is known by has a count of its own, so nobody can keep the owner out; a mailed link to a new password
lifts what was counted of strangers, and passkeys are never counted.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest

from core.client_address import client_address
from core.errors import TooMany
from core.limits import Delays, attempt_begin, attempt_fail, attempt_wait, forget, key_of
from core.models import User
from core.people.devices import addresses_of, device_of, device_of_person

_MINUTES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
ACCOUNT = Delays(free=5, delays=_MINUTES)
DEVICE = Delays(free=10, delays=_MINUTES)
ADDRESS = Delays(free=30, delays=_MINUTES)
"""Of many accounts together: a household or an office may share an address."""
CONFIRMATION = Delays(free=5, delays=_MINUTES)
CODE = Delays(
    free=5,
    delays=[timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480)],
    forgotten_after=timedelta(days=2),
)
"""Who gets so far has the password. Of a million codes about a thousand can be tried in a year."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One that is counted as failed until it is said to have succeeded. address_key: empty on a known device."""

    key: str
    address_key: str = ""

    def succeeded(self) -> None:
        forget(self.key)

    def failed(self) -> None:
        if self.address_key:
            attempt_fail(self.address_key, ADDRESS)


def login_begin(request: HttpRequest, email: str) -> Attempt:
    """Before a password is looked at; TooMany where it must not be."""
    email = email.lower()
    device = device_of(request, email)
    if device is not None:
        return _begun(key_of("device", device.user_id, device.name), DEVICE)
    address_key = key_of("log-in address", client_address(request))
    _refuse(attempt_wait(address_key, ADDRESS))
    return _begun(_account_key(email), ACCOUNT, address_key)


def confirmation_begin(user: User) -> Attempt:
    """Before the password of a person who is logged in already is looked at, however they are."""
    return _begun(_confirmation_key(user), CONFIRMATION)


def code_begin(request: HttpRequest, user: User) -> Attempt:
    """Before a code of the second factor is looked at."""
    device = device_of_person(request, user)
    name = "" if device is None else device.name
    return _begun(key_of("code", user.pk, name), CODE)


def unlock(user: User) -> None:
    """Whoever can read the person's mail has set a new password. What was counted of codes stays: that is the second
    factor, for which the mailbox is not enough."""
    forget(_confirmation_key(user), *map(_account_key, addresses_of(user)))


def _begun(key: str, delays: Delays, address_key: str = "") -> Attempt:
    _refuse(attempt_begin(key, delays))
    return Attempt(key, address_key)


def _refuse(seconds: int) -> None:
    if seconds:
        detail = f"There were too many failed attempts. Try again in {_said(seconds)}."
        raise TooMany(detail, retry_after=seconds)


def _said(seconds: int) -> str:
    if seconds <= 60:
        return "a minute"
    minutes = -(-seconds // 60)
    return f"{minutes} minutes" if minutes < 120 else f"{-(-minutes // 60)} hours"


def _account_key(email: str) -> str:
    return key_of("log-in", email.lower())


def _confirmation_key(user: User) -> str:
    return key_of("confirmation", user.pk)
