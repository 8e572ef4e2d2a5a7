"""Fixtures for all tests: the servers and rooms of `shared.testing`, and the whole system as `make run` starts it."""

import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.embedded.stack import EmbeddedStack

pytest_plugins = ["shared.testing.fixtures"]


@pytest.fixture(scope="session")
async def system() -> AsyncIterator[EmbeddedStack]:
    """Every process of every room, on a data folder of its own; started once for the run."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
    with tempfile.TemporaryDirectory(prefix="sojourn-system-") as folder:
        Path(folder).chmod(0o755)
        async with EmbeddedStack(Path(folder) / "data", environ=bare) as running:
            yield running
