"""A sign-in that lasts as long as the issuer lets it: shortly before the access token ends, the refresh token brings
the next pair (RFC 6749 section 6; rotated as RFC 9700 asks).

The refresh token waits in a signed HttpOnly cookie with the subject whom it was given to: beside another's access token
it is worth nothing, so that nobody can slip theirs into a browser. Pages that are asked for at once share one renewal,
as a token that is shown twice ends the whole sign-in. A renewal that fails changes nothing: what is held is used until
it ends, and then the sign-in page follows.
"""

import asyncio
import base64
import hashlib
import time
from typing import Any

import httpx
import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.journeys.console import oidc
from services.journeys.console.seals import opened, sealed
from shared import telemetry
from shared.errors import Refusal
from shared.web.door import Door

COOKIE, PATH, HOURS = "sojourn_refresh", "/console", 8
EARLY = 60  # seconds before its end from which an access token is renewed
SHARED = 30  # seconds for which pages that were under way get the same answer
_under_way: dict[bytes, tuple[float, asyncio.Task[oidc.Tokens | None]]] = {}


async def current(door: Door, token: str | None) -> str | None:
    """The access token to go on with: a new one where this one ends soon. `request.state.renewed` then holds the pair
    for the cookies of the reply."""
    held = opened("refresh", door.request.cookies.get(COOKIE, ""), HOURS * 3600)
    claims = claims_of(token)
    if held is None or (client := oidc.client_of(door)) is None or claims.get("exp", 0) - time.time() > EARLY:
        return token
    refresh, subject = held
    if claims and claims.get("sub") != subject:
        return token
    tokens = await _shared(door, client, refresh, subject)
    if tokens is None:
        return token
    door.request.state.renewed = (door, tokens, subject)
    return tokens.access


async def _shared(door: Door, client: oidc.Client, refresh: str, subject: str) -> oidc.Tokens | None:
    now, digest = time.monotonic(), hashlib.sha256(refresh.encode()).digest()
    for old in [one for one, (until, _) in _under_way.items() if until < now]:
        del _under_way[old]
    if digest not in _under_way:
        _under_way[digest] = (now + SHARED, asyncio.create_task(_renewed(door, client, refresh, subject)))
    return await asyncio.shield(_under_way[digest][1])


async def _renewed(door: Door, client: oidc.Client, refresh: str, subject: str) -> oidc.Tokens | None:
    """The next pair, for the same person; None where the issuer refuses or is away."""
    auth = door.request.app.state.auth
    try:
        async with httpx.AsyncClient(timeout=oidc.PATIENCE) as http:
            tokens = await oidc.renew(client, refresh, http, auth)
        caller = await auth.caller(f"Bearer {tokens.access}")
    except Refusal as refusal:
        telemetry.logger().info("sign-in-not-renewed", why=refusal.code)
        return None
    return tokens if caller.subject == subject else None


def claims_of(token: str | None) -> dict[str, Any]:
    """What a token says of itself, unchecked; nothing where it can't be read."""
    try:
        payload = (token or "").split(".")[1]
        claims = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) and isinstance(claims.get("exp", 0), int | float) else {}


def keep(reply: Response, tokens: oidc.Tokens, subject: str, *, secure: bool) -> None:
    """The refresh token for the next time; one from an earlier sign-in goes."""
    value = sealed("refresh", [tokens.refresh, subject]) if tokens.refresh else ""
    if value and len(value) <= oidc.LARGEST:
        reply.set_cookie(
            COOKIE, value, max_age=HOURS * 3600, path=PATH, httponly=True, samesite="lax", secure=secure
        )  # fmt: skip
    else:
        forget(reply)


def forget(reply: Response) -> None:
    reply.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")


async def revoke(request: Request, client: oidc.Client, http: httpx.AsyncClient) -> None:
    """Signed out: the issuer is told to take no refresh token of this sign-in any more."""
    if held := opened("refresh", request.cookies.get(COOKIE, ""), HOURS * 3600):
        await oidc.revoke(client, held[0], http)
