"""Addresses of the server, as people can follow them."""

from django.conf import settings


def site_url() -> str:
    return f"http://{host_in_url(settings.HOST)}:{settings.PORT}"


def host_in_url(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104  (compared, not bound)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
