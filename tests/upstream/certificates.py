"""The certificates of one run: an authority of its own, and what it signs for the hosts of the upstreams."""

import ssl
from pathlib import Path

import trustme

HOSTS = ("*.yahoo.com", "*.finance.yahoo.com", "api.mfapi.in", "portal.amfiindia.com", "www.amfiindia.com")


def make_certificates(ca_file: Path) -> ssl.SSLContext:
    """What the server presents; clients that believe `ca_file` believe it."""
    authority = trustme.CA(organization_name="Replica of the upstreams")
    authority.cert_pem.write_to_path(ca_file)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.set_alpn_protocols(["http/1.1"])
    authority.issue_cert(*HOSTS).configure_cert(context)
    return context
