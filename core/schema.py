"""How the OpenAPI schema describes what is the same for every endpoint: titles, errors, headers, repeated names."""

from typing import Any

from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation

from core import schema_fields, schema_security  # noqa: F401  (known to the generator once they are imported)
from core.idempotency import HEADER, LONGEST_KEY, IdempotentPostMixin
from core.schema_errors import header_refs, refusal_refs, statuses_of
from core.schema_texts import FIELDS, FILTERS, id_text, title_of
from core.serializers import KnownFieldsMixin

_ROW_ACTIONS = {"post": "create", "put": "update", "patch": "partial_update", "delete": "destroy"}


class ErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="For programs: it stays, while sentences may be written better.")
    detail = serializers.CharField(help_text="For people.")
    attr = serializers.CharField(
        allow_null=True,
        help_text="The field or parameter, or row and field (`3.quantity`); null where it is of no one field.",
    )


class ErrorsSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(
        choices=["validation_error", "client_error", "server_error"],
        help_text="`validation_error` of 400, else whose fault it is.",
    )
    errors = ErrorSerializer(many=True, help_text="All that is wrong, at least one.")  # type: ignore[assignment]


class AutoSchema(SpectacularSchema):
    """Services add codes of errors that no serializer knows, so codes are not listed."""

    method: str
    path: str

    def get_summary(self) -> str | None:
        """Of a list and its rows; an operation that is neither has its own."""
        resource, *rest = self._words()
        if rest and not (len(rest) == 1 and rest[0].startswith("{")):
            return None
        if self.method == "GET":
            return title_of(resource, "list" if self._is_list_view() else "retrieve")
        return title_of(resource, _ROW_ACTIONS[self.method.lower()])

    def _words(self) -> list[str]:
        return [word for word in self.path.removeprefix("/api/v1/").split("/") if word]

    def _get_serializer_field_meta(self, field: Any, direction: Any) -> dict[str, Any]:
        meta: dict[str, Any] = super()._get_serializer_field_meta(field, direction)
        text = FIELDS.get(getattr(field, "field_name", None) or "")
        if text and not meta.get("description"):
            meta["description"] = text
        return meta

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """What cannot be left out of an answer is said to be always there; what is not known is refused."""
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        instance = serializer() if isinstance(serializer, type) else serializer
        if isinstance(instance, KnownFieldsMixin):
            if direction == "request":
                schema["additionalProperties"] = False
            elif schema.get("properties"):
                schema["required"] = sorted(schema["properties"])
        return schema

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._get_parameters()
        for parameter in parameters:
            if not parameter.get("description"):
                parameter |= {"description": self._parameter_text(parameter)}
        if self.method == "POST" and isinstance(self.view, IdempotentPostMixin):
            parameters.append(_IDEMPOTENCY_KEY)
        if self._has_etag():
            parameters.append(_IF_NONE_MATCH)
        return parameters

    def _get_filter_parameters(self) -> list[dict[str, Any]]:
        """One without a value leaves out nothing, as a form sends it whose field is empty.

        Of an id that names another object the generator tells what an id is; what it leaves out is told instead.
        """
        parameters: list[dict[str, Any]] = super()._get_filter_parameters()
        for parameter in parameters:
            if parameter.get("description") == FIELDS["id"]:
                del parameter["description"]
        return [{**parameter, "allowEmptyValue": True} for parameter in parameters]

    def _parameter_text(self, parameter: dict[str, Any]) -> str:
        if parameter["in"] != "path":
            return FILTERS.get(parameter["name"]) or FIELDS.get(parameter["name"], "")
        words = self._words()
        return id_text(words[words.index(f"{{{parameter['name']}}}") - 1])

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        answers: dict[str, Any] = super()._get_response_bodies(direction)
        self.resolve_serializer(ErrorsSerializer, "response")
        for status, answer in answers.items():
            answer["headers"] = header_refs(*self._headers(status))
            answer["description"] = answer.get("description") or _MEANINGS[status]
        if self._has_etag():
            answers["304"] = {
                "description": "Unchanged since the answer that `If-None-Match` names.",
                "headers": _NAMED,
            }
        has_id, has_body = "{" in self.path, bool(self._get_request_body())
        statuses = statuses_of(method=self.method, has_id=has_id, has_body=has_body)
        if isinstance(self.view.get_content_negotiator(), DefaultContentNegotiation):
            statuses.append("406")
        refusals = refusal_refs(statuses)
        return dict(sorted({**answers, **refusals}.items()))

    def _headers(self, status: str) -> list[str]:
        names = ["X-Request-ID"]
        if self.method == "POST" and isinstance(self.view, IdempotentPostMixin):
            names.append("Idempotent-Replayed")
        return [*names, "ETag"] if self._has_etag() else names

    def _has_etag(self) -> bool:
        return self.method == "GET" and bool(getattr(self.view, "has_etag", False))


_MEANINGS = {"200": "Done.", "201": "Made.", "204": "Done; there is nothing to say."}
_NAMED = header_refs("X-Request-ID", "ETag")
_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": HEADER,
    "description": "A repeat with the same key and body answers as the first did, and does nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}
_IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "description": "The `ETag` of an answer that you have: 304 where it is still true.",
    "schema": {"type": "string"},
}
