"""All tests: the servers and rooms of `shared.testing`, the order of a run, and turns between its processes."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests are handed out one by one, a group as a whole: marks for that don't reach xdist 3.8 from pytest 9.2."""
    from xdist.scheduler import LoadScopeScheduling

    class OneByOne(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return turns.group(nodeid) or nodeid

    return OneByOne(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What must be alone goes first, while the session has no servers yet; then what shares the whole system, whose
    processes end with it."""
    items.sort(key=turns.place)


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Outside of the test's own time limit: waiting for one's turn counts for nothing."""
    with item.config.stash[TURNS].turn(item, nextitem):
        return (yield)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI everything that a suite needs is there: a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("SOJOURN_CI") and reporter and (skipped := reporter.stats.get("skipped")):
        reporter.write_line(f"{len(skipped)} skipped in CI: install what they need in .ci/run", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
