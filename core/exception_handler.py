"""Whatever is raised in an API view becomes the one JSON shape: {"type", "errors": [{"code", "detail", "attr"}]}."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    BadRequest,
    ObjectDoesNotExist,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import IntegrityError, OperationalError
from django.db.models import ProtectedError, RestrictedError
from drf_standardized_errors import handler
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated, ParseError, Throttled
from rest_framework.exceptions import ValidationError as InvalidData
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.settings import api_settings

from core.actor import known_user_id
from core.errors import ApplicationError, Conflict, TooLarge, Unavailable
from core.models import User
from core.throttles import stranger_wait


class ApplicationAnswer(APIException):
    """One of our errors in the form that the framework's handler answers."""

    def __init__(self, error: ApplicationError) -> None:
        super().__init__(error.detail, error.code)
        self.status_code = error.status
        self.errors = [asdict(item) for item in error.errors]
        self.wait = getattr(error, "retry_after", None)


class ExceptionHandler(handler.ExceptionHandler):
    def convert_known_exceptions(self, exc: Exception) -> Exception:
        known = _in_our_terms(self._too_often(exc) or self._of_nobody(exc) or exc)
        if isinstance(known, ApplicationError):
            return ApplicationAnswer(known)
        return super().convert_known_exceptions(known)

    def _too_often(self, exc: Exception) -> Exception | None:
        """The framework counts requests after it knows who sent them, so those of strangers are counted here."""
        if not isinstance(exc, (AuthenticationFailed, NotAuthenticated)):
            return None
        request = self.context["request"]
        try:
            seconds = stranger_wait(request._request) if request else 0.0
        except OperationalError as error:
            return error
        return Throttled(wait=seconds) if seconds else None

    def format_exception(self, exc: APIException) -> dict[str, Any]:
        if not isinstance(exc, ApplicationAnswer):
            return super().format_exception(exc)
        return {"type": error_type(exc.status_code), "errors": exc.errors}

    def _of_nobody(self, exc: Exception) -> Exception | None:
        """Of a person who was erased while the request waited: what it reads is gone, what it writes points nowhere."""
        request = self.context["request"]
        if not isinstance(exc, (IntegrityError, ObjectDoesNotExist)) or request is None:
            return None
        user_id = known_user_id(request._request)
        if user_id is None or User.objects.filter(pk=user_id).exists():
            return None
        refused = NotAuthenticated()
        vars(refused)["auth_header"] = self.context["view"].get_authenticate_header(request)
        return refused

    def report_exception(self, exc: APIException, response: Response) -> None:
        """What a service says with one of our errors is no bug, whatever its status."""
        if not isinstance(self.exc, ApplicationError):
            super().report_exception(exc, response)


def error_type(status: int) -> str:
    if status == 400:
        return "validation_error"
    return "client_error" if status < 500 else "server_error"


def _in_our_terms(exc: Exception) -> Exception:
    match exc:
        case ValidationError():
            return InvalidData(_by_field(get_error_detail(exc)))
        case ProtectedError() | RestrictedError():
            return Conflict("This is still in use by other records, so it cannot be deleted.", code="in_use")
        case RequestDataTooBig():
            return TooLarge(most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        case SuspiciousOperation() | BadRequest():
            return ParseError(str(exc) or "The request cannot be read.")
        case OperationalError():  # a lock not obtained in time, a deadlock, a restart of the database
            return Unavailable("The database cannot answer just now; nothing was changed.")
    return exc


def _by_field(detail: Any) -> Any:
    """Django and the framework have different names for what belongs to no one field."""
    if isinstance(detail, dict) and NON_FIELD_ERRORS in detail:
        detail[api_settings.NON_FIELD_ERRORS_KEY] = detail.pop(NON_FIELD_ERRORS)
    return detail
