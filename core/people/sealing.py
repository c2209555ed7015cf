"""Secrets that are kept sealed, so that a copy of the database alone opens no account."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class Unreadable(Exception):
    """What was sealed was sealed with a key that this site does not have any more."""


def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    try:
        return _box().decrypt(sealed).decode()
    except InvalidToken as error:
        raise Unreadable from error


def reseal(sealed: str) -> str:
    """The same, sealed with the key of now, so that older ones are not needed for it any more."""
    try:
        return _box().rotate(sealed).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _box() -> MultiFernet:
    """Seals with the secret key of the site, and also opens what former ones have sealed."""
    return _box_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """For this purpose alone: who learns it cannot sign sessions."""
    return urlsafe_b64encode(salted_hmac("core.people.sealing", "", secret=key, algorithm="sha256").digest())
