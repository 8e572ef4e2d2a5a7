"""Signing in and out, and the language of the pages."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from services.journeys import views
from services.journeys.console import session
from services.journeys.console.forms import form_of
from services.journeys.console.here import LANGUAGE_COOKIE
from services.journeys.console.pages.doors import Text, Visitor, framed, new_router
from services.journeys.console.render import page, to
from services.journeys.console.session import HOME, SIGN_IN
from services.journeys.console.texts import LANGUAGES, _
from shared.access import Caller
from shared.errors import Invalid

router = new_router()
A_YEAR = 365 * 86_400


@router.get(SIGN_IN, operation_id="console_sign_in_page")
async def sign_in_page(
    door: Visitor, wanted: Annotated[str | None, Query(alias="next")] = None, ended: Text = None
) -> Response:
    """In development everybody on this machine picks a part; in production the page says what is missing."""
    actors = None
    if session.may_pick(door):
        actors = await door.runtime.read(views.list_actors, caller=Caller.system("journeys"))
    shown = {"actors": actors, "next": session.local_path(wanted), "ended": bool(ended)}
    return page("sign_in.html", **framed(door, None), **shown)


@router.post(SIGN_IN, operation_id="console_sign_in")
async def sign_in(door: Visitor) -> Response:
    form = await form_of(door)
    choice = form.get("as")
    name = await door.runtime.read(views.name_of, choice.partition(":")[2], caller=Caller.system("journeys"))
    token = session.picked_token(door, choice, name)
    return session.remember(to(session.local_path(form.get("next"))), door, token)


@router.post(f"{HOME}/sign-out", operation_id="console_sign_out")
async def sign_out(door: Visitor) -> Response:
    return session.forget(to(SIGN_IN))


@router.post(f"{HOME}/language", operation_id="console_language")
async def choose_language(door: Visitor) -> Response:
    """The language of the pages from now on, in this browser."""
    form = await form_of(door)
    if (language := form.get("language")) not in LANGUAGES:
        raise Invalid(_("The console doesn't speak this language."))
    wanted = form.get("next")
    reply = to(wanted if wanted.startswith(SIGN_IN) and "\\" not in wanted else session.local_path(wanted))
    reply.set_cookie(
        LANGUAGE_COOKIE, language, max_age=A_YEAR, path=HOME, httponly=True, samesite="lax",
        secure=session.secure(door),
    )  # fmt: skip
    return reply
