"""Every "no" of the HTTP door as an RFC 9457 problem document; nothing internal ever gets into one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from shared import telemetry
from shared.errors import FieldError, Refusal, Transient
from shared.storage.trouble import DRIVER, Trouble, diagnose

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "1"
LONGEST_LIST = 50

TITLES: dict[int, tuple[str, str]] = {
    400: ("bad-request", "The request cannot be read"),
    401: ("unauthenticated", "A valid access token is needed"),
    403: ("forbidden", "Your role may not do this"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "This method does not exist here"),
    406: ("not-acceptable", "No such representation"),
    409: ("conflict", "The present state does not allow this"),
    413: ("too-large", "The body is too large"),
    415: ("unsupported-media-type", "The body must be JSON"),
    422: ("invalid", "Some values are not acceptable"),
    500: ("internal-error", "Something went wrong on our side"),
    503: ("unavailable", "The service cannot answer right now"),
}


def problem(
    status: int,
    *,
    code: str | None = None,
    title: str | None = None,
    detail: str | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document as a reply."""
    usual_code, usual_title = TITLES.get(status, (f"http-{status}", "The request was refused"))
    body: dict[str, Any] = dict(extra or {})
    body |= {"type": f"/problems/{code or usual_code}", "title": title or usual_title, "status": status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = list(errors)
    here = telemetry.current.get()
    if here is not None:
        body["instance"] = f"urn:uuid:{here.correlation_id}"
    return Response(
        orjson.dumps(body, default=str), status, {**_usual_headers(status), **(headers or {})}, media_type=MEDIA_TYPE
    )


def _usual_headers(status: int) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="sojourn"'
    if status == 503:
        headers["Retry-After"] = RETRY_SECONDS
    return headers


def refusal(error: Refusal) -> Response:
    """A refusal of a policy, a handler or the door itself."""
    headers = dict(getattr(error, "headers", None) or {})
    if error.code == "in-flight":
        headers["Retry-After"] = RETRY_SECONDS
    errors = [located(field) for field in error.errors]
    return problem(
        error.status, code=error.code, title=error.title, detail=error.detail, errors=errors, extra=error.extra,
        headers=headers,
    )  # fmt: skip


def located(field: FieldError) -> dict[str, str]:
    """A field error; `query:limit` and its like become a pointer with an `in` hint."""
    place, _, name = field.pointer.partition(":")
    if place in ("query", "path", "header") and name:
        return {"pointer": f"#/{escaped(name)}", "in": place, "detail": field.detail}
    return {"pointer": field.pointer, "detail": field.detail}


def escaped(part: str | int) -> str:
    """One step of a JSON pointer."""
    return str(part).replace("~", "~0").replace("/", "~1")


def pointer(parts: Iterable[str | int]) -> str:
    return "#" + "".join(f"/{escaped(part)}" for part in parts)


# --- handlers of the app


async def on_refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return refusal(error)


async def on_validation(_: Request, error: Exception) -> Response:
    """What pydantic found, as JSON pointers. Neither the input nor pydantic's own URLs are echoed."""
    assert isinstance(error, RequestValidationError)
    return problem(422, errors=[_validation_error(one) for one in error.errors()[:LONGEST_LIST]])


def _validation_error(one: Mapping[str, Any]) -> dict[str, str]:
    place, *steps = one["loc"]
    entry = {"pointer": pointer(steps), "detail": _plain(one["msg"])}
    if place != "body":
        entry["in"] = str(place)
    return entry


def _plain(message: str) -> str:
    """Pydantic's sentence, cut to a length that no input can blow up."""
    text = message.removeprefix("Value error, ").encode("utf-8", "replace").decode()
    return text if len(text) <= 300 else text[:299] + "…"


async def on_http(request: Request, error: Exception) -> Response:
    """What the framework refuses: unknown routes, methods, bodies that are too large or cannot be read."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)) or ["GET"])
    if error.status_code == 400:
        return problem(400, code="malformed-json", title="The body cannot be read", headers=headers)
    return problem(error.status_code, headers=headers)


def _methods(request: Request) -> set[str]:
    """All methods of this path, over all its routes; the framework only names those of the first."""
    found: set[str] = set()
    for route in request.app.router.routes:
        match, _ = _matches(route, request.scope)
        if match != Match.NONE:
            found |= getattr(route, "methods", None) or set()
    return found


def _matches(route: BaseRoute, scope: Any) -> tuple[Match, Any]:
    return route.matches(dict(scope))


async def on_database(request: Request, error: Exception) -> Response:
    """The database refused a value (422), a clash (409), or is away for the moment (503); anything else is our bug."""
    trouble = diagnose(error)
    if trouble is Trouble.bug:
        return unexpected(request.scope, error)
    if trouble is Trouble.away:
        telemetry.logger().warning("database-away", error=type(error).__name__)
        return problem(503)
    if trouble is Trouble.value:
        return problem(422, detail="A value is outside the range that can be stored.")
    return problem(409, detail="It clashes with something that is there already, or refers to something that is not.")


async def on_transient(_: Request, error: Exception) -> Response:
    telemetry.logger().warning("away", error=type(error).__name__)
    return problem(503)


async def on_response_validation(request: Request, error: Exception) -> Response:
    return unexpected(request.scope, error)


def unexpected(scope: Scope, error: BaseException) -> Response:
    """A bug: the log tells all but the path, which may hold a personal link; the reply only the correlation id."""
    telemetry.logger().error("request-failed", method=scope["method"], route=template(scope), exc_info=error)
    here = telemetry.current.get()
    name = f" Ask about it with {here.correlation_id}." if here else ""
    return problem(500, detail=f"It was recorded.{name}")


def template(scope: Scope) -> str:
    """The route as it is declared: without the ids and tokens of the path."""
    return getattr(scope.get("route"), "path", None) or "unmatched"


HANDLERS: dict[Any, Callable[[Request, Exception], Any]] = {
    Refusal: on_refusal,
    RequestValidationError: on_validation,
    HTTPException: on_http,
    SQLAlchemyError: on_database,
    **dict.fromkeys(DRIVER, on_database),
    OSError: on_database,
    Transient: on_transient,
}


def install(app: FastAPI) -> None:
    """Answer every exception with a problem; what no handler knows is caught by the front (500)."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)
