"""Health: `/livez` says whether to restart the process, `/readyz` whether to send it work, `/metrics` the rest."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared import telemetry
from shared.storage.migrate import at_head

if TYPE_CHECKING:
    from shared.runtime import Runtime

DEADLINE_SECONDS = 2.0
Probe = Callable[[], Awaitable[str | None]]
"""Looks at one thing: None when it is fine, else the reason in a few words."""


_running: set[asyncio.Future[str | None]] = set()


def _ended(asked: asyncio.Future[str | None]) -> None:
    _running.discard(asked)
    if not asked.cancelled():
        asked.exception()  # has been seen


class Checks:
    """The probes of a process. `alive` must never depend on a database or a broker: a restart mends neither."""

    def __init__(self, ready: Mapping[str, Probe], alive: Mapping[str, Probe] | None = None) -> None:
        self.ready, self.alive = dict(ready), dict(alive or {})

    async def answer(self, probes: Mapping[str, Probe], name: str) -> Response:
        found = await asyncio.gather(*(_probed(probe) for probe in probes.values()))
        fine = not any(found)
        checks = {key: reason or "ok" for key, reason in zip(probes, found, strict=True)}
        return JSONResponse({name: fine, "checks": checks}, 200 if fine else 503, {"Cache-Control": "no-store"})


async def _probed(probe: Probe) -> str | None:
    """What it says within the deadline. One that hangs is left alone: giving up a dead connection takes seconds."""
    asked = asyncio.ensure_future(probe())
    _running.add(asked)
    asked.add_done_callback(_ended)
    done, _ = await asyncio.wait([asked], timeout=DEADLINE_SECONDS)
    if not done:
        asked.cancel()
        return f"no answer in {DEADLINE_SECONDS:g} s"
    try:
        return asked.result()
    except Exception as error:
        telemetry.logger().warning("probe-failed", error=repr(error))
        return f"cannot be reached ({type(error).__name__})"


def database_probe(runtime: "Runtime") -> Probe:
    """Whether the database answers."""

    async def probe() -> str | None:
        async with runtime.database.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        return None

    return probe


def migrations_probe(runtime: "Runtime") -> Probe:
    """Whether the database has been at our newest revision. Seen once is enough: a newer one is a newer process's."""
    seen = False

    async def probe() -> str | None:
        nonlocal seen
        seen = seen or await at_head(runtime.database, runtime.service.migrations)
        return None if seen else "the database is not at the newest revision: run migrate"

    return probe


def api_checks(runtime: "Runtime") -> Checks:
    """What the api process needs to be ready."""
    return Checks({"database": database_probe(runtime), "migrations": migrations_probe(runtime)})


def install(app: Any, checks: Checks) -> None:
    """Put the three addresses on a FastAPI app."""
    for path, endpoint in _endpoints(checks).items():
        app.add_api_route(path, endpoint, include_in_schema=False)


def worker_app(
    runtime: "Runtime", *, ready: Mapping[str, Probe] | None = None, alive: Mapping[str, Probe] | None = None
) -> Starlette:
    """The worker's small HTTP app: the same three addresses, with the probes of its loops beside the database's."""
    checks = Checks({**api_checks(runtime).ready, **(ready or {})}, alive)
    return Starlette(routes=[Route(path, endpoint) for path, endpoint in _endpoints(checks).items()])


def _endpoints(checks: Checks) -> dict[str, Callable[[Request], Awaitable[Response]]]:
    async def livez(request: Request) -> Response:
        return await checks.answer(checks.alive, "alive")

    async def readyz(request: Request) -> Response:
        return await checks.answer(checks.ready, "ready")

    async def metrics(request: Request) -> Response:
        body, kind = telemetry.metrics_page()
        return Response(body, headers={"Cache-Control": "no-store"}, media_type=kind)

    return {"/livez": livez, "/readyz": readyz, "/metrics": metrics}
