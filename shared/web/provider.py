"""The development issuer as an OpenID provider over HTTP: authorize, token, revocation, configuration, keys, end of
session.

It is there in development mode only, so that a front-end's sign-in can be walked as it will be in production: whoever
is at this machine says who they are, on a page without a script. Codes are signed, good for one minute and for one use,
and bound to client, redirect address and PKCE challenge. Access tokens live for a quarter of an hour; refresh tokens
are good for one use, and one that is shown twice ends the whole sign-in.
"""

import base64
import hashlib
import hmac
import time
from html import escape
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

from fastapi import APIRouter
from joserfc import jwt
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from shared.access import CUSTOMERS, Role
from shared.errors import Forbidden, Invalid
from shared.web.door import Door, public
from shared.web.issuer import ALGORITHM, Issuer, development_issuer
from shared.web.plain import fields_of, page_headers

AT = "/development/issuer"
CODE_SECONDS, ACCESS_SECONDS, HOURS = 60, 900, 8
MOST_FIELDS = 20
CARRIED = ("client_id", "redirect_uri", "state", "nonce", "code_challenge", "scope")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem}"
    "label{display:block;margin:.8rem 0 .2rem}"
)
Anybody = Annotated[Door, public("the development issuer: in development mode only, for whoever is at this machine")]
_used: dict[str, float] = {}  # codes and refresh tokens that were shown, and sign-ins that are over


def provider_router() -> APIRouter:
    """The routes; they are put on the app in development mode only."""
    router = APIRouter(prefix=AT, include_in_schema=False)
    router.add_api_route("/.well-known/openid-configuration", configuration, operation_id="issuer_configuration")
    router.add_api_route("/jwks", jwks, operation_id="issuer_keys")
    router.add_api_route("/authorize", ask, operation_id="issuer_ask")
    router.add_api_route("/authorize", authorize, methods=["POST"], operation_id="issuer_authorize")
    router.add_api_route("/token", token, methods=["POST"], operation_id="issuer_token")
    router.add_api_route("/revoke", revoke, methods=["POST"], operation_id="issuer_revoke")
    router.add_api_route("/end-session", end_session, operation_id="issuer_end_session")
    return router


async def configuration(door: Anybody) -> Response:
    here = str(door.request.base_url).rstrip("/") + AT
    return JSONResponse({
        "issuer": _issuer(door).issuer, "authorization_endpoint": f"{here}/authorize",
        "token_endpoint": f"{here}/token", "jwks_uri": f"{here}/jwks", "end_session_endpoint": f"{here}/end-session",
        "response_types_supported": ["code"], "grant_types_supported": ["authorization_code", "refresh_token"],
        "revocation_endpoint": f"{here}/revoke",
        "code_challenge_methods_supported": ["S256"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM], "authorization_response_iss_parameter_supported": True,
    })  # fmt: skip


async def jwks(door: Anybody) -> Response:
    return JSONResponse(_issuer(door).jwks())


async def ask(door: Anybody) -> Response:
    """Who are you? The question is carried along in hidden fields."""
    asked = _question(dict(door.request.query_params))
    origin = _origin(asked["redirect_uri"])
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(asked[name])}">' for name in CARRIED)
    roles = "".join(f'<option value="{role}">{role}</option>' for role in Role if role is not Role.service)
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Development issuer</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body><main>'
        f"<h1>Development issuer</h1><p>Say who you are to sign in to <code>{escape(asked['client_id'])}</code>.</p>"
        f'<form method="post" action="{AT}/authorize">{hidden}'
        f'<label for="role">Role</label><select id="role" name="role">{roles}</select>'
        '<label for="whose">Id of the person, enabler or entity</label><input id="whose" name="whose">'
        '<label for="name">Name</label><input id="name" name="name" autocomplete="name">'
        '<p><button type="submit">Sign in</button></p></form></main></body></html>'
    )
    headers = page_headers(STYLE)
    # Browsers hold the redirect after a form to `form-action`, too.
    policy = headers["Content-Security-Policy"].replace("form-action 'self'", f"form-action 'self' {origin}")
    return Response(html, headers={**headers, "Content-Security-Policy": policy}, media_type="text/html; charset=utf-8")


async def authorize(door: Anybody) -> Response:
    """Whoever it is, with a code, back to the client."""
    if door.request.url.hostname not in LOOPBACK:
        raise Forbidden("Whoever signs in is at this machine.")  # no foreign name that points here
    fields = await fields_of(door.request, MOST_FIELDS) or {}
    asked = _question({**fields, "response_type": "code", "code_challenge_method": "S256"})
    role, whose = fields.get("role", ""), fields.get("whose", "").strip()
    if role not in Role.__members__:
        raise Invalid("There is no such role.")
    claims = {"role": role, "whose": str(_id(whose)) if whose else None, "name": fields.get("name", "").strip()[:80]}
    issuer = _issuer(door)
    code = jwt.encode(
        {"alg": ALGORITHM, "kid": issuer.key.kid},
        {"use": "code", "jti": str(uuid4()), "exp": int(time.time()) + CODE_SECONDS, **asked, **claims},
        issuer.key,
    )
    reply = {"code": code, "state": asked["state"], "iss": issuer.issuer}
    mark = "&" if "?" in asked["redirect_uri"] else "?"
    return RedirectResponse(f"{asked['redirect_uri']}{mark}{urlencode(reply)}", 303)


