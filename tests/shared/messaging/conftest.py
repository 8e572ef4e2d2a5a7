"""Servers of the messaging tests: one Apache Kafka and one PostgreSQL for the run."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.embedded.kafka import KafkaCluster
from shared.embedded.postgres import Postgres


@pytest.fixture(scope="session")
async def cluster() -> AsyncIterator[KafkaCluster]:
    with tempfile.TemporaryDirectory(prefix="sojourn-kafka-") as folder:
        async with KafkaCluster(Path(folder)) as running:
            yield running


@pytest.fixture(scope="session")
async def postgres() -> AsyncIterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="sojourn-postgres-") as folder:
        Path(folder).chmod(0o755)
        async with Postgres(Path(folder)) as running:
            yield running
