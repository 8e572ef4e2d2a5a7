"""The `sojourn` command beside a running system: it finds it by its data folder, and mistakes end in one line."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shared.contracts.topics import ROOMS, TOPICS
from shared.embedded.stack import EmbeddedStack
from tests.e2e.conftest import Told

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(240)


def sojourn(data: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
    env = {**bare, "SOJOURN_DATA_DIR": str(data), "COLUMNS": "200", **settings}
    command = [sys.executable, "-m", "shared.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


async def test_the_doctor_finds_every_room_well(system: EmbeddedStack) -> None:
    done = sojourn(system.data, "doctor")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("yes") == len(ROOMS)


async def test_a_token_opens_what_its_role_may(system: EmbeddedStack) -> None:
    done = sojourn(system.data, "token", "--role", "auditor")
    assert done.stdout.count(".") == 2
    wrong = sojourn(system.data, "token", "--role", "king")
    assert wrong.returncode == 2


def newest(room: str) -> str:
    """The revision of a room from which no other descends."""
    texts = [file.read_text("utf-8") for file in Path("services", room, "migrations", "versions").glob("*.py")]
    revisions = {found for text in texts for found in re.findall(r'^revision = "(\w+)"', text, re.MULTILINE)}
    (head,) = revisions - {
        found for text in texts for found in re.findall(r'^down_revision = "(\w+)"', text, re.MULTILINE)
    }
    return head


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("topics",), sorted(TOPICS)[0]),
        (("outbox",), "notifications"),
        (("parked", "list"), "Nothing is parked."),
        (("timers", "--room", "notifications"), "touchpoint"),
        (("clock",), "applications"),
        (("migrate", "--room", "scoring"), newest("scoring")),
    ],
)
async def test_operators_can_look(system: EmbeddedStack, told: Told, command: tuple[str, ...], says: str) -> None:
    done = sojourn(system.data, *command)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("outbox", "--room", "kitchen"), "there is no room 'kitchen'"),
        (("replay", "applications", "--yes"), "says events when it hears some"),
        (("hold", "kitchen-worker"), "there is no process 'kitchen-worker'"),
        (("parked", "discard", "--room", "surveys", "--reason", "x"), "name a key or an id"),
    ],
)
async def test_a_mistake_ends_in_one_line(system: EmbeddedStack, command: tuple[str, ...], says: str) -> None:
    done = sojourn(system.data, *command)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


async def test_a_read_side_is_built_again_while_the_others_go_on(system: EmbeddedStack, told: Told) -> None:
    held = await asyncio.to_thread(sojourn, system.data, "hold", "journeys-worker")
    assert held.returncode == 0, held.stderr
    assert system.supervisor.rows["journeys-worker"].pid is None
    done = await asyncio.to_thread(sojourn, system.data, "replay", "journeys", "--yes")
    assert done.returncode == 0, done.stderr
    resumed = await asyncio.to_thread(sojourn, system.data, "resume", "journeys-worker")
    assert resumed.returncode == 0, resumed.stderr
    await system.supervisor.until_ready()
    compared = await asyncio.to_thread(sojourn, system.data, "replay", "journeys", "--compare")
    assert (compared.returncode, "as the events make it" in compared.stdout) == (0, True), compared.stdout


def test_production_takes_no_development_secrets(tmp_path: Path) -> None:
    done = sojourn(tmp_path, "token", "--role", "auditor", SOJOURN_MODE="production")
    assert done.returncode == 2
    assert "production mode refuses" in done.stderr


def test_a_second_system_on_the_same_folder_is_refused(system: EmbeddedStack) -> None:
    done = sojourn(system.data, "up", "--once")
    assert done.returncode == 2
    assert "already running" in done.stderr
