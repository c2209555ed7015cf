"""What the OpenAPI schema says of answers beside their bodies: errors by status, and headers."""

from dataclasses import dataclass
from typing import Any

from core.exception_handler import error_type


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One status of errors: the name of its component, when it comes, and one error that a client may meet."""

    status: str
    name: str
    description: str
    code: str
    detail: str
    attr: str | None = None
    headers: tuple[str, ...] = ()

    def described(self) -> dict[str, Any]:
        error = {"code": self.code, "detail": self.detail, "attr": self.attr}
        example = {"type": error_type(int(self.status)), "errors": [error]}
        content = {"schema": {"$ref": "#/components/schemas/Errors"}, "example": example}
        return {
            "description": self.description,
            "headers": header_refs("X-Request-ID", *self.headers),
            "content": {"application/json": content},
        }


REFUSALS = {
    refusal.status: refusal
    for refusal in (
        Refusal(
            status="400",
            name="Invalid",
            description="Something in the body or in a parameter is wrong; each error names its field in `attr`. Also "
            "of a body that cannot be read, where `type` is `client_error`.",
            code="does_not_exist",
            detail="There is no such account.",
            attr="account",
        ),
        Refusal(
            status="401",
            name="NotLoggedIn",
            description="Nobody is logged in, or the key or session is unknown, ended or expired (`key_expired`).",
            code="not_authenticated",
            detail="Authentication credentials were not provided.",
            headers=("WWW-Authenticate",),
        ),
        Refusal(
            status="403",
            name="Refused",
            description="The key may only read (`read_only_key`), the CSRF token of a browser's session is missing, or "
            "the shared catalogue is only for administrators to change.",
            code="read_only_key",
            detail="This key may only read.",
        ),
        Refusal(
            status="404",
            name="NotFound",
            description="There is no such object, or it is somebody else's.",
            code="not_found",
            detail="Not found.",
        ),
        Refusal(
            status="406",
            name="NotAcceptable",
            description="The `Accept` header does not allow `application/json`.",
            code="not_acceptable",
            detail="Could not satisfy the request Accept header.",
        ),
        Refusal(
            status="409",
            name="Conflict",
            description="Right in itself, but not in the present state: other rows still use it, or the "
            "idempotency key was used for another request (`idempotency_key_reused`).",
            code="in_use",
            detail="'Bank' has entries; delete or move them first.",
        ),
        Refusal(
            status="413",
            name="TooLarge",
            description="The body or the file is larger than this site takes: by default 64 MiB.",
            code="too_large",
            detail="The request is larger than 64 MiB.",
        ),
        Refusal(
            status="415",
            name="UnsupportedMediaType",
            description="The body is of another media type than the ones that are listed.",
            code="unsupported_media_type",
            detail='Unsupported media type "application/xml" in request.',
        ),
        Refusal(
            status="429",
            name="TooMany",
            description="Too many requests by this person or from this address.",
            code="throttled",
            detail="Request was throttled. Expected available in 7 seconds.",
            headers=("Retry-After",),
        ),
        Refusal(
            status="503",
            name="Unavailable",
            description="The database or a price provider cannot answer just now; nothing was changed.",
            code="unavailable",
            detail="The database cannot answer just now; nothing was changed.",
            headers=("Retry-After",),
        ),
    )
}

HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-ID": {
        "description": "Names this request in the server's log; that of the request, where it sent a usable one.",
        "schema": {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[A-Za-z0-9._-]+$"},
    },
    "Retry-After": {
        "description": "Seconds after which it is worth another try.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "description": "The first of the ways in.",
        "schema": {"type": "string", "const": "Token"},
    },
    "ETag": {
        "description": "Names the contents of the answer: sent back in `If-None-Match`, they are not sent again.",
        "schema": {"type": "string"},
    },
    "Idempotent-Replayed": {
        "description": "Only on the answer to a repeat with the same `Idempotency-Key`: nothing was done again.",
        "schema": {"type": "string", "const": "true"},
    },
}


def header_refs(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def statuses_of(*, method: str, has_id: bool, has_body: bool) -> list[str]:
    """With which errors an operation may answer. 405 is of no operation: it says that there is none."""
    statuses = ["400", "401", "429", "503"]
    if method != "GET":
        statuses += ["403", "409"]
    if has_id:
        statuses.append("404")
    if has_body:
        statuses += ["413", "415"]
    return statuses


def refusal_refs(statuses: list[str]) -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/{REFUSALS[status].name}"} for status in statuses}


def described_once(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of the generator: what all operations refer to is written once."""
    components = result["components"]
    components["headers"] = HEADERS
    components["responses"] = {refusal.name: refusal.described() for refusal in REFUSALS.values()}
    return result
