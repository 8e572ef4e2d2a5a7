"""How a page leaves the house: escaped templates, a strict content policy, and every "no" as a page, too."""

import hashlib
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.journeys.console import words
from services.journeys.console.session import HOME, SIGN_IN, SignInNeeded
from shared.errors import Refusal
from shared.web.problems import unexpected

HERE = Path(__file__).parent
STATIC = {
    "console.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@cache
def static_file(name: str) -> bytes:
    return (HERE / "static" / name).read_bytes()


@cache
def static_address(name: str) -> str:
    """The address of a file, which changes with its content: browsers may keep it for ever."""
    return f"{HOME}/static/{name}?{hashlib.sha256(static_file(name)).hexdigest()[:10]}"


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= words.FILTERS
    made.globals |= {"static": static_address}
    return made


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """An HTML page. `session` is None where nobody is signed in."""
    text = _templates().get_template(template).render({"session": None, "here": "", **values})
    return Response(text, status, HEADERS, "text/html; charset=utf-8")


def to(address: str) -> Response:
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


TITLES = {404: "Nothing here", 403: "Not for this role", 422: "That can't be", 503: "Away for a moment"}


def sorry(status: int, detail: str | None) -> Response:
    title = TITLES.get(status, "Something went wrong on our side" if status >= 500 else "That didn't work")
    return page("sorry.html", status=status, title=title, detail=detail)


class ConsoleRoute(APIRoute):
    """A page's route: who isn't signed in is sent to do so; a refusal is a page, not a problem document."""

    def get_route_handler(self) -> Handler:
        answer = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await answer(request)
            except SignInNeeded as needed:
                return to(_sign_in(request, str(needed)))
            except Refusal as refusal:
                return sorry(refusal.status, refusal.detail)
            except Exception as error:
                return _trouble(request, error)

        return answered


def _sign_in(request: Request, why: str) -> str:
    query = request.scope["query_string"].decode("latin-1")
    wanted = request.url.path + (f"?{query}" if query else "")
    ended = "&ended=1" if why else ""
    return f"{SIGN_IN}?next={quote(wanted, safe='')}{ended}"


def _trouble(request: Request, error: Exception) -> Response:
    if isinstance(error, SQLAlchemyError | OSError):
        return sorry(503, "The database doesn't answer. Try again in a moment.")
    unexpected(request.scope, error)
    return sorry(500, "It was recorded.")
