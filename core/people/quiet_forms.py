"""Forms that take the same time and leave the same behind whether or not an address is known."""

import copy
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm, SignupForm, default_token_generator
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.account.internal.userkit import filter_users_by_email
from allauth.headless.account.inputs import RequestPasswordResetInput, SignupInput
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from core.limits import count_up, key_of
from core.mail.letters import letter_order
from core.models import User

RESET = "password reset"


class QuietReset:
    """Asks nobody whether there is such a person: the background looks, and writes to whoever reads that address."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        email: str = get_adapter().clean_email(self.cleaned_data["email"].lower())
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        letter_order(RESET, to=email, request=request)
        return email


class QuietSignup:
    """Does for an address that has an account what it does for a new one, and then undoes it."""

    account_already_exists: bool
    cleaned_data: dict[str, Any]
    save: Callable[[HttpRequest], User]

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    return self.save(request), None
            except IntegrityError:  # another request has just made a person with this address
                self.account_already_exists = True
        self._pretend(request)
        answer: tuple[User | None, HttpResponse | None] = super().try_save(request)  # type: ignore[misc]
        return answer

    def _pretend(self, request: HttpRequest) -> None:
        """The hash of the password is most of it; the rows go, and one that says nothing is synced to the disk."""
        trial = copy.copy(self)
        trial.account_already_exists = False
        trial.cleaned_data = {**self.cleaned_data, "email": f"{secrets.token_hex(8)}@invalid.invalid"}
        with transaction.atomic():
            trial.save(request)
            transaction.set_rollback(True)
        count_up(key_of("sign-up"), window=timedelta(minutes=1))


class ResetForm(QuietReset, ResetPasswordForm):
    pass


class ResetInput(QuietReset, RequestPasswordResetInput):
    pass


class PeopleSignupForm(QuietSignup, SignupForm):
    pass


class PeopleSignupInput(QuietSignup, SignupInput):
    pass


def reset_write(request: HttpRequest, email: str) -> None:
    """The letter: with a link for a person, or with word that there is none, if the site sends such."""
    users = filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
    request_password_reset(request, email, users, default_token_generator)
