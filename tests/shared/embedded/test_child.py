"""Children never outlive their parent, stop by a deadline, and are found again after a crash."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from shared.embedded.child import Child, end_orphan

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


async def until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
async def test_a_child_dies_with_its_killed_parent(tmp_path):
    script = (
        "import sys, pathlib, time; from shared.embedded.child import Child;"
        "print(Child(sys.argv[2:], log=pathlib.Path(sys.argv[1])).pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "log"), *SLEEP]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()

    await until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


async def test_what_ignores_sigterm_is_killed_after_its_grace(tmp_path):
    child = Child(STUBBORN, log=tmp_path / "log")
    await until(lambda: child.last_words() == "up")

    await child.stop(grace=0.2)

    assert child.exit_code == -signal.SIGKILL


async def test_output_and_exit_code_are_kept(tmp_path):
    child = Child([sys.executable, "-c", "print('last words'); raise SystemExit(3)"], log=tmp_path / "log")

    assert await child.wait(10)
    assert (child.exit_code, child.last_words()) == (3, "last words")


async def test_last_words_are_what_a_trace_says_not_where_it_has_been(tmp_path):
    said = "Error creating\n\tat kafka.Config\nCaused by: two on the same port\n\tat kafka.Config\n\t... 8 more"
    child = Child([sys.executable, "-c", f"print({said!r})"], log=tmp_path / "log")

    assert await child.wait(10)
    assert child.last_words() == "Caused by: two on the same port"


async def test_a_child_of_a_background_job_ends_by_sigint_all_the_same(tmp_path):
    """A shell lets its background jobs ignore SIGINT, and what they start inherits that."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = Child(SLEEP, log=tmp_path / "log")
    finally:
        signal.signal(signal.SIGINT, before)
    await until(lambda: child.last_words() == "up")

    await child.stop(signal.SIGINT, grace=10)

    assert child.exit_code == -signal.SIGINT


async def test_an_orphan_is_ended_only_if_the_pid_is_still_its_own(tmp_path):
    child = Child([*SLEEP, "mark-of-ours"], log=tmp_path / "log")
    await until(lambda: child.last_words() == "up")
    pid_file = tmp_path / "pid"
    pid_file.write_text(f"{child.pid}\nmore lines, as PostgreSQL writes them")

    await end_orphan(pid_file, "mark-of-another", signal.SIGTERM)
    assert child.running
    await end_orphan(pid_file, "mark-of-ours", signal.SIGTERM)
    assert child.exit_code == -signal.SIGTERM


@pytest.mark.parametrize("content", ["", "no number", "999999999"])
async def test_a_stale_pid_file_is_no_obstacle(tmp_path, content):
    (tmp_path / "pid").write_text(content)

    await end_orphan(tmp_path / "pid", "any", signal.SIGTERM)
    await end_orphan(tmp_path / "absent", "any", signal.SIGTERM)


async def test_a_child_has_a_process_group_of_its_own(tmp_path):
    child = Child(SLEEP, log=tmp_path / "log")
    await until(lambda: child.last_words() == "up")

    assert os.getpgid(child.pid) == child.pid
    child.kill()
