"""Start-up and documentation: a route without rule is refused by name, every answer is documented."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from starlette.responses import Response

from shared.access import Role
from shared.runtime import Runtime
from shared.settings import Kernel
from shared.web import health
from shared.web.app import RouteRefused, create_app
from shared.web.door import Door, allow, public
from shared.web.health import worker_app
from tests.shared.web import room
from tests.shared.web.conftest import http
from tests.shared.web.expect import pointers, problem

NOWHERE = "postgresql://x:x@127.0.0.1:1/x"


async def ruleless() -> Response:
    return Response()


async def ruled(door: Annotated[Door, allow(Role.service)]) -> Response:
    return Response()


async def changing(door: Annotated[Door, allow(Role.service, changes=True)]) -> Response:
    return Response()


async def twice(one: Annotated[Door, allow(Role.service)], two: Annotated[Door, public("why not")]) -> Response:
    return Response()


def refused(kernel: Kernel, *routers: APIRouter) -> str:
    service = room.service_of(*routers)
    with pytest.raises(RouteRefused) as refusal:
        create_app(service, room.runtime(NOWHERE, kernel, service))
    return str(refusal.value)


def router(endpoint: Any, **more: Any) -> APIRouter:
    made = APIRouter(prefix="/v1")
    made.add_api_route("/things/{id}", endpoint, **{"operation_id": "thing", "methods": ["GET"], **more})
    return made


@pytest.mark.parametrize(
    ("endpoint", "more", "said"),
    [
        (ruleless, {}, "GET /v1/things/{id} needs exactly one role rule (allow or public), it has 0"),
        (twice, {}, "GET /v1/things/{id} needs exactly one role rule (allow or public), it has 2"),
        (ruled, {"operation_id": None}, "GET /v1/things/{id} needs an operation_id"),
        (changing, {}, "GET /v1/things/{id}: a GET changes nothing"),
    ],
)
def test_a_route_that_is_not_declared_well_is_named(
    kernel_settings: Kernel, endpoint: Any, more: dict[str, Any], said: str
) -> None:
    assert refused(kernel_settings, router(endpoint, **more)) == said


def test_two_routes_of_one_operation_id_are_refused(kernel_settings: Kernel) -> None:
    assert "the operation id thing is there already" in refused(kernel_settings, router(ruled), router(ruled))


def test_nested_routers_are_refused(kernel_settings: Kernel) -> None:
    outer = APIRouter()
    outer.include_router(router(ruled))
    assert "list each router in Service.routers" in refused(kernel_settings, outer)


def test_a_rule_names_roles_or_a_reason() -> None:
    for rule in (lambda: allow(), lambda: public("")):
        with pytest.raises(ValueError, match="route"):
            rule()


# --- the document


@pytest.fixture
async def document(client: httpx.AsyncClient) -> dict[str, Any]:
    return (await client.get("/openapi.json")).json()


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["operationId"]: one for path in document["paths"].values() for one in path.values()}


async def test_operations_document_their_problems(document: dict[str, Any]) -> None:
    found = {name: set(one["responses"]) for name, one in operations(document).items()}
    always = {"401", "403", "404", "413", "422", "500", "503"}
    assert found["list_notes"] == {"200", *always}
    assert found["read_note"] == {"200", "304", *always}
    assert found["write_note"] == {"201", "400", "409", "415", *always}
    assert found["change_note"] == {"200", "400", "409", "412", "415", "428", *always}
    assert found["write_open_note"] == found["write_note"] - {"401", "403"}


async def test_operations_document_headers_roles_and_examples(document: dict[str, Any]) -> None:
    found = operations(document)
    headers = {
        name: {p["name"] for p in one.get("parameters", ()) if p["in"] == "header"} for name, one in found.items()
    }
    assert headers["write_note"] == {"Idempotency-Key"}
    assert headers["change_note"] == {"If-Match"}
    assert headers["read_note"] == {"If-None-Match"}
    assert headers["list_notes"] == set()
    assert found["write_note"]["x-roles"] == ["participant", "sending_manager"]
    assert found["write_note"]["security"] == [{"token": []}]
    assert found["write_open_note"]["security"] == []
    for name, one in found.items():
        bodies = [one["requestBody"]] if "requestBody" in one else []
        bodies += [reply for status, reply in one["responses"].items() if status.startswith("2")]
        for body in bodies:
            for media in body.get("content", {}).values():
                assert "example" in media, name


async def test_references_of_the_document_resolve(document: dict[str, Any]) -> None:
    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*map(references, node.values()))
        return set().union(*map(references, node)) if isinstance(node, list) else set()

    for reference in references(document):
        node: Any = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_pages_use_nothing_from_outside(client: httpx.AsyncClient) -> None:
    for path in ("/", "/docs"):
        reply = await client.get(path)
        assert reply.status_code == 200
        assert "http" not in re.sub(r"charset=[^>]*", "", reply.text)
        for address in re.findall(r"""(?:src|href)=['"]([^'"]+)""", reply.text):
            assert (await client.get(address)).status_code in (200, 503), address
        assert "<script>" not in reply.text
    assert "Notes &lt;of the tests&gt;" in (await client.get("/")).text


