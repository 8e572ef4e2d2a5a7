"""The outermost layer: sizes, headers, correlation, metrics and traces; over real sockets where it matters."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared import telemetry
from shared.runtime import Runtime
from shared.settings import Kernel
from shared.web.app import create_app
from tests.shared.web import room
from tests.shared.web.conftest import http
from tests.shared.web.expect import problem

MEGABYTE = 1024 * 1024


async def blocks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 65_536):
        yield b"x" * 65_536


async def test_an_announced_large_body_is_413_unread(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    problem(await client.post("/v1/notes", content=b"x" * (MEGABYTE + 1), headers=ana), 413, "too-large")


async def test_a_streamed_large_body_is_413(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    for size in (10 * MEGABYTE, MEGABYTE + 65_536):
        reply = await client.post(
            "/v1/notes", content=blocks(size), headers={**ana, "Content-Type": "application/json"}
        )
        problem(reply, 413, "too-large")


async def test_a_body_at_the_limit_is_read(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    reply = await client.post("/v1/notes", content=b"x" * MEGABYTE, headers={**ana, "Content-Type": "application/json"})
    problem(reply, 400, "malformed-json")


@pytest.mark.parametrize("length", ["-1", "1e9", "x", "99999999999999999999", " "])
async def test_an_odd_content_length_is_refused(client: httpx.AsyncClient, ana: dict[str, str], length: str) -> None:
    headers = {**ana, "Content-Length": length}
    problem(await client.post("/v1/notes", content=blocks(65_536), headers=headers), 413)


async def test_every_reply_carries_the_strict_headers(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    for path in ("/", "/docs", "/openapi.json", "/livez", "/v1/notes", "/nope", "/v1/notes/17"):
        headers = (await client.get(path, headers=ana)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["content-security-policy"]
        assert "strict-transport-security" not in headers
        assert "access-control-allow-origin" not in headers


async def test_the_callers_correlation_id_is_kept_when_it_is_one(client: httpx.AsyncClient) -> None:
    mine = str(uuid4())
    assert (await client.get("/livez", headers={"X-Correlation-Id": mine})).headers["x-correlation-id"] == mine
    for odd in ("x", "a" * 36, "<script>", mine + "x"):
        found = (await client.get("/livez", headers={"X-Correlation-Id": odd})).headers["x-correlation-id"]
        assert str(UUID(found)) != odd


async def test_metrics_name_routes_not_ids(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    strange = str(uuid4())
    await client.get(f"/v1/notes/{strange}", headers=ana)
    await client.get(f"/{strange}")
    page = (await client.get("/metrics")).text
    assert 'sojourn_http_request_seconds_count{method="GET",route="/v1/notes/{note_id}",status="404"}' in page
    assert 'route="unmatched",status="404"' in page
    assert strange not in page


async def test_no_origin_may_call_unless_it_is_named(runtime: Runtime, client: httpx.AsyncClient) -> None:
    ask = {"Origin": "https://front.example", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in (await client.options("/v1/notes", headers=ask)).headers
    named = room.runtime(
        "postgresql://x:x@127.0.0.1:1/x", runtime.kernel.model_copy(update={"cors_origins": [ask["Origin"]]})
    )
    async with http(create_app(room.service, named)) as other:
        reply = await other.options("/v1/notes", headers=ask)
        assert reply.headers["access-control-allow-origin"] == ask["Origin"]
        foreign = await other.options("/v1/notes", headers={**ask, "Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in foreign.headers


async def test_production_insists_on_https(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    file.write_text('{"keys": []}')
    production = Kernel(
        _env_file=None, mode="production", oidc_issuer="https://id.example", oidc_jwks_file=file, link_key="x" * 32
    )
    async with http(create_app(room.service, room.runtime("postgresql://x:x@127.0.0.1:1/x", production))) as other:
        assert "max-age" in (await other.get("/livez")).headers["strict-transport-security"]
        assert (await other.get("/development/clock")).status_code == 404


# --- traces


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    telemetry.start_tracing("notes", sample=0.0, exporter=exporter)
    yield exporter
    telemetry.stop_tracing()


async def test_a_sampled_request_is_one_span_of_its_trace(
    client: httpx.AsyncClient, ana: dict[str, str], spans: InMemorySpanExporter
) -> None:
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    reply = await client.get("/v1/notes?limit=1", headers={**ana, "traceparent": f"00-{trace}-{parent}-01"})
    assert reply.status_code == 200
    telemetry.flush_tracing()
    [span] = spans.get_finished_spans()
    assert f"{span.context.trace_id:032x}" == trace
    assert f"{span.parent.span_id:016x}" == parent
    assert (span.name, span.attributes["http.response.status_code"]) == ("GET /v1/notes", 200)


@pytest.mark.parametrize("flags", ["00", None])
async def test_an_unsampled_request_records_nothing(
    client: httpx.AsyncClient, ana: dict[str, str], spans: InMemorySpanExporter, flags: str | None
) -> None:
    headers = {"traceparent": f"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}"} if flags else {}
    await client.get("/v1/notes?limit=1", headers={**ana, **headers})
    telemetry.flush_tracing()
    assert spans.get_finished_spans() == ()


# --- over sockets


@pytest.fixture
async def port(app: FastAPI) -> AsyncIterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, http="httptools"))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = True
    await task


async def said(port: int, request: bytes) -> bytes:
    """What the server answers to these bytes until it closes or pauses."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    found = b""
    try:
        while chunk := await asyncio.wait_for(reader.read(65_536), 1 if found else 20):
            found += chunk
    except (TimeoutError, ConnectionError):
        pass
    writer.close()
    return found


