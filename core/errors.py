"""What can go wrong in a request, said by services and turned into one JSON shape by `core.exception_handler`.

ApplicationError      something that the person or the client can act on
├── InvalidInput      400, one or several fields
├── NotFound          404, also for what belongs to someone else
├── Conflict          409, right in itself but not in the present state
├── TooLarge          413, more than is accepted
├── TooMany           429, this person has asked too often
└── Unavailable       503, try again after some seconds
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong: `attr` names the field, or row and field ("3.quantity"); None if it is no one field."""

    attr: str | None
    code: str
    detail: str


class ApplicationError(Exception):
    """The base; `errors` is never empty."""

    status = 400
    code = "error"

    def __init__(self, detail: str, *, attr: str | None = None, code: str | None = None) -> None:
        super().__init__(detail)
        self.errors: tuple[FieldError, ...] = (FieldError(attr, code or self.code, detail),)

    @property
    def detail(self) -> str:
        return self.errors[0].detail

    @property
    def attr(self) -> str | None:
        return self.errors[0].attr


class InvalidInput(ApplicationError):
    status = 400
    code = "invalid"

    def __init__(self, detail: str, *, attr: str | None = None, code: str = "invalid") -> None:
        super().__init__(detail, attr=attr, code=code)

    @classmethod
    def many(cls, errors: Sequence[FieldError]) -> "InvalidInput":
        if not errors:
            raise ValueError("An InvalidInput needs at least one error.")
        invalid = cls("; ".join(error.detail for error in errors[:10]))
        invalid.errors = tuple(errors)
        return invalid


class NotFound(ApplicationError):
    status = 404
    code = "not_found"

    def __init__(self, detail: str = "Not found.", *, attr: str | None = None, code: str | None = None) -> None:
        super().__init__(detail, attr=attr, code=code)


class Conflict(ApplicationError):
    status = 409
    code = "conflict"


class TooLarge(ApplicationError):
    """What was sent is more than is read; most: the bytes that would be."""

    status = 413
    code = "too_large"

    def __init__(self, *, most: int) -> None:
        super().__init__(f"The request is larger than {most / 1024**2:g} MiB.")


class TooMany(ApplicationError):
    """`retry_after` seconds from now this person may ask again."""

    status = 429
    code = "throttled"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(ApplicationError):
    """`retry_after` seconds from now it is worth another try."""

    status = 503
    code = "unavailable"

    def __init__(self, detail: str, *, retry_after: int = 5, code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after