def test_vendored_files_come_with_their_licence() -> None:
    folder = Path(__file__).parents[3] / "shared/web/static"
    assert "Apache License" in (folder / "swagger-ui.LICENSE").read_text()
    assert "sourceMappingURL" not in (folder / "swagger-ui.css").read_text()


# --- health


async def test_a_room_in_order_is_ready(client: httpx.AsyncClient) -> None:
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "checks": {"database": "ok", "migrations": "ok"}})


async def test_a_worker_tells_what_its_loops_say(runtime: Runtime) -> None:
    async def stuck() -> str:
        return "the consumer has not moved for 60 s"

    async def broken() -> None:
        raise ConnectionError("secret host name")

    async def fine() -> None:
        return None

    async with http(
        worker_app(runtime, ready={"relay": fine, "consumer": broken}, alive={"consumer": stuck})
    ) as client:
        ready, alive = await client.get("/readyz"), await client.get("/livez")
        assert (ready.status_code, alive.status_code) == (503, 503)
        assert ready.json()["checks"]["relay"] == "ok"
        assert ready.json()["checks"]["consumer"] == "cannot be reached (ConnectionError)"
        assert alive.json() == {"alive": False, "checks": {"consumer": "the consumer has not moved for 60 s"}}
        assert (await client.get("/metrics")).status_code == 200


async def test_a_probe_that_takes_long_to_give_up_delays_no_answer(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "DEADLINE_SECONDS", 0.1)
    gone = asyncio.Event()

    async def hangs() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.shield(gone.wait())

    async with http(worker_app(runtime, ready={"hangs": hangs})) as client:
        async with asyncio.timeout(30):
            ready = await client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["checks"]["hangs"] == "no answer in 0.1 s"
    gone.set()
    await asyncio.sleep(0)


# --- business time


@pytest.fixture
async def moved_back(runtime: Runtime) -> Any:
    yield
    await runtime.move_clock(timedelta(0))


@pytest.mark.usefixtures("moved_back")
async def test_business_time_moves_and_machine_time_does_not(client: httpx.AsyncClient, ana: dict[str, str]) -> None:
    moved = await client.put("/development/clock", json={"now": "2027-01-01T00:00:00Z"}, headers=ana)
    assert moved.status_code == 200
    both = (await client.get("/development/clock", headers=ana)).json()
    assert both["now"].startswith("2027-01-01T00:00:0")
    assert abs(datetime.fromisoformat(both["machine"]) - datetime.now(UTC)) < timedelta(seconds=30)
    token_still_good = await client.get("/v1/notes?limit=1", headers=ana)
    assert token_still_good.status_code == 200
    moved = await client.put("/development/clock", json={"offset_seconds": 60}, headers=ana)
    assert moved.json()["offset_seconds"] == 60


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"offset_seconds": 1, "now": "2027-01-01T00:00:00Z"},
        {"offset_seconds": 1e12},
        {"now": "9999-01-01T00:00:00Z"},
    ],
)
async def test_business_time_does_not_move_anywhere(
    client: httpx.AsyncClient, ana: dict[str, str], body: dict[str, Any]
) -> None:
    assert pointers(problem(await client.put("/development/clock", json=body, headers=ana), 422))


async def test_without_clock_control_there_is_no_such_route(kernel_settings: Kernel, ana: dict[str, str]) -> None:
    still = kernel_settings.model_copy(update={"clock_control": False})
    app: FastAPI = create_app(room.service, room.runtime(NOWHERE, still))
    async with http(app) as client:
        problem(await client.get("/development/clock", headers=ana), 404)
        assert "/development/clock" not in (await client.get("/openapi.json")).json()["paths"]
