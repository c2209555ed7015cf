"""Log-in at somebody else's: whose account it opens here."""

import logging
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import is_headless_request
from allauth.headless.internal.restkit.response import APIResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.models import User

ONCE_MORE = "Another request of yours has just done this. Please log in once more."

logger = logging.getLogger(__name__)


class SocialAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The token that opens the person's account there has served; no session keeps it."""
        sociallogin.token = None

    def on_authentication_error(
        self, request: HttpRequest, provider: Provider | str, *, exception: Exception | None = None, **kwargs: Any
    ) -> None:
        """For whoever runs the site; the page does not say why. Words of others could hold secrets."""
        if exception is not None:
            reason = str(exception) if isinstance(exception, OAuth2Error) else type(exception).__name__
            logger.warning("Log-in at the provider failed: %s", reason)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """With their log-in, or not at all: without it they could not come again."""
        try:
            with transaction.atomic():
                user: User = super().save_user(request, sociallogin, form=form)
        except IntegrityError as error:  # another request has just made a person with this address, or this log-in
            raise ImmediateHttpResponse(_once_more(request)) from error
        return user

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The person with the same address, where the provider has verified it and so have we.

        Not of one whose address nobody has verified here: whoever signed up with it first may be somebody else, who
        waits for its owner to come and to fill the account.
        """
        verified = [address.email.lower() for address in sociallogin.email_addresses if address.verified is True]
        row = EmailAddress.objects.filter(email__in=verified, verified=True).select_related("user").first()
        return None if row is None else (row.user, row.email)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.name = str(data.get("name") or "").strip()[:150]
        return user


def _once_more(request: HttpRequest) -> HttpResponse:
    if is_headless_request(request):
        answer: HttpResponse = APIResponse(request, status=409, errors=[{"message": ONCE_MORE, "code": "conflict"}])
        return answer
    messages.error(request, ONCE_MORE)
    return redirect("account_login")
