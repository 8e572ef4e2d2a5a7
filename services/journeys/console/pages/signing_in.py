"""Signing in and out."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from services.journeys import views
from services.journeys.console import session
from services.journeys.console.pages.doors import Text, Visitor, framed, new_router
from services.journeys.console.render import page, to
from services.journeys.console.session import HOME, SIGN_IN
from shared.access import Caller

router = new_router()


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
    session.check_same_site(door.request)
    async with door.request.form(max_files=0, max_fields=5) as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
    choice = fields.get("as", "")
    name = await door.runtime.read(views.name_of, choice.partition(":")[2], caller=Caller.system("journeys"))
    token = session.picked_token(door, choice, name)
    return session.remember(to(session.local_path(fields.get("next"))), door, token)


@router.post(f"{HOME}/sign-out", operation_id="console_sign_out")
async def sign_out(door: Visitor) -> Response:
    session.check_same_site(door.request)
    return session.forget(to(SIGN_IN))
