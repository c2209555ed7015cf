"""Whose request it is: what trusted proxies say is believed, and nothing else."""

from typing import Any

import pytest
from django.test import RequestFactory

from core.client_address import client_address

DIRECT = "192.0.2.7"


def address(settings: Any, trusted: int, forwarded: str | None, remote: str = DIRECT) -> str:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory(headers=headers).get("/", REMOTE_ADDR=remote))


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, None, DIRECT),
        (0, "203.0.113.9", DIRECT),
        (1, None, DIRECT),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8:1:2:3:4:5:6]:4711", "2001:db8:1:2::"),
        (1, "nonsense", "unknown"),
        (1, "198.51.100.1, ", "unknown"),
    ],
)
def test_of_the_header_the_part_of_trusted_proxies_counts(
    settings: Any, trusted: int, forwarded: str | None, expected: str
) -> None:
    assert address(settings, trusted, forwarded) == expected


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
    ],
)
def test_ipv6_is_counted_by_network(settings: Any, remote: str, expected: str) -> None:
    assert address(settings, 0, None, remote) == expected
