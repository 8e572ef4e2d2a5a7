"""How a page leaves the house: escaped templates in the reader's language, a strict content policy, tables as CSV when
they are asked for, and every "no" as a page, too."""

import hashlib
import json
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

from services.journeys.console import flash, forms, heard, here, navigation, texts, words
from services.journeys.console.problems import Refused
from services.journeys.console.rooms import NotForYou
from services.journeys.console.session import HOME, SIGN_IN, SignInNeeded, keep_renewed
from services.journeys.console.tables import asked_as_csv
from services.journeys.console.texts import N_, _
from shared.errors import Refusal
from shared.web.plain import lists_of
from shared.web.problems import unexpected

HERE = Path(__file__).parent
MOST_KEPT = 100_000  # bytes of a form
KINDS = {
    ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
    ".LICENSE": "text/plain; charset=utf-8",
}  # fmt: skip
STATIC = {path.name: KINDS[path.suffix] for path in (HERE / "static").iterdir() if path.suffix in KINDS}
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"}
# No eval, no style element of its own, no script from what it loads, no page kept in the browser's storage.
HTMX = {
    "allowEval": False, "includeIndicatorStyles": False, "allowScriptTags": False, "selfRequestsOnly": True,
    "historyCacheSize": 0, "refreshOnHistoryMiss": True,
}  # fmt: skip
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@cache
def static_file(name: str) -> bytes:
    return (HERE / "static" / name).read_bytes()


@cache
def static_address(name: str) -> str:
    """The address of a file, which changes with its content: browsers may keep it for ever."""
    return f"{HOME}/static/{name}?{hashlib.sha256(static_file(name)).hexdigest()[:10]}"


@cache
def _templates(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.install_gettext_translations(texts.catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.filters |= words.FILTERS | heard.FILTERS
    made.globals |= {
        "static": static_address, "language": language, "languages": texts.LANGUAGES,
        "direction": texts.direction(language), "htmx": json.dumps(HTMX), "address": here.address, "query": here.query,
        "new_key": forms.new_key, "sections_of": navigation.sections_of, "blank": forms.Form,
        "page_code": here.page_code, "filtered": navigation.filtered, "everything": here.everything,
    }  # fmt: skip
    return made


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """An HTML page in the language of the request, with the message that the last action left; or, when the address
    says `format=csv`, the table of it. `session` is None where nobody is signed in."""
    if status == 200 and (file := asked_as_csv(values.values())) is not None:
        return file
    asked = here.request()
    told = flash.read(asked) if asked is not None else None
    shown = {"session": None, "here": "", "flash": told, "path": asked.url.path if asked else HOME, **values}
    text = _templates(texts.speaking.get()).get_template(template).render(shown)
    reply = Response(text, status, HEADERS, "text/html; charset=utf-8")
    return flash.forget(reply) if told is not None else reply


def to(address: str) -> Response:
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


TITLES = {
    404: N_("Nothing here"), 403: N_("Not for this role"), 422: N_("That can't be"), 503: N_("Away for a moment"),
}  # fmt: skip


def sorry(status: int, detail: str | None) -> Response:
    otherwise = N_("Something went wrong on our side") if status >= 500 else N_("That didn't work")
    return page("sorry.html", status=status, title=_(TITLES.get(status, otherwise)), detail=detail)


class ConsoleRoute(APIRoute):
    """A page's route: it speaks the reader's language; a form of another site is refused before it is read; who isn't
    signed in is sent to do so; a refusal is a page, not a problem document."""

    def get_route_handler(self) -> Handler:
        answer = super().get_route_handler()

        async def answered(request: Request) -> Response:
            with here.answering(request):
                return keep_renewed(request, await _answered(request, answer))

        return answered


async def _answered(request: Request, answer: Handler) -> Response:
    try:
        if request.method not in ("GET", "HEAD"):
            forms.check_same_site(request)
        return await answer(request)
    except SignInNeeded as needed:
        return await _sign_in(request, str(needed))
    except here.Elsewhere as elsewhere:
        return to(str(elsewhere))
    except NotForYou:
        return sorry(403, _("This part of the console is for other roles."))
    except Refused as refused:
        return sorry(refused.status, refused.words())
    except Refusal as refusal:
        return sorry(refusal.status, refusal.detail)
    except Exception as error:
        return _trouble(request, error)


async def _sign_in(request: Request, why: str) -> Response:
    """To the sign-in page and back here. A form that was sent is kept in a page, from which it can be sent again."""
    hx = request.headers.get("hx-request")
    if request.method == "POST" and not hx and (sent := await lists_of(request, forms.MOST_FIELDS, MOST_KEPT)):
        return page("sign_in_again.html", status=401, sent=sent, action=request.url.path)
    query = request.scope["query_string"].decode("latin-1")
    wanted = request.url.path + (f"?{query}" if query else "") if request.method == "GET" else HOME
    address = f"{SIGN_IN}?next={quote(wanted, safe='')}{'&ended=1' if why else ''}"
    if hx:
        return Response(status_code=204, headers={"HX-Redirect": address, "Cache-Control": "no-store"})
    return to(address)


def _trouble(request: Request, error: Exception) -> Response:
    if isinstance(error, SQLAlchemyError | OSError):
        return sorry(503, _("The database doesn't answer. Try again in a moment."))
    unexpected(request.scope, error)
    return sorry(500, _("It was recorded."))
