"""The provider that OIDC_ISSUER names, as allauth knows providers."""

import hashlib
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string

from core.people.openid.exchange import OpenIDExchange


class OpenID(OpenIDConnectProvider):
    package = "core.people.openid"
    oauth2_adapter_class = OpenIDExchange
    supports_token_authentication = False  # a token that an app shows was not made in answer to a request of ours

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        nonce = get_random_string(32)
        params = {**(kwargs.pop("auth_params", None) or self.get_auth_params()), "nonce": nonce}
        more = {**kwargs, "auth_params": params, "nonce": nonce}
        try:
            answer: HttpResponse = super().redirect(request, process, next_url=next_url, data=data, **more)
        except OAuth2Error as error:
            state = {"process": process, "next": next_url, "headless": kwargs.get("headless")}
            failure: HttpResponse = render_authentication_error(
                request, self, exception=error, extra_context={"state": state}
            )
            return failure
        return leaving(request, self, answer)

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """Those of the site: a link to the log-in does not decide what the provider is asked."""
        params: dict[str, Any] = self.get_auth_params()
        return params

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        scope: list[str] = self.get_scope()
        return scope

    def extract_uid(self, data: dict[str, Any]) -> str:
        """With the issuer: a site that changes to another provider must not take its people for those of the first."""
        return hashlib.sha256(f"{data['iss']}\n{data['sub']}".encode()).hexdigest()

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        if not data.get("email"):
            return []
        return [EmailAddress(email=data["email"], verified=data["email_verified"], primary=True)]

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """What is kept: by which name a person knows this log-in again."""
        return {name: data[name] for name in ("email", "name", "preferred_username") if name in data}


def leaving(request: HttpRequest, provider: OpenID, answer: HttpResponse) -> HttpResponse:
    """A page that goes on to the provider by itself: our forms lead nowhere else, also not by a redirect."""
    if "Location" not in answer:
        return answer
    return render(request, "socialaccount/leaving.html", {"provider": provider, "address": answer["Location"]})
