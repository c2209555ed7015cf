"""What the account adapter does about guessing; allauth's own count of failed log-ins is switched off for it."""

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import is_headless_request
from allauth.headless.internal.restkit.response import APIResponse
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from core.client_address import client_address
from core.errors import TooMany
from core.models import User
from core.people.lockout import login_begin
from core.people.passwords import password_check

CODE = "too_many_login_attempts"


class LimitedLogins(DefaultAccountAdapter):
    """To be inherited from by the adapter of the site."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: it would count a second time."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        try:
            attempt = login_begin(request, str(credentials.get("email", "")))
        except TooMany as error:
            refuse(request, error)
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            attempt.failed()
        else:
            attempt.succeeded()
        return user

    def reauthenticate(self, user: User, password: str) -> bool:
        try:
            return password_check(user=user, password=password)
        except TooMany as error:
            refuse(self.request, error)


def refuse(request: HttpRequest, error: TooMany) -> NoReturn:
    """As the client understands it: an app by its status and header, a person by the words on the page."""
    if not is_headless_request(request):
        raise ValidationError(error.detail, code=CODE) from error
    answer = APIResponse(request, status=429, errors=[{"message": error.detail, "code": CODE}])
    answer["Retry-After"] = str(error.retry_after)
    raise ImmediateHttpResponse(answer) from error
