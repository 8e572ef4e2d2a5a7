"""Fixtures for all tests: the servers and rooms of `shared.testing`, and the whole system as `make run` starts it."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from shared.embedded.stack import EmbeddedStack
from tests import turns

pytest_plugins = ["shared.testing.fixtures"]
TURNS = pytest.StashKey[turns.Turns]()
# A busy machine makes an example slow, which says nothing about it.
settings.register_profile("sojourn", deadline=None)
settings.load_profile("sojourn")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TURNS] = turns.of_process(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """The process that leads the run tells each other one where turns are taken."""
    node.workerinput[turns.FOLDER] = turns.folder_of_run(node.config)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Drills and measurements go first, while the session has no servers yet; what shares the whole system goes last,
    so that its processes run for no longer than they are needed. Each of both is one worker's."""
    first = [item for item in items if turns.is_alone(item)]
    last = [item for item in items if "system" in getattr(item, "fixturenames", ()) and not turns.is_alone(item)]
    for group, members in (("alone", first), ("system", last)):
        for item in members:
            item.add_marker(pytest.mark.xdist_group(group))
    apart = {id(item) for item in (*first, *last)}
    items[:] = [*first, *(item for item in items if id(item) not in apart), *last]


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Outside of the test's own time limit: waiting for one's turn counts for nothing."""
    with item.config.stash[TURNS].turn(item, nextitem):
        return (yield)


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
