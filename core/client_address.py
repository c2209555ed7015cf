"""From where a request comes, as limits count it: behind trusted proxies what they say, else the connection."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"
"""Of a connection without an address, as over a Unix socket."""
IPV6_PREFIX = 64
"""What one customer of a provider gets: whoever has one address has all of these."""


def client_address(request: HttpRequest) -> str:
    """An IPv4 address or the network of an IPv6 address."""
    address = _parsed(_said(request))
    if address is None:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, IPV6_PREFIX), strict=False).network_address)


def _said(request: HttpRequest) -> str:
    """Each trusted proxy adds one address at the end of the header; what stands before may be anybody's invention."""
    trusted: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if not trusted or not forwarded:
        return str(request.META.get("REMOTE_ADDR", ""))
    hops: list[str] = forwarded.split(",")
    return hops[-min(trusted, len(hops))]


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Some proxies add the port: 192.0.2.1:4711 or [2001:db8::1]:4711."""
    text = text.strip()
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        return None
