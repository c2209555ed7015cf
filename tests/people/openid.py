"""A browser that logs in at the provider: out from the site, through the provider over HTTP, and back."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import requests
from django.test import Client

LOGIN = "/accounts/oidc/sso/login/"
ME = "/api/v1/me/"
FAILURE = b"Login Failure"


def leave(client: Client, path: str = LOGIN, form: dict[str, str] | None = None) -> str:
    """Where the site sends the browser, by a page that goes on by itself."""
    page = client.post(path, form or {})
    assert page.status_code == 200, page.content
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    assert found is not None, page.content
    return unescape(found.group(1))


def come_back(address: str) -> str:
    """What the provider answers to the browser: the way back."""
    answer = requests.get(address, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    assert back.path == f"{LOGIN}callback/"
    return f"{back.path}?{back.query}"


def log_in(client: Client, path: str = LOGIN, form: dict[str, str] | None = None) -> Any:
    return client.get(come_back(leave(client, path, form)))


def who(client: Client) -> str:
    """The address of whom the browser is now logged in as; nothing for nobody."""
    return str(client.get(ME).json().get("email", ""))
