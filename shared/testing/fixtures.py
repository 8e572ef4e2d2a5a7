"""Pytest fixtures: real servers for the run, rooms for a test."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from shared.embedded.kafka import KafkaCluster
from shared.embedded.postgres import Postgres
from shared.testing import callers
from shared.testing.databases import Databases
from shared.testing.flows import Flows
from shared.testing.folders import folder
from shared.testing.rooms import Rooms

# Nothing here outlives the run: what guards against a power cut only costs time. (Tests of crashes start their own.)
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
async def cluster() -> AsyncIterator[KafkaCluster]:
    """One Apache Kafka for the run."""
    with folder("kafka") as place:
        async with KafkaCluster(Path(place)) as running:
            yield running


@pytest.fixture(scope="session")
async def postgres() -> AsyncIterator[Postgres]:
    """One PostgreSQL for the run."""
    with folder("postgres") as place:
        async with Postgres(Path(place), settings=FORGETFUL) as running:
            yield running


@pytest.fixture(scope="session")
async def databases(postgres: Postgres) -> AsyncIterator[Databases]:
    """Migrated databases, lent to one test after the other."""
    made = Databases(postgres)
    yield made
    await made.end()


@pytest.fixture
async def rooms(databases: Databases) -> AsyncIterator[Rooms]:
    """`await rooms("surveys")`: the room on a clean database."""
    async with AsyncExitStack() as stack:
        yield Rooms(databases, stack)


@pytest.fixture
async def flows(rooms: Rooms) -> AsyncIterator[Flows]:
    """`await flows("applications", "surveys")`: these rooms on one bus."""
    async with AsyncExitStack() as stack:
        yield Flows(rooms, stack)


def pytest_unconfigure() -> None:
    callers.forget_keys()
