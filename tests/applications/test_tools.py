"""The room's tools on the command line: exit codes, a report, and a kill -9 in the middle of a file."""

import asyncio
import csv
import io
import os
import sys
from pathlib import Path

import pytest

from shared.service import tools
from shared.testing.rooms import Room
from tests.applications.files import counts, lines, person, rows, settled

ROOT = Path(__file__).parents[2]


async def sojourn(room: Room, *arguments: str) -> asyncio.subprocess.Process:
    """The command, on the room's database."""
    url = room.runtime.settings.database_url.get_secret_value()
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
    environment = {**bare, "SOJOURN_APPLICATIONS_DATABASE_URL": url, "SOJOURN_CLOCK_CONTROL": "false"}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "shared.cli", *arguments, cwd=ROOT, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_a_process_that_was_killed_goes_on_and_nothing_is_doubled(room: Room, tmp_path: Path) -> None:
    await settled(room, tmp_path)
    count = 14_000
    people = [person(n, email="bad" if n % 1000 == 7 else f"p{n}@sojourn.example") for n in range(1000, 1000 + count)]
    file = lines(tmp_path, "people", people)
    first = await sojourn(room, "import", "people", str(file))
    position = "SELECT position FROM import_run WHERE kind = 'people' AND finished_at IS NULL"
    async with asyncio.timeout(90):
        while not (there := await rows(room, position)) or not there[0].position:
            assert first.returncode is None, await first.communicate()
            await asyncio.sleep(0.01)
    first.kill()
    await first.wait()
    (half,) = await rows(room, position)
    assert 0 < half.position < count
    assert (await counts(room))["person"] == 1 + half.position - half.position // 1000
    second = await sojourn(room, "import", "people", str(file))
    out, told = await second.communicate()
    assert second.returncode == 1, told
    assert b"13,986 taken, 0 known already, 14 refused" in told
    report = list(csv.DictReader(io.StringIO(out.decode())))
    assert [(row["line"], row["id"]) for row in report] == [
        (str(n * 1000 + 8), str(n * 1000 + 1007)) for n in range(14)
    ]
    assert {(row["verdict"], row["field"], row["reason"]) for row in report} == {
        ("refused", "email", "is no e-mail address")
    }
    found = await counts(room)
    assert (found["person"], found["import_remark"]) == (1 + count - 14, 14)
    doubled = "SELECT count(*) - count(DISTINCT (aggregateid, sequence, aggregatetype)) AS n FROM outbox"
    assert (await rows(room, doubled))[0].n == 0
    told_of = "SELECT count(*) AS n FROM outbox WHERE type = 'applications.person-registered.v1'"
    assert (await rows(room, told_of))[0].n == found["person"]


async def test_a_report_goes_to_a_file_and_a_mistake_ends_with_two(room: Room, tmp_path: Path) -> None:
    await settled(room, tmp_path)
    file, report = lines(tmp_path, "people", [person(1), person(2, first_name="")]), tmp_path / "report.csv"
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    done, wrong = await asyncio.gather(
        sojourn(room, "import", "people", str(file), "--report", str(report)),
        sojourn(room, "import", "people", str(broken)),
    )
    assert (await done.communicate())[0] == b""
    assert done.returncode == 1
    assert report.read_text() == "line,id,verdict,field,reason\n2,2,refused,first_name,is missing\n"
    assert (await wrong.communicate())[1].strip().startswith(b"sojourn: no JSON")
    assert wrong.returncode == 2


@pytest.mark.timeout(180)
async def test_a_seeded_year_can_be_exported(room: Room, tmp_path: Path) -> None:
    seeded = await sojourn(room, "seed", "--applications", "60", "--seed", "4")
    _, told = await seeded.communicate()
    assert (seeded.returncode, b"60 taken, 0 known already, 0 refused" in told) == (0, True), told
    file = tmp_path / "applications.csv"
    exported = await sojourn(room, "export", "applications", str(file))
    await exported.communicate()
    assert exported.returncode == 0
    assert len(list(csv.DictReader(io.StringIO(file.read_text())))) == 60


def test_the_command_line_finds_the_rooms_tools() -> None:
    rooms = ("applications", "notifications", "scoring", "surveys")
    assert tools() == [f"services.{room}.tools" for room in rooms]
