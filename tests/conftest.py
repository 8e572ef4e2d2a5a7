"""Fixtures for all tests: the servers and rooms of `shared.testing`, and the whole system as `make run` starts it."""

import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from shared.embedded.stack import EmbeddedStack

pytest_plugins = ["shared.testing.fixtures"]
ALONE = {"drills", "bench"}
# A busy machine makes an example slow, which says nothing about it.
settings.register_profile("sojourn", deadline=None)
settings.load_profile("sojourn")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Drills and measurements start systems of their own: they go first, while the session has no servers yet."""
    items.sort(key=lambda item: item.path.parent.name not in ALONE)


@pytest.fixture(scope="session")
async def system() -> AsyncIterator[EmbeddedStack]:
    """Every process of every room, on a data folder of its own; started once for the run."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
    with tempfile.TemporaryDirectory(prefix="sojourn-system-") as folder:
        Path(folder).chmod(0o755)
        async with EmbeddedStack(Path(folder) / "data", environ=bare) as running:
            yield running


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI everything that a suite needs is there: a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("SOJOURN_CI") and reporter and (skipped := reporter.stats.get("skipped")):
        reporter.write_line(f"{len(skipped)} skipped in CI: install what they need in .ci/run", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
