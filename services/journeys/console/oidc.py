"""Signing in with the organisation's account: the OIDC authorization code flow with PKCE.

OpenID Connect Core 1.0, RFC 7636 (PKCE, S256), RFC 9207 (the issuer in the reply), RFC 9700 (best practice). State,
nonce and verifier wait in a signed HttpOnly cookie for ten minutes; the redirect address is exactly one; the ID token
is checked for the client and the nonce, the access token by what checks every request to the rooms.
"""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from services.journeys.console.seals import opened, sealed
from services.journeys.console.texts import _
from shared import telemetry
from shared.errors import Forbidden, Unauthenticated, Unavailable
from shared.web.auth import Auth
from shared.web.door import Door

COOKIE, PATH, SECONDS = "sojourn_flow", "/console/sign-in", 600
RETURN = "/console/sign-in/return"
DISCOVERY = "/.well-known/openid-configuration"
FRESH_SECONDS = 600.0
PATIENCE = 5.0
LARGEST = 3800  # browsers keep cookies of 4,096 bytes, name and attributes included


@dataclass(frozen=True, slots=True)
class Client:
    """The console as a client of the issuer."""

    issuer: str
    client_id: str
    secret: str | None
    scope: str
    discovery: str
    redirect: str
    home: str


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What the issuer's configuration says."""

    authorize: str
    token: str
    end_session: str | None
    revocation: str | None


@dataclass(frozen=True, slots=True)
class Flow:
    """What one sign-in remembers between leaving and coming back."""

    state: str
    nonce: str
    verifier: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in brings: the access token that the rooms take, the ID token (for signing out), and the refresh
    token of an issuer that gives one."""

    access: str
    id: str
    refresh: str | None = None


_known: dict[str, tuple[float, Endpoints]] = {}


def client_of(door: Door) -> Client | None:
    """The console's own client, if the settings name one."""
    settings, kernel = door.runtime.settings, door.runtime.kernel
    if not settings.oidc_client_id:
        return None
    found = settings.oidc_discovery_url or kernel.oidc_issuer.rstrip("/") + DISCOVERY
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    return Client(
        kernel.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_scope, str(found),
        redirect_of(door), kernel.journeys_url.rstrip("/") + "/console/sign-in",
    )  # fmt: skip


def redirect_of(door: Door) -> str:
    """The one address that sign-ins come back to."""
    return str(door.runtime.kernel.journeys_url.rstrip("/") + RETURN)


async def endpoints(client: Client, http: httpx.AsyncClient) -> Endpoints:
    """The issuer's endpoints, read anew after ten minutes; Unavailable when it doesn't say them."""
    held = _known.get(client.discovery)
    if held is not None and held[0] > time.monotonic():
        return held[1]
    try:
        reply = await http.get(client.discovery, headers={"Accept": "application/json"}, timeout=PATIENCE)
        said = reply.raise_for_status().json()
        found = Endpoints(
            said["authorization_endpoint"], said["token_endpoint"], said.get("end_session_endpoint"),
            said.get("revocation_endpoint"),
        )  # fmt: skip
        issuer = said["issuer"]
    except (httpx.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
        telemetry.logger().warning("oidc-not-discovered", error=repr(error))
        raise Unavailable(_("The sign-in service doesn't answer. Try again in a moment.")) from error
    if issuer != client.issuer:
        raise Unavailable(_("The sign-in service is not the one that this console was told of."))
    _known[client.discovery] = (time.monotonic() + FRESH_SECONDS, found)
    return found


def begin(client: Client, at: Endpoints, wanted: str) -> tuple[str, str]:
    """Where to send the browser, and the cookie that it keeps meanwhile."""
    flow = Flow(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), wanted)
    digest = hashlib.sha256(flow.verifier.encode()).digest()
    asked = {
        "response_type": "code", "client_id": client.client_id, "redirect_uri": client.redirect,
        "scope": client.scope, "state": flow.state, "nonce": flow.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), "code_challenge_method": "S256",
    }  # fmt: skip
    mark = "&" if "?" in at.authorize else "?"
    return f"{at.authorize}{mark}{urlencode(asked)}", sealed("oidc", [flow.state, flow.nonce, flow.verifier, wanted])


