"""What this site does in its own way where allauth asks about second factors and passkeys."""

import logging

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import is_headless_request
from allauth.headless.internal.restkit.response import APIResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpResponse
from django.shortcuts import render

from core.people.sealing import Unreadable, seal, unseal

SITE = "PandaLedger"
UNREADABLE = "Your second factor cannot be read any more, because the secret key of this site has changed."

logger = logging.getLogger(__name__)


class SecondFactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return unseal(encrypted_text)
        except Unreadable as error:
            logger.error("A second factor was sealed with a SECRET_KEY that is neither this one nor a fallback")
            raise ImmediateHttpResponse(self._unreadable()) from error

    def get_totp_issuer(self) -> str:
        return f"{SITE} ({self._get_site_name()})"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """A passkey belongs to the name under which the site was reached, whatever the port."""
        return {**super().get_public_key_credential_rp_entity(), "name": SITE}

    def _unreadable(self) -> HttpResponse:
        if is_headless_request(self.request):
            error = {"message": UNREADABLE, "code": "unreadable_second_factor"}
            answer: HttpResponse = APIResponse(self.request, status=409, errors=[error])
            return answer
        return render(self.request, "mfa/unreadable.html", {"detail": UNREADABLE}, status=409)
