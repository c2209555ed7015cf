"""Yahoo's cookie and crumb: who holds a cookie A3 gets the crumb that belongs to it, and some answers need both."""

import hashlib
import secrets
from dataclasses import replace

from tests.upstream.faults import unauthorized
from tests.upstream.messages import Answer, Request, html_answer, text_answer

# Later than 2e9, yfinance takes it for milliseconds; and curl goes by its own clock, which no test shifts.
EXPIRES = "Sun, 01 May 2033 00:00:00 GMT"


class Access:
    """consent: whether Europe's page of consent is shown, the second way to a cookie."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.consent = True
        self._age = 0

    def expire_crumbs(self) -> None:
        """All crumbs that were given out are invalid from now on; new ones can be had for the same cookies."""
        self._age += 1

    def crumb_of(self, cookie: str) -> str:
        return hashlib.sha256(f"{cookie} {self._age}".encode()).hexdigest()[:11]

    def refusal(self, request: Request) -> Answer | None:
        cookie = request.cookies.get("A3")
        if cookie is None:
            return unauthorized("Invalid Cookie")
        return None if request.query.get("crumb") == self.crumb_of(cookie) else unauthorized("Invalid Crumb")


def with_cookie(answer: Answer) -> Answer:
    cookie = f"A3=d={secrets.token_hex(16)}; Domain=.yahoo.com; Path=/; Expires={EXPIRES}; Secure; HttpOnly"
    return replace(answer, headers=(("Set-Cookie", cookie),))


def cookie_page() -> Answer:
    """fc.yahoo.com: not found, but with a cookie."""
    return with_cookie(html_answer("Not Found", 404))


def crumb(access: Access, request: Request) -> Answer:
    cookie = request.cookies.get("A3")
    return unauthorized("Invalid Cookie") if cookie is None else text_answer(access.crumb_of(cookie))


def consent_page(access: Access) -> Answer:
    if not access.consent:
        return html_answer("Nothing to agree to here")
    token, session = secrets.token_hex(8), f"3_cc-session_{secrets.token_hex(8)}"
    return html_answer(
        f'<form method="post"><input type="hidden" name="csrfToken" value="{token}">'
        f'<input type="hidden" name="sessionId" value="{session}"></form>'
    )


def agreed() -> Answer:
    return with_cookie(html_answer("Thank you"))