def flow_of(cookie: str, state: str | None, issuer: str | None, client: Client) -> Flow:
    """The sign-in that comes back; Forbidden (403) when it isn't one that this browser began a moment ago."""
    held = opened("oidc", cookie, SECONDS)
    if held is None or not hmac.compare_digest(str(held[0]).encode(), (state or "").encode("utf-8", "replace")):
        raise Forbidden(_("This sign-in wasn't begun here, or too long ago. Please begin again."))
    if issuer is not None and issuer != client.issuer:
        raise Forbidden(_("The sign-in service is not the one that this console was told of."))
    return Flow(*held)


async def exchange(client: Client, flow: Flow, code: str, http: httpx.AsyncClient, auth: Auth) -> Tokens:
    """The tokens for a code, checked; Forbidden (403) when the issuer refuses it or they aren't what was asked for."""
    said = await _asked(client, http, {
        "grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect,
        "code_verifier": flow.verifier,
    })  # fmt: skip
    tokens = _tokens(said)
    try:
        claims = await auth.claims(tokens.id, client.client_id)
        caller = await auth.caller(f"Bearer {tokens.access}")
    except Unauthenticated as error:
        raise Forbidden(_("The sign-in service sent a token that proves nothing here.")) from error
    same = hmac.compare_digest(str(claims.get("nonce", "")).encode(), flow.nonce.encode())
    mine = claims.get("azp", client.client_id) == client.client_id
    if not (same and mine and claims.get("sub") == caller.subject):
        raise Forbidden(_("The sign-in service answered somebody else's question. Please begin again."))
    return tokens


async def renew(client: Client, refresh: str, http: httpx.AsyncClient, auth: Auth) -> Tokens:
    """The next tokens for a refresh token; an issuer that doesn't rotate lets the old one be used again."""
    tokens = _tokens(await _asked(client, http, {"grant_type": "refresh_token", "refresh_token": refresh}))
    await auth.caller(f"Bearer {tokens.access}")
    return tokens if tokens.refresh else Tokens(tokens.access, tokens.id, refresh)


async def revoke(client: Client, refresh: str, http: httpx.AsyncClient) -> None:
    """The issuer is told to forget a refresh token (RFC 7009); where it can't hear that, it ends by itself."""
    try:
        if (at := await endpoints(client, http)).revocation:
            await _post(client, http, at.revocation, {"token": refresh, "token_type_hint": "refresh_token"})
    except (httpx.HTTPError, OSError, Unavailable) as error:
        telemetry.logger().warning("oidc-not-revoked", error=repr(error))


async def _post(client: Client, http: httpx.AsyncClient, address: str, form: dict[str, str]) -> httpx.Response:
    proof: dict[str, Any] = {"auth": (client.client_id, client.secret)} if client.secret else {}
    form = {**form, "client_id": client.client_id}
    return await http.post(address, data=form, headers={"Accept": "application/json"}, timeout=PATIENCE, **proof)


async def _asked(client: Client, http: httpx.AsyncClient, form: dict[str, str]) -> dict[str, Any]:
    """What the token endpoint answers; Forbidden (403) when it says no."""
    at = await endpoints(client, http)
    try:
        reply = await _post(client, http, at.token, form)
        said = reply.json()
    except (httpx.HTTPError, OSError, ValueError) as error:
        telemetry.logger().warning("oidc-no-token", error=repr(error))
        raise Unavailable(_("The sign-in service doesn't answer. Try again in a moment.")) from error
    if not reply.is_success or not isinstance(said, dict) or str(said.get("token_type", "")).lower() != "bearer":
        raise Forbidden(_("The sign-in service refused to sign you in. Please begin again."))
    return said


def _tokens(said: dict[str, Any]) -> Tokens:
    access, refresh = str(said.get("access_token", "")), said.get("refresh_token")
    if len(access) > LARGEST:
        raise Forbidden(_("The sign-in service sent a token that is too large for a browser to keep."))
    return Tokens(access, str(said.get("id_token", "")), str(refresh) if refresh else None)


def end_address(client: Client, at: Endpoints, id_token: str | None) -> str | None:
    """Where the issuer signs the browser out (OpenID Connect RP-Initiated Logout 1.0), if it does."""
    if at.end_session is None:
        return None
    asked = {"client_id": client.client_id, "post_logout_redirect_uri": client.home}
    if id_token:
        asked["id_token_hint"] = id_token
    mark = "&" if "?" in at.end_session else "?"
    return f"{at.end_session}{mark}{urlencode(asked)}"
