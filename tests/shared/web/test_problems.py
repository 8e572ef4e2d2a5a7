"""Every "no" is a problem document with a pointer; nothing internal gets out and nothing is ever a 500 by input."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import text

from shared.runtime import Runtime
from shared.settings import Kernel
from shared.web.app import create_app
from tests.shared.web import room
from tests.shared.web.conftest import http
from tests.shared.web.expect import pointers, problem

JSON = {"Content-Type": "application/json"}


async def post(client: httpx.AsyncClient, headers: dict[str, str], body: bytes | str) -> httpx.Response:
    return await client.post("/v1/notes", content=body, headers={**headers, **JSON})


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": "x", "extra": 1}, "#/extra"),
        ({}, "#/text"),
        ({"text": ""}, "#/text"),
        ({"text": "   "}, "#/text"),
        ({"text": None}, "#/text"),
        ({"text": 5}, "#/text"),
        ({"text": ["x"]}, "#/text"),
        ({"text": "x" * 201}, "#/text"),
        ({"text": "a\x00b"}, "#/text"),
        ({"text": "a\x07b"}, "#/text"),
        ({"text": "a\r\nX-Injected: 1"}, "#/text"),
        ({"text": "a\x85b"}, "#/text"),
        ({"text": "x", "stars": -1}, "#/stars"),
        ({"text": "x", "stars": 2**31}, "#/stars"),
        ({"text": "x", "stars": 10**30}, "#/stars"),
        ({"text": "x", "stars": 1.5}, "#/stars"),
        ({"text": "x", "stars": "5"}, "#/stars"),
        ({"text": "x", "stars": True}, "#/stars"),
        ({"text": "x", "written_on": "2026-02-29"}, "#/written_on"),
        ({"text": "x", "written_on": "9999-12-31"}, "#/written_on"),
        ({"text": "x", "written_on": "0001-01-01"}, "#/written_on"),
        ({"text": "x", "written_on": 0}, "#/written_on"),
        ({"text": "x", "written_on": "0"}, "#/written_on"),
        ({"text": "x", "written_on": "1600000000"}, "#/written_on"),
        ({"text": "x", "written_on": "2026-03-01T10:00:00"}, "#/written_on"),
        ([], "#"),
        ("text", "#"),
        (None, "#"),
    ],
)
async def test_a_wrong_field_is_pointed_to(
    client: httpx.AsyncClient, ana: dict[str, str], body: Any, pointer: str
) -> None:
    found = problem(await client.post("/v1/notes", json=body, headers=ana), 422)
    assert pointer in pointers(found)
    assert room.handled == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"zone": "Mars/Olympus"}, "#/zone"),
        ({"zone": "../../etc/passwd"}, "#/zone"),
        ({"email": "a@b"}, "#/email"),
        ({"email": "a@example.org\nBcc: x@example.org"}, "#/email"),
        ({"phone": "0721"}, "#/phone"),
        ({"language": "Romanian!"}, "#/language"),
        ({"story": "a\x1bb"}, "#/story"),
        ({"tags": ["ok", "a\x00"]}, "#/tags/1"),
        ({"tags": ["x"] * 21}, "#/tags"),
        ({"tags": [1]}, "#/tags/0"),
        ({"free": {"a/b": {"c~d": ["\x00"]}}}, "#/free/a~1b/c~0d/0"),
        ({"free": {"\x00": 1}}, "#/free"),
    ],
)
async def test_each_kind_of_text_is_checked(
    client: httpx.AsyncClient, ana: dict[str, str], body: Any, pointer: str
) -> None:
    assert pointer in pointers(problem(await client.post("/v1/kinds", json=body, headers=ana), 422))


async def test_good_texts_come_back_as_they_are(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    body = {"zone": "Asia/Kolkata", "email": "x@example.org", "phone": "+40721000000", "language": "pt-BR"}
    body |= {"story": "a\nb\tc", "ratio": 0.5, "tags": ["Ș ț 🙂"], "free": {"a": [1, None, True]}}
    reply = await client.post("/v1/kinds", json=body, headers=ana)
    assert (reply.status_code, reply.json()) == (200, body)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b'{"text": "x",}',
        b'{"text": "x", "text": "y"}',
        b'{"text": "x", "stars": NaN}',
        b'{"text": "x", "stars": Infinity}',
        b'{"text": "x", "stars": ' + b"9" * 5000 + b"}",
        b'{"text": "\xff"}',
        b'{"text": "a\x00b"}',
        b'\xef\xbb\xbf{"text": "x"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 33 + b"]" * 33,
    ],
)
async def test_what_is_not_json_is_refused(client: httpx.AsyncClient, ana: dict[str, str], body: bytes) -> None:
    if body:
        assert "detail" in problem(await post(client, ana, body), 400, "malformed-json")
    else:
        problem(await post(client, ana, body), 422)


async def test_nesting_is_counted_outside_of_texts(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    assert (await client.post("/v1/notes", json={"text": '[{"\\' * 40}, headers=ana)).status_code == 201


@pytest.mark.parametrize("escape", [r"\u0000", r"\ud800", r"\udfff", r"\ud800x"])
async def test_text_that_cannot_be_stored_is_pointed_to(
    client: httpx.AsyncClient, ana: dict[str, str], escape: str
) -> None:
    reply = await post(client, ana, f'{{"text": "a{escape}b"}}')
    assert pointers(problem(reply, 422)) == ["#/text"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
async def test_a_body_that_is_not_called_json_is_415(client: httpx.AsyncClient, ana: dict[str, str], kind: str) -> None:
    reply = await client.post("/v1/notes", content=b'{"text": "x"}', headers={**ana, "Content-Type": kind})
    problem(reply, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json"]
)
async def test_every_spelling_of_json_is_read(client: httpx.AsyncClient, ana: dict[str, str], kind: str) -> None:
    reply = await client.post("/v1/notes", content=b'{"text": "x"}', headers={**ana, "Content-Type": kind})
    assert reply.status_code == 201


async def test_unknown_addresses_are_404(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    for path in ("/nope", "/v1/notes/", "/v1", "/docs/nope.js", "/docs/../app.py", "/v1/notes/%00", "/%00"):
        reply = await client.get(path, headers=ana)
        assert reply.status_code in (404, 422), path
        problem(reply, reply.status_code)
    problem(await client.get("/v1/notes/018f6f3e-3c5a-7b1e-9d3a-5f0c2a7e4b11", headers=ana), 404, "not-found")


async def test_a_wrong_method_is_told_the_right_ones(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    reply = await client.delete("/v1/notes", headers=ana)
    problem(reply, 405, "method-not-allowed")
    assert reply.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "#/limit"),
        ("limit=1000000", "#/limit"),
        ("limit=x", "#/limit"),
        ("limit=99999999999999999999999", "#/limit"),
        ("cursor=abc", "#/cursor"),
        ("cursor=", "#/cursor"),
        ("cursor=" + "a" * 1001, "#/cursor"),
        ("changed_since=yesterday", "#/changed_since"),
        ("changed_since=0.5", "#/changed_since"),
        ("changed_since=9999-12-31T23:59:59-14:00", "#/changed_since"),
        ("changed_since=0001-01-01T00:00:00%2B14:00", "#/changed_since"),
        ("changed_since=2026-01-01T00:00:00", "#/changed_since"),
        ("text=a%00b", "#"),
        ("text=a%0D%0Ab", "#/text"),
    ],
)
async def test_wrong_query_values_are_pointed_to(
    client: httpx.AsyncClient, ana: dict[str, str], query: str, pointer: str
) -> None:
    errors = problem(await client.get(f"/v1/notes?{query}", headers=ana), 422)["errors"]
    assert [(error["in"], error["pointer"]) for error in errors] == [("query", pointer)]


async def test_a_wrong_path_value_is_pointed_to(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    errors = problem(await client.get("/v1/notes/17", headers=ana), 422)["errors"]
    assert [(error["in"], error["pointer"]) for error in errors] == [("path", "#/note_id")]


@pytest.mark.parametrize(
    ("way", "status"),
    [
        ("nul", 422),
        ("range", 422),
        ("overflow", 422),
        ("year", 422),
        ("clash", 409),
        ("slow", 503),
        ("bug", 500),
        ("sql", 500),
    ],
)
async def test_what_the_database_refuses_leaks_nothing(
    client: httpx.AsyncClient, ana: dict[str, str], way: str, status: int
) -> None:
    reply = await client.post(f"/v1/bad/{way}", headers=ana)
    problem(reply, status)
    assert ("retry-after" in reply.headers) == (status == 503)


@pytest.fixture
def logged() -> Iterator[list[dict[str, Any]]]:
    """What is logged while the test runs."""
    before, lines = structlog.get_config(), structlog.testing.LogCapture()
    structlog.configure(processors=[structlog.processors.format_exc_info, lines], wrapper_class=structlog.BoundLogger)
    yield lines.entries
    structlog.configure(**before)


@pytest.mark.parametrize("way", ["bug", "sql"])
async def test_a_bug_is_logged_with_its_route_and_never_with_the_path(
    client: httpx.AsyncClient, ana: dict[str, str], logged: list[dict[str, Any]], way: str
) -> None:
    problem(await client.post(f"/v1/bad/{way}", headers=ana), 500)
    (line,) = logged
    assert (line["event"], line["method"], line["route"]) == ("request-failed", "POST", "/v1/bad/{way}")
    assert "Traceback" in line["exception"]
    assert f"/v1/bad/{way}" not in repr(line)


async def test_a_policy_can_point_and_add_facts(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    body = problem(await client.post("/v1/bad/invalid", headers=ana), 422, "invalid")
    assert body["errors"] == [{"pointer": "#/end_on", "detail": "It lies before the start."}]
    assert body["limit"] == 3


@pytest.mark.parametrize(("note", "status"), [("not at commit", 500), ("cut at commit", 503), ("clash at commit", 409)])
@pytest.mark.parametrize("keyed", [True, False])
async def test_a_failed_commit_is_never_a_success(
    client: httpx.AsyncClient, ana: dict[str, str], runtime: Runtime, note: str, status: int, keyed: bool
) -> None:
    headers = {**ana, "Idempotency-Key": note.replace(" ", "-")} if keyed else ana
    problem(await client.post("/v1/notes", json={"text": note}, headers=headers), status)
    async with runtime.database.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM note WHERE text = :t"), {"t": note})).scalar() == 0
        kept = text("SELECT count(*) FROM idempotency WHERE key = :key")
        assert (await connection.execute(kept, {"key": note.replace(" ", "-")})).scalar() == 0


async def test_a_database_that_is_away_is_503_and_the_process_stays_alive(
    kernel_settings: Kernel, ana: dict[str, str]
) -> None:
    still = kernel_settings.model_copy(update={"clock_control": False})
    app: FastAPI = create_app(room.service, room.runtime("postgresql://nobody:x@127.0.0.1:1/none", still))
    async with app.router.lifespan_context(app), http(app) as client:
        for reply in (
            await client.post("/v1/notes", json={"text": "x"}, headers=ana),
            await client.get("/v1/notes", headers=ana),
        ):
            problem(reply, 503, "unavailable")
            assert reply.headers["retry-after"] == "1"
        ready = await client.get("/readyz")
        assert ready.status_code == 503
        assert set(ready.json()["checks"]) == {"database", "migrations"}
        assert (await client.get("/livez")).status_code == 200


async def test_a_cancelled_request_is_undone(client: httpx.AsyncClient, ana: dict[str, str], runtime: Runtime) -> None:
    room.waiting.clear()
    task = asyncio.create_task(client.post("/v1/notes", json={"text": "wait for ever"}, headers=ana))
    await room.waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with runtime.database.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM note WHERE text = 'wait for ever'"))).scalar() == 0
