"""The request that a page answers: its address, its language, and what the last action left to be said."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import urlencode

from starlette.requests import Request

from services.journeys.console.texts import LANGUAGES, SOURCE, spoken_in
from shared.web.plain import preferred

LANGUAGE_COOKIE = "sojourn_language"
_request: ContextVar[Request | None] = ContextVar("console_request", default=None)


class Elsewhere(Exception):
    """The page is at another address (the text)."""


def everything(path: str) -> str:
    """The page at this path without any filter, not even the one that it is opened with."""
    return f"{path}?all=1"


def request() -> Request | None:
    """The request that is being answered; None outside of one."""
    return _request.get()


def language_of(asked: Request) -> str:
    """The language that was chosen here, else the one that the browser likes best."""
    chosen = asked.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else preferred(asked.headers.get("accept-language"), LANGUAGES, SOURCE)


@contextmanager
def answering(asked: Request) -> Iterator[None]:
    """Inside, pages know their request and speak its language."""
    token = _request.set(asked)
    try:
        with spoken_in(language_of(asked)):
            yield
    finally:
        _request.reset(token)


def query() -> dict[str, str]:
    """The query of the address, of what is said twice the last."""
    return dict(asked.query_params) if (asked := request()) is not None else {}


def page_code() -> str:
    """The page of this address as saved filters name it: what follows `/console/`."""
    asked = request()
    return asked.url.path.removeprefix("/console").strip("/") if asked is not None else ""


def address(path: str | None = None, /, **changes: str | int | None) -> str:
    """This page's address with these parameters changed, those that are None or empty left out."""
    asked = request()
    kept: Mapping[str, str | int | None] = query() if path is None else {}
    values = {name: value for name, value in {**kept, **changes}.items() if value not in (None, "")}
    where = path or (asked.url.path if asked is not None else "")
    return f"{where}?{urlencode(values)}" if values else where