async def token(door: Anybody) -> Response:
    """Tokens for a code: once, for the client, address and verifier that it was made for; or for a refresh token."""
    fields = await fields_of(door.request, MOST_FIELDS) or {}
    issuer = _issuer(door)
    if fields.get("grant_type") == "refresh_token":
        said = _once(issuer, "refresh", fields.get("refresh_token", ""))
        if said is None or _client(door.request, fields) != said["client_id"]:
            return _no_grant()
        return _granted(issuer, said)
    said = _once(issuer, "code", fields.get("code", ""))
    verifier = base64.urlsafe_b64encode(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
    right = (
        said is not None
        and fields.get("grant_type") == "authorization_code"
        and _client(door.request, fields) == said["client_id"]
        and fields.get("redirect_uri") == said["redirect_uri"]
        and hmac.compare_digest(verifier.rstrip(b"=").decode(), said["code_challenge"])
    )
    if said is None or not right:
        return _no_grant()
    return _granted(issuer, {**said, "family": str(uuid4()), "ends": int(time.time()) + HOURS * 3600})


def _no_grant() -> Response:
    return JSONResponse({"error": "invalid_grant"}, 400, {"Cache-Control": "no-store"})


def _granted(issuer: Issuer, said: dict[str, Any]) -> Response:
    """Access, ID and refresh token of a sign-in, whose `family` stays the same from one refresh token to the next."""
    role = Role(said["role"])
    whose = UUID(said["whose"]) if said["whose"] else None
    party = whose if role in CUSTOMERS else None
    entity = whose if party is None else None
    subject, name = f"issuer:{role}:{whose or ''}", {"name": said["name"]} if said["name"] else {}
    life = min(ACCESS_SECONDS, said["ends"] - int(time.time()))
    carried = ("client_id", "nonce", "scope", "role", "whose", "name", "family", "ends")
    again = {name: said[name] for name in carried} | {"use": "refresh", "jti": str(uuid4()), "exp": said["ends"]}
    access = issuer.issue_token(role, subject, party=party, entity=entity, lifetime=life, **name)
    own = {"aud": said["client_id"], "nonce": said["nonce"], **name}
    refresh = jwt.encode({"alg": ALGORITHM, "kid": issuer.key.kid}, again, issuer.key)
    reply = {
        "access_token": access, "id_token": issuer.issue_token(role, subject, lifetime=life, **own),
        "refresh_token": refresh, "token_type": "Bearer", "expires_in": life, "scope": said["scope"],
    }  # fmt: skip
    return JSONResponse(reply, headers={"Cache-Control": "no-store"})


async def revoke(door: Anybody) -> Response:
    """The sign-in of a refresh token is over (RFC 7009: whatever is sent, the answer is the same)."""
    fields = await fields_of(door.request, MOST_FIELDS) or {}
    said = _read(_issuer(door), "refresh", fields.get("token", ""))
    if said is not None and _client(door.request, fields) == said["client_id"]:
        _used[said["family"]] = float(said["exp"])
    return Response(status_code=200, headers={"Cache-Control": "no-store"})


async def end_session(door: Anybody) -> Response:
    """It keeps no session: back to where the client wants the browser."""
    wanted = door.request.query_params.get("post_logout_redirect_uri", "")
    _origin(wanted)
    return RedirectResponse(wanted, 303)


def _issuer(door: Door) -> Issuer:
    return development_issuer(door.runtime.kernel)


def _question(given: dict[str, str]) -> dict[str, str]:
    """What a client asks, checked: a code with PKCE by S256, for a redirect address on this machine."""
    asked = {name: given.get(name, "") for name in CARRIED}
    if given.get("response_type") != "code" or given.get("code_challenge_method") != "S256":
        raise Invalid("This issuer gives codes, and asks for PKCE with S256.")
    if not all(asked[name] for name in ("client_id", "redirect_uri", "state", "code_challenge")):
        raise Invalid("client_id, redirect_uri, state and code_challenge are needed.")
    _origin(asked["redirect_uri"])
    return asked


def _origin(address: str) -> str:
    """The origin of an address on this machine; Invalid for any other."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK:
        raise Invalid("Redirect addresses of the development issuer are on this machine.")
    return f"{parts.scheme}://{parts.netloc}"


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid("The id is none.") from error


def _client(request: Request, fields: dict[str, str]) -> str:
    """The client's name, from its Basic credentials or the form."""
    kind, _, credentials = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        return base64.b64decode(credentials).decode("utf-8", "replace").partition(":")[0]
    return fields.get("client_id", "")


def _once(issuer: Issuer, use: str, text: str) -> dict[str, Any] | None:
    """What a code or a refresh token says, the first time that it is shown; the second time ends its sign-in."""
    said = _read(issuer, use, text)
    if said is None:
        return None
    for old in [one for one, until in _used.items() if until < time.time()]:
        del _used[old]
    if said["jti"] in _used or said.get("family") in _used:
        if "family" in said:
            _used[said["family"]] = float(said["exp"])
        return None
    _used[said["jti"]] = float(said["exp"])
    return said


def _read(issuer: Issuer, use: str, text: str) -> dict[str, Any] | None:
    try:
        said = jwt.decode(text, issuer.key, algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError):
        return None
    return dict(said) if said.get("use") == use and said["exp"] >= time.time() else None
