"""Signing in and out, and the language of the pages."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from services.journeys import views
from services.journeys.console import oidc, renewing, session
from services.journeys.console.forms import form_of
from services.journeys.console.here import LANGUAGE_COOKIE
from services.journeys.console.pages.doors import Client, Text, Visitor, framed, new_router
from services.journeys.console.render import page, to
from services.journeys.console.session import HOME, SIGN_IN
from services.journeys.console.texts import LANGUAGES, _
from shared.access import Caller
from shared.errors import Forbidden, Invalid, Unavailable
from shared.ids import new_id

router = new_router()
A_YEAR = 365 * 86_400
ID_COOKIE, SIGN_OUT = "sojourn_id", f"{HOME}/sign-out"
Code = Annotated[str | None, Query(max_length=8000)]
Wanted = Annotated[str | None, Query(alias="next", max_length=2000)]


@router.get(SIGN_IN, operation_id="console_sign_in_page")
async def sign_in_page(door: Visitor, wanted: Wanted = None, ended: Text = None) -> Response:
    """With the organisation's account; in development, everybody on this machine may pick a part instead. Where neither
    is set up the page says what to set."""
    actors = None
    if session.may_pick(door):
        actors = await door.runtime.read(views.list_actors, caller=Caller.system("journeys"))
    shown = {"actors": actors, "next": session.local_path(wanted), "ended": bool(ended), "stranger": new_id()}
    shown |= {"oidc": oidc.client_of(door) is not None, "redirect": oidc.redirect_of(door)}
    return page("sign_in.html", **framed(door, None), **shown)


@router.post(SIGN_IN, operation_id="console_sign_in")
async def sign_in(door: Visitor) -> Response:
    """As the part that was picked, in development alone."""
    form = await form_of(door)
    choice = form.get("as")
    name = await door.runtime.read(views.name_of, choice.partition(":")[2], caller=Caller.system("journeys"))
    token = session.picked_token(door, choice, name)
    reply = session.remember(to(session.local_path(form.get("next"))), door, token)
    renewing.forget(reply)
    return reply


# --- with the organisation's account


def _client(door: Visitor) -> oidc.Client:
    if (client := oidc.client_of(door)) is None:
        raise Forbidden(_("This console isn't set up for the organisation's accounts."))
    return client


@router.get(f"{SIGN_IN}/go", operation_id="console_sign_in_go")
async def go(door: Visitor, http: Client, wanted: Wanted = None) -> Response:
    """Off to the issuer; what the sign-in needs when it comes back waits in a cookie."""
    client = _client(door)
    address, cookie = oidc.begin(client, await oidc.endpoints(client, http), session.local_path(wanted))
    reply = to(address)
    reply.set_cookie(
        oidc.COOKIE, cookie, max_age=oidc.SECONDS, path=oidc.PATH, httponly=True, samesite="lax",
        secure=session.secure(door),
    )  # fmt: skip
    return reply


@router.get(oidc.RETURN, operation_id="console_sign_in_return")
async def come_back(
    door: Visitor, http: Client, code: Code = None, state: Text = None, iss: Text = None, error: Text = None
) -> Response:
    """Back from the issuer: the code is exchanged, its tokens are checked, and the browser goes where it wanted."""
    client = _client(door)
    flow = oidc.flow_of(door.request.cookies.get(oidc.COOKIE, ""), state, iss, client)
    if error is not None or not code:
        raise Forbidden(_("The sign-in service refused to sign you in. Please begin again."))
    tokens = await oidc.exchange(client, flow, code, http, door.request.app.state.auth)
    reply = session.remember(to(session.local_path(flow.wanted)), door, tokens.access)
    renewing.keep(reply, tokens, str(renewing.claims_of(tokens.access).get("sub")), secure=session.secure(door))
    reply.delete_cookie(oidc.COOKIE, path=oidc.PATH, httponly=True, samesite="lax")
    if len(tokens.id) <= oidc.LARGEST:
        reply.set_cookie(
            ID_COOKIE, tokens.id, max_age=session.HOURS * 3600, path=SIGN_OUT, httponly=True, samesite="lax",
            secure=session.secure(door),
        )  # fmt: skip
    return reply


@router.post(SIGN_OUT, operation_id="console_sign_out")
async def sign_out(door: Visitor, http: Client) -> Response:
    """Signed out here, and the refresh token is revoked; where the issuer keeps a session of its own, the page goes on
    to end that too."""
    onward = await _issuers_end(door, http)
    reply = page("signed_out.html", **framed(door, None), onward=onward) if onward else to(SIGN_IN)
    reply.delete_cookie(ID_COOKIE, path=SIGN_OUT, httponly=True, samesite="lax")
    return session.forget(reply)


async def _issuers_end(door: Visitor, http: Client) -> str | None:
    if (client := oidc.client_of(door)) is None:
        return None
    await renewing.revoke(door.request, client, http)
    try:
        at = await oidc.endpoints(client, http)
    except Unavailable:
        return None
    return oidc.end_address(client, at, door.request.cookies.get(ID_COOKIE))


# --- the language


@router.post(f"{HOME}/language", operation_id="console_language")
async def choose_language(door: Visitor) -> Response:
    """The language of the pages from now on, in this browser."""
    form = await form_of(door)
    if (language := form.get("language")) not in LANGUAGES:
        raise Invalid(_("The console doesn't speak this language."))
    wanted = form.get("next")
    signing_in = wanted.startswith(f"{SIGN_IN}?") and wanted.isprintable() and "\\" not in wanted
    reply = to(wanted if signing_in or wanted == SIGN_IN else session.local_path(wanted))
    reply.set_cookie(
        LANGUAGE_COOKIE, language, max_age=A_YEAR, path=HOME, httponly=True, samesite="lax",
        secure=session.secure(door),
    )  # fmt: skip
    return reply
