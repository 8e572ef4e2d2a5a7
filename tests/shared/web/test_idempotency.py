"""The same Idempotency-Key again: the same reply again, one effect; whatever races, nothing is done twice."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from shared.access import Caller, Role
from shared.runtime import Runtime
from shared.storage import idempotency
from shared.storage.idempotency import Attempt, Reply
from shared.storage.outbox import KeyTaken
from shared.storage.tx import Cause, Uow
from shared.web.issuer import Issuer
from tests.shared.web import room
from tests.shared.web.conftest import bearer
from tests.shared.web.expect import problem

HTTP = httpx.AsyncClient


def keyed(headers: dict[str, str], key: str | None = None) -> dict[str, str]:
    return {**headers, "Idempotency-Key": key or str(uuid4())}


async def notes(runtime: Runtime, like: str) -> int:
    async with runtime.database.engine.connect() as connection:
        query = text("SELECT count(*) FROM note WHERE text = :text")
        return int((await connection.execute(query, {"text": like})).scalar_one())


async def test_a_repeated_request_gets_the_same_bytes(client: HTTP, ana: dict[str, str], runtime: Runtime) -> None:
    headers, body = keyed(ana), {"text": f"once-{uuid4()}"}
    first = await client.post("/v1/notes", json=body, headers=headers)
    again = await client.post("/v1/notes", json=body, headers=headers)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.status_code == 201
    for name in ("etag", "location", "content-type"):
        assert first.headers[name] == again.headers[name]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await notes(runtime, body["text"]) == 1


async def test_another_body_or_route_with_the_key_is_refused(client: HTTP, ana: dict[str, str]) -> None:
    headers = keyed(ana)
    assert (await client.post("/v1/notes", json={"text": "a"}, headers=headers)).status_code == 201
    for path, body in (
        ("/v1/notes", {"text": "b"}),
        ("/v1/unique-notes", {"text": "a"}),
        ("/v1/notes?x=1", {"text": "a"}),
    ):
        problem(await client.post(path, json=body, headers=headers), 422, "idempotency-key-reused")


async def test_keys_of_two_callers_are_two_keys(client: HTTP, ana: dict[str, str], ben: dict[str, str]) -> None:
    key = str(uuid4())
    replies = [await client.post("/v1/notes", json={"text": "a"}, headers=keyed(who, key)) for who in (ana, ben)]
    assert replies[0].json()["id"] != replies[1].json()["id"]


async def test_another_role_of_the_same_account_sees_no_reply(
    client: HTTP, ana: dict[str, str], issuer: Issuer
) -> None:
    key, manager = str(uuid4()), bearer(issuer.issue_token(Role.sending_manager, "ana"))
    replies = [await client.post("/v1/notes", json={"text": "a"}, headers=keyed(who, key)) for who in (ana, manager)]
    assert replies[0].json()["id"] != replies[1].json()["id"]


async def test_callers_without_account_share_no_replies(client: HTTP) -> None:
    key = keyed({})
    one, same, other = [
        await client.post("/v1/open-notes", json={"text": text_}, headers=key) for text_ in ("a", "a", "b")
    ]
    assert one.json() == same.json()
    assert other.status_code == 201
    assert other.json()["text"] == "b"


async def test_a_refusal_is_not_kept(client: HTTP, ana: dict[str, str]) -> None:
    headers = keyed(ana)
    problem(await client.post("/v1/notes", json={"text": "refused"}, headers=headers), 409, "enough-notes")
    assert (await client.post("/v1/notes", json={"text": "now fine"}, headers=headers)).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "a\tb", "ä"])
async def test_a_key_that_is_none_is_refused(client: HTTP, ana: dict[str, str], key: str) -> None:
    headers = httpx.Headers({**ana, "Idempotency-Key": key.encode("latin-1")})  # type: ignore[dict-item]
    problem(await client.post("/v1/notes", json={"text": "a"}, headers=headers), 400, "bad-idempotency-key")


async def test_while_one_works_the_others_wait(client: HTTP, ana: dict[str, str]) -> None:
    room.waiting.clear()
    headers, body = keyed(ana), {"text": "wait"}
    first = asyncio.create_task(client.post("/v1/notes", json=body, headers=headers))
    await room.waiting.wait()
    second = await client.post("/v1/notes", json=body, headers=headers)
    problem(second, 409, "in-flight")
    assert second.headers["retry-after"] == "1"
    room.going_on.set()
    third = await client.post("/v1/notes", json=body, headers=headers)
    assert (await first).content == third.content or third.status_code == 409


@pytest.mark.parametrize("path", ["/v1/notes", "/v1/unique-notes"])
async def test_a_crowd_of_retries_has_one_effect(
    client: HTTP, ana: dict[str, str], runtime: Runtime, path: str
) -> None:
    async def until_final(headers: dict[str, str], body: dict[str, str]) -> httpx.Response:
        while True:
            reply = await client.post(path, json=body, headers=headers)
            if reply.status_code != 409 or not reply.json()["type"].endswith("in-flight"):
                return reply
            await asyncio.sleep(0.005)

    for _ in range(10):
        headers, body = keyed(ana), {"text": f"crowd-{uuid4()}"}
        replies = await asyncio.gather(*(until_final(headers, body) for _ in range(20)))
        assert {(reply.status_code, reply.content) for reply in replies} == {(201, replies[0].content)}
        assert sum("idempotency-replayed" not in reply.headers for reply in replies) == 1
        assert await notes(runtime, body["text"]) == 1


async def test_the_loser_of_a_race_is_undone_and_replays(
    client: HTTP, ana: dict[str, str], runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race that one statement leaves open: the look came before the winner's commit, the lock after it."""
    for path in ("/v1/notes", "/v1/unique-notes"):
        headers, body = keyed(ana), {"text": f"race-{uuid4()}"}
        first = await client.post(path, json=body, headers=headers)

        async def blind(attempt: Attempt, session: object) -> None:
            return None

        with monkeypatch.context() as patch:
            patch.setattr(Attempt, "begin", blind)
            second = await client.post(path, json=body, headers=headers)
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert second.headers["idempotency-replayed"] == "true"
        assert await notes(runtime, body["text"]) == 1


