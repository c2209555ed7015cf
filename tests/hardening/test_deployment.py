"""What `check --deploy` says of each kind of site, in a process of its own."""

import re
from secrets import token_urlsafe

import pytest
from django.conf import settings

from tests.test_settings import manage

KEY = token_urlsafe(50)  # as the site makes its own
TLS = {"HTTPS": "true", "ALLOWED_HOSTS": "money.example.com"}


def found(**environment: str) -> set[str]:
    result = manage("check", "--deploy", **{"SECRET_KEY": KEY, **environment})
    return set(re.findall(r"\(([\w.]+\.[EW]\d+)\)", result.stderr))


def test_over_tls_it_finds_nothing() -> None:
    result = manage("check", "--deploy", "--fail-level", "DEBUG", SECRET_KEY=KEY, **TLS)
    assert result.returncode == 0, result.stderr
    assert "no issues (0 silenced)" in result.stdout


def test_no_check_is_silenced() -> None:
    assert settings.SILENCED_SYSTEM_CHECKS == []


def test_at_home_without_tls_it_says_just_that() -> None:
    """HSTS, no redirect, and the two cookies: all of them say that people come without TLS, which is true."""
    assert found() == {"security.W004", "security.W008", "security.W012", "security.W016"}
    assert manage("check", "--fail-level", "WARNING").returncode == 0


@pytest.mark.parametrize(
    ("said", "finds"),
    [
        ({"HSTS_SECONDS": "0"}, {"security.W004"}),
        ({"HSTS_SUBDOMAINS": "false"}, {"security.W005"}),
        ({"HSTS_PRELOAD": "false"}, {"security.W021"}),
        ({"DEBUG": "true"}, {"security.W018"}),
        ({"ALLOWED_HOSTS": "*"}, {"pandaledger.E009"}),
        ({"SECRET_KEY": "x" * 40}, {"security.W009"}),
    ],
)
def test_whoever_lowers_a_guard_is_told(said: dict[str, str], finds: set[str]) -> None:
    assert found(**{**TLS, **said}) == finds


def test_at_home_all_hosts_are_warned_of() -> None:
    assert "pandaledger.W002" in found(ALLOWED_HOSTS="*")
    assert manage("check", ALLOWED_HOSTS="*").returncode == 0


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "https://*.example.com", "app.example.com", "https://a.example/", "https://a b", "HTTPS://A.example"],
)
def test_origins_are_named_whole(origin: str) -> None:
    result = manage("check", CORS_ALLOWED_ORIGINS=origin)
    assert "(pandaledger.E001) CORS_ALLOWED_ORIGINS:" in result.stderr


def test_a_wrong_proxy_is_refused_without_its_password() -> None:
    result = manage("check", UPSTREAM_PROXY="http://me:hush hush@proxy.example:1")
    assert "UPSTREAM_PROXY" in result.stderr
    assert "hush" not in result.stderr + result.stdout
