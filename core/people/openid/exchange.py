"""What is asked of the provider itself: its configuration, its keys, the tokens, and who the person is."""

from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from requests import RequestException
from rest_framework.exceptions import ParseError

from core.errors import InvalidInput
from core.parsers import loads
from core.people.openid.id_tokens import claims_of

_UNREADABLE = (RequestException, LookupError, TypeError, ValueError, RecursionError)
"""Of what allauth reads without a look at it: no header, no object, a number or a depth without end."""
ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
TEXTS = ("email", "name", "preferred_username")
TOKENS = ("access_token", "id_token")


class OpenIDExchange(OpenIDConnectOAuth2Adapter):
    """nonce: what the ID token must repeat, by which it answers the request of this browser and no other."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            self._openid_config = self._configuration()
        return self._openid_config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        claims = claims_of(
            str(kwargs["response"].get("id_token", "")),
            keys=_json_of(self.openid_config["jwks_uri"]),
            issuer=self.openid_config["issuer"],
            client_id=app.client_id,
            nonce=self.nonce,
        )
        person = person_of(claims, self._userinfo(token.token))
        return self.get_provider().sociallogin_from_response(request, {**person, "iss": claims["iss"]})

    def get_access_token_data(self, request: HttpRequest, app: SocialApp, client: Any, **kwargs: Any) -> dict[str, str]:
        """What else the provider sends with them, nobody needs. No word of its answer goes on: it may hold secrets."""
        try:
            found = super().get_access_token_data(request, app, client, **kwargs)
        except (OAuth2Error, *_UNREADABLE) as error:
            raise OAuth2Error("The provider gives no token for its code; is OIDC_CLIENT_SECRET right?") from error
        answer = found if isinstance(found, dict) else {}
        tokens = {name: answer[name] for name in TOKENS if isinstance(answer.get(name), str)}
        if len(tokens) < len(TOKENS):
            raise OAuth2Error("The provider gives no token that can be read.")
        return tokens

    def _configuration(self) -> dict[str, Any]:
        """Of the issuer that was set: one that calls itself otherwise could speak for somebody else."""
        provider = self.get_provider()
        found = _json_of(provider.server_url)
        if not all(isinstance(found.get(name), str) for name in ENDPOINTS):
            raise OAuth2Error(f"The provider's configuration lacks one of {', '.join(ENDPOINTS)}.")
        if found["issuer"].rstrip("/") != provider.app.settings["server_url"].rstrip("/"):
            raise OAuth2Error(f"The provider calls itself {found['issuer']}, which is not OIDC_ISSUER.")
        return found

    def _userinfo(self, access_token: str) -> dict[str, Any]:
        address = self.openid_config.get("userinfo_endpoint")
        return _json_of(address, {"Authorization": f"Bearer {access_token}"}) if address else {}


def person_of(claims: Mapping[str, Any], userinfo: Mapping[str, Any]) -> dict[str, Any]:
    """Who it is: the claims as userinfo completes them. An address is verified by the word of the same source."""
    if userinfo and userinfo.get("sub") != claims["sub"]:
        raise OAuth2Error("The provider's ID token and its user information are of two people.")
    source = userinfo if userinfo.get("email") else claims
    both = {**claims, **userinfo, "email": source.get("email")}
    texts = {name: both[name] for name in TEXTS if isinstance(both.get(name), str)}
    verified = source.get("email_verified")
    return {**texts, "sub": claims["sub"], "email_verified": verified is True or verified == "true"}


def _json_of(address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    try:
        with get_adapter().get_requests_session() as session:
            response = session.get(address, headers=headers)
            response.raise_for_status()
            found = loads(response.content)
    except (RequestException, ParseError, InvalidInput) as error:
        raise OAuth2Error(f"The provider does not answer as it should: {error}") from error
    if not isinstance(found, dict):
        raise OAuth2Error("The provider does not answer as it should.")
    return found
