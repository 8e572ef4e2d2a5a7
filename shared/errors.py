"""Refusals: every answer that is a "no" and says why, free of any framework."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `pointer` is a JSON pointer as a URI fragment, e.g. `#/end_on`."""

    pointer: str
    detail: str


class Refusal(Exception):
    """A deliberate "no" to a command or a query; the web layer turns it into an RFC 9457 problem."""

    status: ClassVar[int] = 400
    code: str = "bad-request"
    title: str = "The request cannot be answered"

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        title: str | None = None,
        errors: Iterable[FieldError] = (),
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.code = code or self.code
        self.title = title or self.title
        self.errors = list(errors)
        self.extra = dict(extra or {})


class NotFound(Refusal):
    """It does not exist, or it is somebody else's; the caller is not told which."""

    status = 404
    code = "not-found"
    title = "Not found"


class Unauthenticated(Refusal):
    status = 401
    code = "unauthenticated"
    title = "A valid access token is needed"


class Forbidden(Refusal):
    status = 403
    code = "forbidden"
    title = "Your role may not do this"


class Invalid(Refusal):
    status = 422
    code = "invalid"
    title = "Some values are not acceptable"


class Conflict(Refusal):
    status = 409
    code = "conflict"
    title = "The present state does not allow this"


class Stale(Refusal):
    status = 412
    code = "stale"
    title = "It has changed since you read it"


class PreconditionMissing(Refusal):
    status = 428
    code = "precondition-missing"
    title = "Say which version you change (If-Match)"


class TooLarge(Refusal):
    status = 413
    code = "too-large"
    title = "The body is too large"


class Unavailable(Refusal):
    """Something this service needs is away for the moment; the caller may try again."""

    status = 503
    code = "unavailable"
    title = "The service cannot answer right now"


class Transient(Exception):
    """Not now, but probably later: a consumer waits and tries again in place."""
