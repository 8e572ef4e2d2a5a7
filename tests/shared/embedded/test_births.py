"""Python programs born from the nursery behave as if they had been started with `python -m`."""

import asyncio
import os
import signal
import sys
import time

import psutil
import pytest

from shared.embedded import nursery
from shared.embedded.births import Births, run_once
from shared.embedded.checks import CannotStart

PROGRAM = """
import os, sys, time, atexit
atexit.register(lambda: print("left in order", flush=True))
print(__name__, sys.argv[1:], os.environ.get("SOJOURN_TEST"), "HOME" in os.environ, flush=True)
if sys.argv[1] == "wait":
    time.sleep(60)
sys.exit(int(sys.argv[1]))
"""


@pytest.fixture
def env(tmp_path):
    """One module that can be born, and a nursery with nothing to import first."""
    (tmp_path / "newborn.py").write_text(PROGRAM)
    path = os.pathsep.join([str(tmp_path), *sys.path])
    return {"PYTHONPATH": path, "SOJOURN_TEST": "given", "PATH": os.environ["PATH"]}


@pytest.fixture(params=[True, False], ids=["forked", "afresh"])
async def births(request, tmp_path, env, monkeypatch):
    if request.param and sys.platform != "linux":
        pytest.skip("only Linux forks")
    births = Births(tmp_path / "nursery.log", forks=request.param)
    births.start(env)
    yield births
    await births.stop()


async def until(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


async def test_it_has_its_arguments_environment_log_and_exit_code(births, env, tmp_path):
    child = births.bear("newborn", ["3"], env, tmp_path / "log")

    assert await child.wait(60)
    assert child.exit_code == 3
    assert child.last_words(2) == "__main__ ['3'] given False | left in order"


async def test_a_signal_sent_before_its_birth_is_not_lost(births, env, tmp_path):
    child = births.bear("newborn", ["wait"], env, tmp_path / "log")

    await child.stop(signal.SIGTERM, grace=60)

    assert child.exit_code == -signal.SIGTERM


async def test_a_killed_one_is_reported_dead(births, env, tmp_path):
    child = births.bear("newborn", ["wait"], env, tmp_path / "log")
    await until(lambda: "wait" in child.last_words())
    assert child.running

    child.kill()

    await until(lambda: not child.running)
    assert child.exit_code == -signal.SIGKILL


async def test_children_end_with_the_nursery_and_a_new_nursery_bears_on(tmp_path, env):
    births = Births(tmp_path / "nursery.log")
    births.start(env)
    first = births.bear("newborn", ["wait"], env, tmp_path / "log")
    await until(lambda: "wait" in first.last_words())
    body = psutil.Process(first.pid)
    if births._process:
        births._process.kill()
        await until(lambda: not first.running)
        await until(lambda: not body.is_running() or body.status() == psutil.STATUS_ZOMBIE)
    second = births.bear("newborn", ["0"], env, tmp_path / "log2")

    assert await second.wait(60)
    assert second.exit_code == 0
    first.kill()
    await births.stop()


async def test_a_failed_step_is_one_line_with_its_last_words(births, env, tmp_path):
    with pytest.raises(CannotStart, match=r"newborn 5 failed: left in order; see .*log"):
        await run_once(births, "newborn", ["5"], env, tmp_path / "log")


async def test_a_step_that_takes_too_long_says_that_and_not_that_it_failed(births, env, tmp_path, monkeypatch):
    monkeypatch.setattr("shared.embedded.births.ONCE", 0.5)
    with pytest.raises(CannotStart, match=r"newborn wait was not done after 0.5 s: .*; see .*log"):
        await run_once(births, "newborn", ["wait"], env, tmp_path / "log")


def test_the_nursery_imports_no_room():
    assert not [name for name in nursery.PRELOADED if name.startswith("services")]
