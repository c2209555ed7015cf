"""How the OpenAPI schema describes what is the same for every endpoint: errors, keys, log-in."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from drf_standardized_errors.openapi import AutoSchema as StandardizedSchema
from rest_framework import serializers

from core.idempotency import HEADER, LONGEST_KEY, IdempotentPostMixin


class ErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="For programs.")
    detail = serializers.CharField(help_text="For people.")
    attr = serializers.CharField(allow_null=True, help_text="The field, or row and field (`3.quantity`).")


class ErrorsSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["validation_error", "client_error", "server_error"])
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]


class AutoSchema(StandardizedSchema):
    """One shape for every error: services add codes that no serializer knows, so codes are not listed."""

    def _should_add_error_response(self, responses: dict[str, Any], status_code: str) -> bool:
        if status_code == "409":
            return self.method != "GET"
        if status_code == "503":
            return bool(getattr(self.view, "asks_upstream", False))
        if status_code == "400":  # also of any parameter in the address
            return True
        return bool(super()._should_add_error_response(responses, status_code))

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._get_parameters()
        if self.method == "POST" and isinstance(self.view, IdempotentPostMixin):
            parameters.append(_IDEMPOTENCY_KEY)
        return parameters


_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": HEADER,
    "description": "A repeat with the same key and body answers as the first did, and does nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "core.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: SpectacularSchema) -> dict[str, str]:
        description = "`Token <key>`, a key made at /api/v1/tokens/ or by `manage.py create_token`."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": description}


class AppScheme(OpenApiAuthenticationExtension):
    target_class = "core.authentication.AppAuthentication"
    name = "app"

    def get_security_definition(self, auto_schema: SpectacularSchema) -> dict[str, str]:
        description = "The session token that a log-in at /_allauth/app/v1/ answers with."
        return {"type": "apiKey", "in": "header", "name": "X-Session-Token", "description": description}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "core.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: SpectacularSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "Unsafe methods need CSRF."}
