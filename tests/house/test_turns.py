"""Whoever must be alone is, whoever minds nobody isn't kept waiting, and nobody starves."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import turns
from tests.house.documents import ROOT
from tests.turns import Turns

DRILL: Any = SimpleNamespace(nodeid="tests/drills/test_kills.py::test_a")
PLAIN: Any = SimpleNamespace(nodeid="tests/surveys/test_api.py::test_a")
CONFTEST = "from tests.conftest import pytest_xdist_make_scheduler"
NOTED = """
import os, pathlib, pytest, time
@pytest.mark.parametrize("n", range(6))
def test_it(n):
    time.sleep(0.2)
    (pathlib.Path(__file__).parent / f"{n}.txt").write_text(os.environ["PYTEST_XDIST_WORKER"])
"""


async def holding(of: Turns, item: Any, following: Any = None) -> asyncio.Event:
    """Take a turn in a thread of its own, as another process would; gives what lets it go again."""
    began, end, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()

    def hold() -> None:
        with of.turn(item, following):
            loop.call_soon_threadsafe(began.set)
            asyncio.run_coroutine_threadsafe(end.wait(), loop).result(20)

    task = loop.run_in_executor(None, hold)
    end.task, end.began = task, began  # type: ignore[attr-defined]
    return end


async def begins(held: Any, within: float = 5.0) -> bool:
    try:
        async with asyncio.timeout(within):
            await held.began.wait()
    except TimeoutError:
        return False
    return True


async def let_go(*all_held: Any) -> None:
    for held in all_held:
        held.set()
        await held.task


async def test_plain_tests_run_side_by_side(tmp_path: Path) -> None:
    one, other = await holding(Turns(tmp_path), PLAIN), await holding(Turns(tmp_path), PLAIN)
    assert await begins(one)
    assert await begins(other)
    await let_go(one, other)


async def test_a_drill_waits_until_others_are_done_and_then_they_wait_for_it(tmp_path: Path) -> None:
    plain = await holding(Turns(tmp_path), PLAIN)
    assert await begins(plain)
    drill = await holding(Turns(tmp_path), DRILL)
    assert not await begins(drill, 0.2)
    nobody_walks_past = await holding(Turns(tmp_path), PLAIN)
    assert not await begins(nobody_walks_past, 0.2)
    await let_go(plain)
    assert await begins(drill)
    assert not await begins(nobody_walks_past, 0.2)
    await let_go(drill)
    assert await begins(nobody_walks_past)
    await let_go(nobody_walks_past)


async def test_drills_that_follow_each_other_are_not_interrupted(tmp_path: Path) -> None:
    drills = Turns(tmp_path)
    first = await holding(drills, DRILL, following=DRILL)
    assert await begins(first)
    plain = await holding(Turns(tmp_path), PLAIN)
    await let_go(first)
    assert not await begins(plain, 0.2)
    last = await holding(drills, DRILL, following=PLAIN)
    assert await begins(last)
    await let_go(last)
    assert await begins(plain)
    await let_go(plain)


def test_one_process_waits_for_nobody() -> None:
    alone = Turns(None)
    with alone.turn(DRILL, None), Turns(None).turn(PLAIN, None):
        pass


def test_who_must_be_alone_comes_first_then_the_whole_system_and_the_long_ones(request: pytest.FixtureRequest) -> None:
    places = [turns.place(item) for item in request.session.items]
    assert places == sorted(places)
    assert all((ROOT / file).exists() for file in turns.ALONE)
    assert (turns.is_alone(DRILL), turns.is_alone(PLAIN)) == (True, False)


def test_what_shares_a_system_is_one_processs_and_the_rest_is_anybodys(tmp_path: Path) -> None:
    for place in (shared := tmp_path / "tests" / "e2e", others := tmp_path / "tests" / "surveys"):
        place.mkdir(parents=True)
        (place / f"test_{place.name}.py").write_text(NOTED)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-p", "no:randomly", "--rootdir", tmp_path, tmp_path], cwd=tmp_path,
        env=env | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    by = [{note.read_text() for note in place.glob("*.txt")} for place in (shared, others)]
    assert [len(workers) for workers in by] == [1, 2]
