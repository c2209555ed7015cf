"""Addresses of the server, as people can follow them."""

import ipaddress

from django.conf import settings

TEST_CLIENT = "testserver"  # which Django adds to ALLOWED_HOSTS in tests


def is_at_home() -> bool:
    """Whether nobody but this computer can reach the server: no other address, name, certificate or proxy is set."""
    names = [settings.HOST, *settings.ALLOWED_HOSTS]
    is_proxied = settings.HTTPS or settings.ALLAUTH_TRUSTED_PROXY_COUNT > 0
    return not is_proxied and all(is_loopback(name.strip("[]")) for name in names if name != TEST_CLIENT)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def site_url() -> str:
    return f"http://{host_in_url(settings.HOST)}:{settings.PORT}"


def host_in_url(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104  (compared, not bound)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
