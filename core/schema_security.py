"""How the OpenAPI schema names the three ways in: a script's key, an app's session, a browser's session."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "core.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return _api_key(
            "header",
            "Authorization",
            "`Token <key>`, with a key that was made at `/api/v1/tokens/` or by `manage.py create_token`. A key that "
            "may only read is refused for every other method than GET (403, `read_only_key`).",
        )


class AppScheme(OpenApiAuthenticationExtension):
    target_class = "core.authentication.AppAuthentication"
    name = "app"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        description = "The session token that a log-in at `/_allauth/app/v1/` answers with."
        return _api_key("header", "X-Session-Token", description)


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "core.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return _api_key(
            "cookie",
            "sessionid",
            "The cookie that a log-in at `/_allauth/browser/v1/` or on the pages sets. Every other method than GET "
            "also needs the value of the cookie `csrftoken` in the header `X-CSRFToken`.",
        )


def _api_key(place: str, name: str, description: str) -> dict[str, Any]:
    return {"type": "apiKey", "in": place, "name": name, "description": description}
