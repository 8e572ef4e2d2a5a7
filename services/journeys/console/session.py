"""Who is signed in: the token in a cookie that no script can read, and the development sign-in."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from services.journeys.console import renewing
from services.journeys.console.texts import N_, _
from shared.access import CUSTOMERS, Caller, Role
from shared.errors import Forbidden, Invalid, Unauthenticated
from shared.settings import Mode
from shared.web.door import Door
from shared.web.issuer import development_issuer

COOKIE, HOME, SIGN_IN = "sojourn_token", "/console", "/console/sign-in"
HOURS = renewing.HOURS
ROLE_NAMES = {
    Role.participant: N_("Participant"),
    Role.enabler: N_("Enabler"),
    Role.sending_manager: N_("EP manager"),
    Role.hosting_manager: N_("Opportunity manager"),
    Role.national_manager: N_("National manager"),
    Role.global_manager: N_("Global manager"),
    Role.service: N_("Service"),
    Role.auditor: N_("Auditor"),
}
OF_ENTITY = (Role.sending_manager, Role.hosting_manager, Role.national_manager)
OF_ALL = (Role.global_manager, Role.auditor)


class SignInNeeded(Exception):
    """Nobody is signed in, or no longer; the text says why, when there is something to say."""


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in person."""

    token: str
    caller: Caller
    name: str | None

    @property
    def title(self) -> str:
        return _(ROLE_NAMES[self.caller.role])


async def session_of(door: Door) -> Session:
    """Whoever the cookie proves; SignInNeeded when it proves nobody."""
    token = await renewing.current(door, door.request.cookies.get(COOKIE))
    if not token:
        raise SignInNeeded
    try:
        caller = await door.request.app.state.auth.caller(f"Bearer {token}")
    except (Unauthenticated, Forbidden) as error:
        raise SignInNeeded(_("Your sign-in has ended.")) from error
    name = renewing.claims_of(token).get("name")
    return Session(token, caller, name[:80] if isinstance(name, str) else None)


def may_pick(door: Door) -> bool:
    """Whether anybody here may act as anybody: in development mode only, on an address that is ours.

    The host is looked at so that a foreign page can't have its own name point to this machine and sign in by it.
    """
    kernel = door.runtime.kernel
    ours = {"127.0.0.1", "localhost", "::1", urlsplit(kernel.journeys_url).hostname}
    return kernel.mode is Mode.development and door.request.url.hostname in ours


def picked_token(door: Door, choice: str, name: str | None) -> str:
    """A development token for `role` or `role:id` as the role picker writes it."""
    if not may_pick(door):
        raise Forbidden(_("Roles are picked in development only."))
    role, __, id_ = choice.partition(":")
    who = _whose(role, id_)
    subject = f"console:{choice}"
    claims = {"name": name} if name else {}
    return development_issuer(door.runtime.kernel).issue_token(
        Role(role), subject, lifetime=HOURS * 3600, **who, **claims
    )


def _whose(role: str, id_: str) -> dict[str, Any]:
    """The claim that says for whom the account acts."""
    try:
        if role in OF_ENTITY:
            return {"entity": UUID(id_)}
        if role in CUSTOMERS:
            return {"party": UUID(id_)}
    except ValueError as error:
        raise Invalid(_("There is nobody of this id.")) from error
    if role in OF_ALL and not id_:
        return {}
    raise Invalid(_("There is no such role to pick."))


def secure(door: Door) -> bool:
    """Whether cookies are for https alone."""
    return door.runtime.kernel.mode is Mode.production or door.request.url.scheme == "https"


def remember(response: Response, door: Door, token: str) -> Response:
    response.set_cookie(
        COOKIE, token, max_age=HOURS * 3600, path=HOME, httponly=True, samesite="lax", secure=secure(door)
    )
    return response


def keep_renewed(request: Request, response: Response) -> Response:
    """The reply with what was renewed while it was made."""
    if renewed := getattr(request.state, "renewed", None):
        door, tokens, subject = renewed
        remember(response, door, tokens.access)
        renewing.keep(response, tokens, subject, secure=secure(door))
    return response


def forget(response: Response) -> Response:
    renewing.forget(response)
    response.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="lax")
    return response


def local_path(wanted: str | None) -> str:
    """Where to go after signing in: a page of the console, and nowhere else."""
    if wanted and (wanted == HOME or wanted.startswith((f"{HOME}/", f"{HOME}?"))) and wanted.isprintable():
        return HOME if "\\" in wanted or wanted.startswith(SIGN_IN) else wanted
    return HOME
