"""Who is let in: good tokens become callers; forged, foreign, expired and odd ones are refused."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from shared.access import Caller, Role, party_of
from shared.errors import Forbidden, Unauthenticated, Unavailable
from shared.settings import DEVELOPMENT_ISSUER, Kernel
from shared.web import keys as keys_module
from shared.web.auth import Auth, auth_of
from shared.web.issuer import Issuer, development_issuer
from shared.web.keys import FileKeys, FixedKeys, Keys, UrlKeys
from tests.shared.web.conftest import bearer
from tests.shared.web.expect import problem


@pytest.fixture
async def auth(issuer: Issuer) -> AsyncIterator[Auth]:
    made = Auth(issuer.issuer, issuer.audience, FixedKeys(issuer.jwks()))
    await made.start()
    yield made
    await made.stop()


def b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims(**more: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {
        "iss": DEVELOPMENT_ISSUER,
        "aud": "sojourn",
        "sub": "ana",
        "role": "participant",
        "exp": now + 60,
        "iat": now,
    }
    return {**usual, **more}


async def test_a_good_token_is_a_caller(auth: Auth, issuer: Issuer) -> None:
    party, entity = uuid4(), uuid4()
    token = issuer.issue_token(Role.hosting_manager, "joan", party=party, entity=entity)
    for _ in range(2):
        assert await auth.caller(f"Bearer {token}") == Caller("joan", Role.hosting_manager, party, entity)


async def test_a_participant_without_party_gets_the_same_one_everywhere(auth: Auth, issuer: Issuer) -> None:
    caller = await auth.caller(f"bearer {issuer.issue_token(Role.participant, 'ana')}")
    assert caller.party == party_of(issuer.issuer, "ana")
    assert (await auth.caller(f"Bearer {issuer.issue_token(Role.enabler, 'ana')}")).party is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": None},
        {"exp": 0},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": 1e300},
        {"nbf": 4_000_000_000},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 201},
        {"sub": "a\r\nb"},
        {"sub": "a\x00b"},
        {"party": "not-an-id"},
        {"party": 5},
        {"entity": ["x"]},
    ],
)
async def test_a_token_with_wrong_claims_proves_nobody(auth: Auth, issuer: Issuer, wrong: dict[str, Any]) -> None:
    token = jwt.encode({"alg": "ES256", "kid": issuer.key.kid}, claims(**wrong), issuer.key)
    with pytest.raises(Unauthenticated):
        await auth.caller(f"Bearer {token}")


@pytest.mark.parametrize("role", [None, "admin", 5, "Participant"])
async def test_a_token_without_a_role_of_ours_is_forbidden(auth: Auth, issuer: Issuer, role: Any) -> None:
    token = jwt.encode({"alg": "ES256", "kid": issuer.key.kid}, claims(role=role), issuer.key)
    with pytest.raises(Forbidden):
        await auth.caller(f"Bearer {token}")


async def test_an_audience_may_be_one_of_several(auth: Auth, issuer: Issuer) -> None:
    assert await auth.caller(f"Bearer {issuer.issue_token(Role.auditor, 'ann', aud=['other', 'sojourn'])}")


def forged(issuer: Issuer) -> dict[str, str]:
    """Tokens that somebody without the key can make."""
    kid = issuer.key.kid
    good = issuer.issue_token(Role.participant, "ana")
    head, body, mac = good.split(".")
    public = json.dumps(issuer.key.as_dict(private=False)).encode()
    confused = f"{b64({'alg': 'HS256', 'kid': kid})}.{b64(claims())}"
    other = ECKey.generate_key("P-256", private=True)
    return {
        "alg none": f"{b64({'alg': 'none'})}.{b64(claims())}.",
        "alg None with kid": f"{b64({'alg': 'None', 'kid': kid})}.{b64(claims())}.{mac}",
        "public key as a shared secret": f"{confused}.{b64(hmac.digest(public, confused.encode(), hashlib.sha256))}",
        "another key, our kid": jwt.encode({"alg": "ES256", "kid": kid}, claims(), other),
        "another key in the header": jwt.encode(
            {"alg": "ES256", "jwk": other.as_dict(private=False), "kid": kid}, claims(), other
        ),
        "unknown kid": jwt.encode({"alg": "ES256", "kid": "nope"}, claims(), issuer.key),
        "kid of another kind": f"{b64({'alg': 'ES256', 'kid': [kid]})}.{body}.{mac}",
        "kid that is a path": f"{b64({'alg': 'ES256', 'kid': '../../dev/null'})}.{body}.{mac}",
        "changed claims": f"{head}.{b64(claims(role='global_manager'))}.{mac}",
        "no signature": f"{head}.{body}.",
        "cut signature": f"{head}.{body}.{mac[:-4]}",
        "empty signature of zeros": f"{head}.{body}.{b64(bytes(64))}",
        "critical extension": f"{b64({'alg': 'ES256', 'kid': kid, 'crit': ['x'], 'x': 1})}.{body}.{mac}",
        "two parts": f"{head}.{body}",
        "four parts": f"{good}.x",
        "five parts": f"{good}.x.y",
        "header is a list": f"{b64([])}.{body}.{mac}",
        "header is a text": f"{b64('x')}.{body}.{mac}",
        "header is deep": f"{b64(b'[' * 3000)}.{body}.{mac}",
        "not base64": "a!.b!.c!",
        "empty": "",
        "dots": "..",
        "huge": "a" * 100_000,
        "HMAC": jwt.encode({"alg": "HS256"}, claims(), OctKey.import_key("a shared secret of enough length for it")),
    }


@pytest.mark.parametrize("name", list(forged(Issuer(ECKey.generate_key("P-256", auto_kid=True), "i", "a"))))
async def test_a_forged_token_proves_nobody(auth: Auth, issuer: Issuer, name: str) -> None:
    with pytest.raises(Unauthenticated):
        await auth.caller(f"Bearer {forged(issuer)[name]}")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "Token x", "Bearer \u20ac"])
async def test_other_credentials_prove_nobody(auth: Auth, header: str | None) -> None:
    with pytest.raises(Unauthenticated):
        await auth.caller(header)


async def test_a_remembered_token_still_expires(auth: Auth, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    header = f"Bearer {issuer.issue_token(Role.participant, 'ana', lifetime=60)}"
    await auth.caller(header)
    later = time.time() + 91
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(Unauthenticated, match="expired"):
        await auth.caller(header)


async def test_remembered_tokens_are_bounded(auth: Auth, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.web.auth.CACHED", 8)
    for number in range(20):
        await auth.caller(f"Bearer {issuer.issue_token(Role.participant, f'ana-{number}')}")
    assert len(auth._known) <= 8


@pytest.mark.parametrize("kind", ["RSA", "OKP"])
async def test_other_signature_kinds_of_the_list_are_accepted(kind: str) -> None:
    key = RSAKey.generate_key(2048, auto_kid=True) if kind == "RSA" else OKPKey.generate_key("Ed25519", auto_kid=True)
    algorithm = "RS256" if kind == "RSA" else "Ed25519"
    auth = Auth(DEVELOPMENT_ISSUER, "sojourn", FixedKeys({"keys": [key.as_dict(private=False)]}))
    await auth.start()
    token = jwt.encode({"alg": algorithm, "kid": key.kid}, claims(), key, algorithms=[algorithm])
    assert (await auth.caller(f"Bearer {token}")).subject == "ana"
    await auth.stop()


async def test_shared_secrets_and_encryption_keys_of_a_set_are_not_used() -> None:
    key = ECKey.generate_key("P-256", auto_kid=True).as_dict(private=False)
    entries = [{"kty": "oct", "k": "c2VjcmV0", "kid": "s"}, {**key, "use": "enc"}, {"kty": "EC"}]
    keys = FixedKeys({"keys": entries})
    await keys.start()
    with pytest.raises(Unavailable):
        await keys.find("s")
    await keys.stop()


# --- where keys come from


async def test_a_new_key_in_the_file_is_found_and_an_old_one_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "LOOK_AGAIN_SECONDS", 0.0)
    file = tmp_path / "jwks.json"
    old, new = (Issuer(ECKey.generate_key("P-256", auto_kid=True), DEVELOPMENT_ISSUER, "sojourn") for _ in range(2))
    file.write_text(json.dumps(old.jwks()))
    auth = Auth(DEVELOPMENT_ISSUER, "sojourn", FileKeys(file))
    await auth.start()
    before = f"Bearer {old.issue_token(Role.participant, 'ana')}"
    await auth.caller(before)
    file.write_text(json.dumps(new.jwks()))
    await auth.caller(f"Bearer {new.issue_token(Role.participant, 'ana')}")
    with pytest.raises(Unauthenticated):
        await auth.caller(before)
    await auth.stop()


class Counted(Keys):
    """Keys that are slow to load, or fail."""

    def __init__(self, *answers: Any) -> None:
        super().__init__()
        self.answers, self.loads = list(answers), 0

    async def load(self) -> Any:
        self.loads += 1
        await asyncio.sleep(0.05)
        answer = self.answers[min(self.loads, len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_many_unknown_keys_make_us_look_once(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Counted(issuer.jwks())
    await keys.start()
    monkeypatch.setattr(keys, "_looked", -1000.0)
    found = await asyncio.gather(*(keys.find(f"k{n}") for n in range(50)), return_exceptions=True)
    assert {type(one) for one in found} == {Unauthenticated}
    with pytest.raises(Unauthenticated):
        await keys.find("again")
    assert keys.loads == 2
    await keys.stop()


async def test_known_keys_survive_an_issuer_that_is_away(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Counted(
        issuer.jwks(), httpx.ConnectError("away"), ValueError("nonsense"), {"keys": "nonsense"}, [], {"keys": []}
    )
    await keys.start()
    for _ in range(5):
        monkeypatch.setattr(keys, "_looked", -1000.0)
        with pytest.raises(Unauthenticated):
            await keys.find("other")
    assert await keys.find(issuer.key.kid)
    assert keys.loads == 6
    await keys.stop()


async def test_without_any_key_the_answer_is_later_not_never(issuer: Issuer) -> None:
    auth = Auth(issuer.issuer, issuer.audience, UrlKeys("http://127.0.0.1:1/jwks"))
    await auth.start()
    with pytest.raises(Unavailable):
        await auth.caller(f"Bearer {issuer.issue_token(Role.participant, 'ana')}")
    await auth.stop()


async def test_keys_come_from_the_issuers_address(issuer: Issuer) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = json.dumps(issuer.jwks()).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        auth = Auth(issuer.issuer, issuer.audience, UrlKeys(f"http://127.0.0.1:{port}/jwks"))
        await auth.start()
        assert await auth.caller(f"Bearer {issuer.issue_token(Role.participant, 'ana')}")
        await auth.stop()


# --- the development issuer


def test_several_processes_make_one_development_key(tmp_path: Path) -> None:
    kernel = Kernel(_env_file=None, data_dir=tmp_path)
    assert development_issuer(kernel).jwks() == development_issuer(kernel).jwks()
    assert (tmp_path / "development-key.json").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["development-key.json"]


def test_the_development_issuer_refuses_production(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    file.write_text('{"keys": []}')
    kernel = Kernel(
        _env_file=None, mode="production", oidc_issuer="https://id.example", oidc_jwks_file=file, link_key="x" * 32
    )
    with pytest.raises(RuntimeError, match="development mode only"):
        development_issuer(kernel)
    assert isinstance(auth_of(kernel).keys, FileKeys)
    with pytest.raises(ValueError, match="JWKS"):
        auth_of(kernel.model_copy(update={"oidc_jwks_file": None}))


def test_the_published_key_has_no_private_half(issuer: Issuer) -> None:
    assert set(issuer.jwks()["keys"][0]) >= {"kty", "crv", "x", "y", "kid"}
    assert "d" not in issuer.jwks()["keys"][0]


# --- over HTTP


async def test_a_bad_token_is_401_and_says_how(client: httpx.AsyncClient) -> None:
    for headers in ({}, bearer("nonsense")):
        reply = await client.get("/v1/notes", headers=headers)
        problem(reply, 401, "unauthenticated")
        assert reply.headers["www-authenticate"].startswith("Bearer")


async def test_a_role_that_may_not_is_403(client: httpx.AsyncClient, issuer: Issuer) -> None:
    headers = bearer(issuer.issue_token(Role.auditor, "ann"))
    problem(await client.post("/v1/notes", json={"text": "x"}, headers=headers), 403, "forbidden")


async def test_a_stranger_learns_nothing_about_the_body(client: httpx.AsyncClient) -> None:
    for content in (b"{", b'{"nope": 1}', b"x" * 900_000):
        problem(await client.post("/v1/notes", content=content), 401)


async def test_a_public_route_needs_no_token_and_shows_no_scope(client: httpx.AsyncClient) -> None:
    reply = await client.post("/v1/open-notes", json={"text": "x"}, headers=bearer("nonsense"))
    assert reply.status_code == 201
    assert Caller.anonymous().party is None
