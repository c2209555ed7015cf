"""An app of somebody, which talks to the headless API and keeps the session that it gets."""

import re
from typing import Any

from django.core import mail
from django.test import Client

from core import background
from tests.conftest import PASSWORD
from tests.people.totp import totp

BASE = "/_allauth/app/v1"


class App:
    def __init__(self, **headers: str) -> None:
        self.client = Client(headers=headers)
        self.token = ""

    def get(self, path: str) -> Any:
        return self._ask("get", path)

    def post(self, path: str, **body: Any) -> Any:
        return self._ask("post", path, body)

    def delete(self, path: str, **body: Any) -> Any:
        return self._ask("delete", path, body)

    def log_in(self, email: str, password: str = PASSWORD) -> Any:
        return self.post("auth/login", email=email, password=password)

    def reauthenticate(self, password: str = PASSWORD) -> Any:
        return self.post("auth/reauthenticate", password=password)

    def me(self) -> int:
        """The status of the API of money, asked with this session."""
        return self.client.get("/api/v1/me/", headers={"X-Session-Token": self.token}).status_code

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"X-Session-Token": self.token} if self.token else {}
        answer = (
            getattr(self.client, method)(f"{BASE}/{path}", body, content_type="application/json", headers=headers)
            if body is not None
            else getattr(self.client, method)(f"{BASE}/{path}", headers=headers)
        )
        if answer.headers["Content-Type"] == "application/json":
            self.token = answer.json().get("meta", {}).get("session_token") or self.token
        return answer


def logged_in(email: str, **headers: str) -> App:
    app = App(**headers)
    answer = app.log_in(email)
    assert answer.status_code == 200, answer.content
    return app


def totp_enrol(app: App) -> str:
    """The secret of the authenticator app that is now asked for."""
    app.reauthenticate()
    secret = app.get("account/authenticators/totp").json()["meta"]["secret"]
    answer = app.post("account/authenticators/totp", code=totp(secret))
    assert answer.status_code == 200, answer.content
    return str(secret)


def flows_of(answer: Any) -> set[str]:
    """What must be done next, by the words of an answer."""
    flows = answer.json()["data"]["flows"]
    return {flow["id"] for flow in flows if flow.get("is_pending", flow["id"] == "reauthenticate")}


def mailed(pattern: str) -> str:
    """From the last mail, also one that the background writes."""
    background.run_due("mail")
    found = re.search(pattern, str(mail.outbox[-1].body))
    assert found is not None, mail.outbox[-1].body
    return found.group(1)
