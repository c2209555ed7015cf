"""Log-in at somebody else's: whose account it opens here."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from core.models import User


class SocialAdapter(DefaultSocialAccountAdapter):
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
