"""Access tokens: an OIDC resource server that turns a bearer token into a caller, or refuses it."""

import hashlib
import json
import math
import time
from typing import Any
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError

from shared.access import Caller, Role, party_of
from shared.errors import Forbidden, Unauthenticated
from shared.settings import Kernel, Mode
from shared.web.keys import FileKeys, FixedKeys, Keys, UrlKeys

ALGORITHMS = ["ES256", "EdDSA", "Ed25519", "RS256"]
LEEWAY_SECONDS = 30
LONGEST_TOKEN = 8192
LONGEST_SUBJECT = 200
CACHED = 4096


class Auth:
    """Checks tokens. A token that was found good is remembered by its hash until it expires or the keys change."""

    def __init__(self, issuer: str, audience: str, keys: Keys) -> None:
        self.issuer, self.audience, self.keys = issuer, audience, keys
        self._known: dict[bytes, tuple[Caller, float]] = {}
        keys.on_change = self._known.clear

    async def start(self) -> None:
        await self.keys.start()

    async def stop(self) -> None:
        await self.keys.stop()

    async def caller(self, authorization: str | None) -> Caller:
        """The caller of an `Authorization` header; Unauthenticated (401) when it proves nobody."""
        token = _bearer(authorization)
        digest = hashlib.sha256(token).digest()
        if (found := self._known.get(digest)) is not None and found[1] > time.time():
            return found[0]
        claims = await self._verified(token, self.audience)
        caller = _caller(claims, self.issuer)
        self._remember(digest, caller, float(claims["exp"]) + LEEWAY_SECONDS)
        return caller

    async def claims(self, token: str, audience: str) -> dict[str, Any]:
        """The claims of a token of the issuer for somebody else than the APIs: an ID token, for the client that asked
        for it. Unauthenticated (401) when it proves nothing."""
        return await self._verified(_readable(token), audience)

    def _remember(self, digest: bytes, caller: Caller, until: float) -> None:
        if len(self._known) >= CACHED:
            for oldest in list(self._known)[: CACHED // 4]:
                del self._known[oldest]
        self._known[digest] = (caller, until)

    async def _verified(self, token: bytes, audience: str) -> dict[str, Any]:
        try:
            signed = jws.extract_compact(token)
            header = signed.headers()
            if header.get("alg") not in ALGORITHMS or "crit" in header:
                raise Unauthenticated("The token's algorithm is not accepted.")
            key = await self.keys.find(header.get("kid"))
            if not jws.validate_compact(signed, key, ALGORITHMS):
                raise Unauthenticated("The token's signature is wrong.")
            claims = json.loads(signed.payload or b"")
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise Unauthenticated("The token cannot be read or its signature is wrong.") from error
        return _checked(claims, self.issuer, audience)


def _bearer(authorization: str | None) -> bytes:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send `Authorization: Bearer <token>`.")
    return _readable(token)


def _readable(token: str) -> bytes:
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise Unauthenticated("The token is too long or not ASCII.")
    return token.strip().encode("ascii")


def _checked(claims: Any, issuer: str, audience: str) -> dict[str, Any]:
    """Issuer, audience and the times of a token whose signature is right."""
    if not isinstance(claims, dict) or claims.get("iss") != issuer:
        raise Unauthenticated("The token is from another issuer.")
    audiences = claims.get("aud")
    if audience != audiences and not (isinstance(audiences, list) and audience in audiences):
        raise Unauthenticated("The token is for another audience.")
    now = time.time()
    if _moment(claims, "exp", -math.inf) <= now - LEEWAY_SECONDS:
        raise Unauthenticated("The token has expired.")
    if max(_moment(claims, "nbf", now), _moment(claims, "iat", now)) > now + LEEWAY_SECONDS:
        raise Unauthenticated("The token is not valid yet.")
    return claims


def _moment(claims: dict[str, Any], name: str, otherwise: float) -> float:
    value = claims.get(name)
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e12:
        raise Unauthenticated(f"The token's `{name}` is not a time.")
    return float(value)


def _caller(claims: dict[str, Any], issuer: str) -> Caller:
    subject, role = claims.get("sub"), claims.get("role")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise Unauthenticated("The token names no usable subject.")
    if not isinstance(role, str) or role not in Role.__members__:
        raise Forbidden("The token names no role of this system.")
    party = _uuid(claims, "party")
    if party is None and role == Role.participant:
        party = party_of(issuer, subject)
    return Caller(subject, Role(role), party, _uuid(claims, "entity"))


def _uuid(claims: dict[str, Any], name: str) -> UUID | None:
    value = claims.get(name)
    if value is None:
        return None
    try:
        return UUID(value)
    except (ValueError, AttributeError, TypeError) as error:
        raise Unauthenticated(f"The token's `{name}` is not an id.") from error


def auth_of(kernel: Kernel) -> Auth:
    """The resource server that the settings describe; in development the keys may be those of our own issuer."""
    return Auth(kernel.oidc_issuer, kernel.oidc_audience, _keys(kernel))


def _keys(kernel: Kernel) -> Keys:
    if kernel.oidc_jwks_file is not None:
        return FileKeys(kernel.oidc_jwks_file)
    if kernel.oidc_jwks_url is not None:
        return UrlKeys(str(kernel.oidc_jwks_url))
    if kernel.mode is not Mode.development:
        raise ValueError("set SOJOURN_OIDC_JWKS_URL or SOJOURN_OIDC_JWKS_FILE")
    from shared.web.issuer import development_issuer

    return FixedKeys(development_issuer(kernel).jwks())
