"""A running app of the tests' room, and people with tokens."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from fastapi import FastAPI

from shared import telemetry
from shared.access import Role
from shared.embedded.postgres import Postgres
from shared.ids import new_id
from shared.runtime import Runtime
from shared.settings import Kernel
from shared.storage.migrate import migrate
from shared.web.app import create_app
from shared.web.issuer import Issuer, development_issuer
from tests.shared.web import room


@pytest.fixture(scope="package")
def kernel_settings(tmp_path_factory: pytest.TempPathFactory) -> Kernel:
    folder: Path = tmp_path_factory.mktemp("web")
    return Kernel(_env_file=None, data_dir=folder, clock_control=True, trace_sample=0)


@pytest.fixture(scope="package")
def issuer(kernel_settings: Kernel) -> Issuer:
    return development_issuer(kernel_settings)


@pytest.fixture(scope="package")
async def runtime(postgres: Postgres, kernel_settings: Kernel) -> Runtime:
    url = await postgres.create_database(f"sojourn_notes_{new_id().hex[-8:]}")
    made = room.runtime(url, kernel_settings)
    await migrate(made.database, room.service.migrations)
    return made


@pytest.fixture(scope="package", autouse=True)
def quiet_logs() -> Iterator[None]:
    """Expected faults are logged nowhere."""
    before = logging.root.handlers, logging.root.level
    telemetry.start_logging("notes", "test", "critical")
    yield
    structlog.reset_defaults()
    logging.root.handlers, logging.root.level = before


@pytest.fixture(scope="package")
async def app(runtime: Runtime) -> AsyncIterator[FastAPI]:
    made = create_app(room.service, runtime)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with http(app) as made:
        yield made


def http(app: FastAPI) -> httpx.AsyncClient:
    """A client of an app; a crash of the app is a 500 here, as outside."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://notes")


@pytest.fixture(scope="package")
def ana(issuer: Issuer) -> dict[str, str]:
    """Headers of a participant."""
    return bearer(issuer.issue_token(Role.participant, "ana"))


@pytest.fixture(scope="package")
def ben(issuer: Issuer) -> dict[str, str]:
    """Headers of another participant."""
    return bearer(issuer.issue_token(Role.participant, "ben"))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(autouse=True)
def fresh_room() -> Iterator[None]:
    room.handled.clear()
    room.going_on.clear()
    return
