"""The HTTP app of a room: its routes behind role rules, problems for every "no", health, metrics and documentation."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware

from shared import telemetry
from shared.service import Service
from shared.settings import Mode
from shared.web import health, openapi, pages, problems
from shared.web.auth import Auth, auth_of
from shared.web.development import clock_router
from shared.web.door import Rule
from shared.web.front import Front
from shared.web.provider import provider_router
from shared.web.strict import strictly

if TYPE_CHECKING:
    from shared.runtime import Runtime

QUIET = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False}
EXPOSED = ["ETag", "Idempotency-Replayed", "Link", "Location", "Retry-After", "X-Correlation-Id"]


class RouteRefused(Exception):
    """A route that may not be served as it is declared."""


def create_app(service: Service, runtime: "Runtime", *, auth: Auth | None = None) -> FastAPI:
    """The app; it starts and stops the runtime. RouteRefused names a route without role rule or operation id."""
    app = FastAPI(
        title=service.title, summary=service.summary, version="1.0.0", lifespan=_lifespan, telemetry=QUIET,
        openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    app.state.runtime, app.state.auth = runtime, auth or auth_of(runtime.kernel)
    problems.install(app)
    routers = [*service.routers, *([clock_router()] if runtime.may_move_clock else [])]
    if runtime.kernel.mode is Mode.development:
        routers.append(provider_router())
    rules = _serve(app, routers)
    openapi.install(app, rules)
    health.install(app, health.api_checks(runtime))
    pages.install(app, service)
    for path, mounted in service.mounts.items():
        app.mount(path, mounted)
    _wrap(app, runtime, service)
    return app


def _wrap(app: FastAPI, runtime: "Runtime", service: Service) -> None:
    kernel = runtime.kernel
    if kernel.cors_origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=kernel.cors_origins, allow_methods=["*"], allow_headers=["*"],
            expose_headers=EXPOSED, max_age=600,
        )  # fmt: skip
    limits = {"body_limit": kernel.body_limit, "large_bodies": service.large_bodies}
    app.add_middleware(Front, https=kernel.mode is Mode.production, **limits)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    runtime, auth = app.state.runtime, app.state.auth
    kernel = runtime.kernel
    telemetry.start_tracing(runtime.service.name, sample=kernel.trace_sample, endpoint=kernel.otlp_endpoint)
    try:
        await runtime.start()
        await auth.start()
        yield
    finally:
        await auth.stop()
        await runtime.stop()
        telemetry.stop_tracing()


def _serve(app: FastAPI, routers: list[APIRouter]) -> dict[str, Rule]:
    """Put every route on the app itself (nested routers cost a second match per request); its rule by operation id."""
    rules: dict[str, Rule] = {}
    for router in routers:
        for route in router.routes:
            if not isinstance(route, APIRoute):
                where = getattr(route, "path", route)
                raise RouteRefused(f"{where} is no API route: list each router in Service.routers")
            operation, rule = _checked(route)
            if operation in rules:
                raise RouteRefused(f"{_name(route)}: the operation id {operation} is there already")
            rules[operation] = rule
            route.app = strictly(route, rule)
            app.router.routes.append(route)
    return rules


def _checked(route: APIRoute) -> tuple[str, Rule]:
    found = list(_rules(route.dependant))
    if len(found) != 1:
        raise RouteRefused(f"{_name(route)} needs exactly one role rule (allow or public), it has {len(found)}")
    if route.operation_id is None:
        raise RouteRefused(f"{_name(route)} needs an operation_id")
    if found[0].changes and "GET" in (route.methods or ()):
        raise RouteRefused(f"{_name(route)}: a GET changes nothing")
    return route.operation_id, found[0]


def _rules(dependant: Dependant) -> Iterator[Rule]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Rule):
            yield inner.call
        yield from _rules(inner)


def _name(route: APIRoute) -> str:
    return f"{'/'.join(sorted(route.methods or ()))} {route.path}"
