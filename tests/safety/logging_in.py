"""Ways to log in, and to fail to."""

import re
from typing import Any

from django.core import mail
from django.test import Client

from core import background
from tests.conftest import PASSWORD

PAGE = "/accounts/login/"
BROWSER, APP = "/_allauth/browser/v1", "/_allauth/app/v1"
NEW_PASSWORD = "an even longer pass phrase"


def stranger(number: int = 0) -> Client:
    """A browser without cookies, somewhere in the world; the site stands behind one proxy."""
    address = f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}"
    return Client(headers={"X-Forwarded-For": f"10.0.0.1, {address}"})


def log_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(PAGE, {"login": email, "password": password})


def log_in_headless(client: Client, email: str, password: str = PASSWORD, *, base: str = BROWSER, **more: Any) -> Any:
    body = {"email": email, "password": password}
    return client.post(f"{base}/auth/login", body, content_type="application/json", **more)


def is_in(client: Client) -> bool:
    return client.get("/api/v1/me/").status_code == 200


def reset_link(client: Client, email: str) -> str:
    """What the mail says that is sent for this person."""
    mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": email})
    background.run_due("mail")
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert link is not None
    return link.group(1)


def reset_password(client: Client, email: str) -> Any:
    form = client.get(reset_link(client, email))["Location"]
    return client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