async def test_nothing_from_outside_gets_into_headers(
    port: int, ana: dict[str, str], client: httpx.AsyncClient
) -> None:
    token = ana["Authorization"].encode()
    await client.post("/v1/notes", json={"text": "a"}, headers=ana)
    await client.post("/v1/notes", json={"text": "b"}, headers=ana)
    for line in (
        b"GET /v1/notes?limit=1&x=%0d%0aX-Evil:%201 HTTP/1.1",
        b"GET /v1/notes?limit=1&text=a%0aX-Evil:%201 HTTP/1.1",
        b"GET /v1/notes/%0d%0aX-Evil:%201 HTTP/1.1",
        b"GET /%0d%0aX-Evil:%201 HTTP/1.1",
    ):
        reply = await said(port, line + b"\r\nHost: x\r\nConnection: close\r\nAuthorization: " + token + b"\r\n\r\n")
        head = reply.partition(b"\r\n\r\n")[0].lower()
        assert head.startswith(b"http/1.1 ")
        assert b"\r\nx-evil" not in head
        assert b"\nx-evil" not in head


async def test_a_large_body_is_stopped_on_the_wire(port: int, ana: dict[str, str]) -> None:
    head = b"POST /v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: "
    head += ana["Authorization"].encode() + b"\r\n"
    announced = await said(port, head + b"Content-Length: 10485760\r\n\r\n" + b"x" * 65_536)
    assert announced.startswith(b"HTTP/1.1 413")
    chunk = b"%x\r\n%s\r\n" % (65_536, b"x" * 65_536)
    chunked = await said(port, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 20)
    assert chunked.startswith(b"HTTP/1.1 413")


async def test_what_a_request_changes_knows_its_thread(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    mine, trace = str(uuid4()), "0af7651916cd43dd8448eb211c80319c"
    headers = {**ana, "traceparent": f"00-{trace}-b7ad6b7169203331-00", "X-Correlation-Id": mine}
    cause = (await client.post("/v1/cause", headers=headers)).json()
    assert cause["correlation_id"] == mine
    assert cause["traceparent"].startswith(f"00-{trace}-")
    assert "b7ad6b7169203331" not in cause["traceparent"]
