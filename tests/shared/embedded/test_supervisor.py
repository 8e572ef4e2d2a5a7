"""The supervisor restarts what dies, waits longer each time, and stops all by its deadline."""

import asyncio
import signal
import sys
import time

import pytest
from rich.console import Console

from shared.embedded import board, supervisor
from shared.embedded.checks import CannotStart, free_ports
from shared.embedded.child import Child
from shared.embedded.supervisor import Program, Row, State, Supervisor, http_ok, http_status

READY_FILE = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + READY_FILE
BROKEN = "raise SystemExit('no such setting')"


@pytest.fixture
async def keeper():
    keeper = Supervisor()
    yield keeper
    await keeper.stop()


def program(folder, name="one", code=READY_FILE, **options) -> Program:
    """Ready once its process has touched a file of its own."""
    flag = folder / f"{name}.ready"

    def launch() -> Child:
        flag.unlink(missing_ok=True)
        return Child([sys.executable, "-c", code, flag], log=folder / f"{name}.log")

    async def ready() -> bool:
        return flag.exists()

    return Program(name, launch, ready, address=f"at {name}", **options)


async def until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


async def test_a_killed_program_is_started_again(keeper, tmp_path):
    keeper.add([program(tmp_path)])
    await keeper.until_ready()
    first = keeper.rows["one"].pid

    keeper.kill("one")
    await until(lambda: keeper.rows["one"].restarts == 1)
    await keeper.until_ready()

    assert keeper.rows["one"].pid not in (None, first)


async def test_a_held_program_stays_down_until_it_is_resumed(keeper, tmp_path):
    keeper.add([program(tmp_path), program(tmp_path, "other")])
    await keeper.until_ready()
    first, other = keeper.rows["one"].pid, keeper.rows["other"].pid

    await keeper.hold("one")
    await asyncio.sleep(0.5)
    assert (keeper.rows["one"].pid, keeper.rows["one"].state) == (None, State.held)
    await keeper.until_ready(timeout=20)
    keeper.resume("one")
    await until(lambda: keeper.rows["one"].state is State.ready)

    assert keeper.rows["one"].pid not in (None, first)
    assert (keeper.rows["one"].restarts, keeper.rows["other"].pid) == (0, other)


async def test_what_never_gets_ready_is_refused_with_its_last_words(keeper, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "SHORTEST_PAUSE", 0.01)
    keeper.add([program(tmp_path, code=BROKEN)])

    with pytest.raises(CannotStart, match=r"one ended \d times: no such setting; see .*one.log"):
        await keeper.until_ready()


async def test_a_laggard_is_named_when_the_time_is_over(keeper, tmp_path):
    keeper.add([program(tmp_path), program(tmp_path, "slow", "import time; time.sleep(60)")])

    with pytest.raises(CannotStart, match="not ready after 2 s: slow"):
        await keeper.until_ready(timeout=2)


def test_the_pause_doubles_up_to_a_limit_and_starts_anew_after_a_steady_time(tmp_path):
    row = Row(program(tmp_path))
    pauses = [supervisor._pause(row) for _ in range(9)]

    assert pauses[:4] == [0.25, 0.5, 1.0, 2.0]
    assert pauses[-1] == supervisor.LONGEST_PAUSE
    row.was_ready, row.started = True, time.monotonic() - 60
    assert supervisor._pause(row) == 0.25


async def test_one_that_says_it_is_dead_is_ended_and_started_again(keeper, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "LIVENESS_EVERY", 0.05)
    answers = iter([True, False, True, False, False, False])

    async def alive() -> bool:
        return next(answers, True)

    keeper.add([program(tmp_path, alive=alive)])
    await until(lambda: keeper.rows["one"].restarts == 1)

    assert next(answers, None) is None


async def test_stop_ends_the_stubborn_by_the_deadline_and_servers_last(tmp_path, monkeypatch):
    monkeypatch.setattr("shared.embedded.supervisor.STOP_SECONDS", 20.0)  # a busy machine is slow to end a server
    stopped = []
    keeper = Supervisor(lambda row: stopped.append(row.name) if row.state is State.stopped else None)
    keeper.add([program(tmp_path, "server", tier=0, stop_signal=signal.SIGINT), program(tmp_path, "room")])
    keeper.add([program(tmp_path, "stubborn", STUBBORN)])
    await keeper.until_ready()
    processes = {name: row.process for name, row in keeper.rows.items()}

    began = time.monotonic()
    await keeper.stop()

    assert time.monotonic() - began < 22
    assert sorted(stopped) == ["room", "server", "stubborn"]
    codes = {name: process.exit_code for name, process in processes.items()}
    assert (codes["room"], codes["stubborn"]) == (-signal.SIGTERM, -signal.SIGKILL)
    assert codes["server"] in (1, -signal.SIGINT, 130)


async def test_a_program_that_is_ready_no_more_says_so(keeper, tmp_path):
    keeper.add([program(tmp_path)])
    await keeper.until_ready()

    (tmp_path / "one.ready").unlink()

    await until(lambda: keeper.rows["one"].state is State.unready)
    assert keeper.rows["one"].restarts == 0


async def test_the_board_says_a_line_per_change_where_there_is_no_terminal(keeper, tmp_path):
    with open(tmp_path / "out", "w+") as out, board.watching(keeper, Console(file=out, width=40)):
        keeper.add([program(tmp_path)])
        await keeper.until_ready()
        pid = keeper.rows["one"].pid
        out.seek(0)
        assert out.read() == f"one                     ready       pid {pid}  at one\n"


async def test_the_board_is_a_table_of_all_processes(keeper, tmp_path):
    keeper.add([program(tmp_path)])
    await keeper.until_ready()
    console = Console(width=100, record=True, quiet=True)
    console.quiet = False
    with console.capture() as said:
        console.print(board.table(keeper))

    assert [word in said.get() for word in ("one", "ready", "at one", str(keeper.rows["one"].pid))] == [True] * 4


async def test_http_is_ok_only_on_200():
    async def answer(reader, writer):
        path = (await reader.readline()).split()[1]
        writer.write(b"HTTP/1.1 " + (b"200 OK" if path == b"/readyz" else b"503 No") + b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await http_ok("127.0.0.1", port, "/readyz")
        assert await http_status("127.0.0.1", port, "/other") == 503
    assert await http_status("127.0.0.1", free_ports(1)[0], "/readyz") is None