async def test_a_reply_is_kept_only_by_its_transaction(runtime: Runtime) -> None:
    attempt = Attempt("ana", str(uuid4()), "op", "f")
    reply = Reply(201, {"ETag": '"1"'}, '{"a":"ü"}')

    async def keep(uow: Uow, fails: bool) -> None:
        assert await attempt.begin(uow) is None
        attempt.keep(uow, reply)
        if fails:
            raise ZeroDivisionError

    caller = Caller.system("notes")
    with pytest.raises(ZeroDivisionError):
        await runtime.execute(keep, True, caller=caller)
    assert await runtime.read(attempt.find, caller=caller) is None
    await runtime.execute(keep, False, caller=caller)
    assert await runtime.read(attempt.find, caller=caller) == reply
    with pytest.raises(KeyTaken):
        async with runtime.database.transaction(caller, Cause.new(), runtime.clock) as uow:
            attempt.keep(uow, reply)


async def test_old_replies_are_swept(runtime: Runtime) -> None:
    attempt, caller = Attempt("ana", str(uuid4()), "op", "f"), Caller.system("notes")
    async with runtime.database.transaction(caller, Cause.new(), runtime.clock) as uow:
        attempt.keep(uow, Reply(200, {}, ""))
        await uow.write()
        await uow.execute(
            text("UPDATE idempotency SET created_at = now() - interval '8 days' WHERE key = :key"), {"key": attempt.key}
        )
        assert await idempotency.sweep(uow) == 1
        assert await idempotency.sweep(uow, timedelta(days=1)) == 0
    assert await runtime.read(attempt.find, caller=caller) is None
