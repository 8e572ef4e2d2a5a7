"""Files of another system become rows, events and a history; what can't is refused with line and reason."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.applications.exchange.importing import Progress, import_file, write_report
from shared.testing.rooms import Room

SOURCE = "expa"
LONG_AGO = "2019-02-01T10:00:00Z"
ENTITIES = [
    {"id": 1, "tag": "AI", "name": "World", "time_zone": "UTC"},
    {"id": 31, "tag": "LC", "parent_id": 30, "name": "Cluj"},
    {"id": 30, "tag": "MC", "parent_id": 1, "name": "Romania", "country": "RO", "time_zone": "Europe/Bucharest"},
    {"id": 40, "tag": "MC", "parent_id": 1, "name": "Sweden", "country": "SE", "time_zone": "Europe/Stockholm"},
    {"id": 41, "tag": "LC", "parent_id": 40, "name": "Uppsala"},
]
ENABLERS = [{"id": 7, "host_lc": {"id": 41}, "kind": "company", "name": "Norrsken Lab", "email": "maja@norrsken.example"}]


def person(number: int, **values: Any) -> dict[str, Any]:
    names = {"first_name": "Ana", "last_name": "Pop", "email": f"ana{number}@sojourn.example"}
    return {"id": number, "home_lc": {"id": 31}, "created_at": LONG_AGO, **names, **values}


def opportunity(number: int, **values: Any) -> dict[str, Any]:
    words = {"title": "Data intern", "description": "Chart energy data.", "city": "Uppsala", "pay": "9,000 SEK a month"}
    words |= {"accommodation": "student room", "arrival": "Uppsala station", "working_hours": 38, "status": "open"}
    slots = [{"id": number * 10, "start_date": "2019-06-03", "end_date": "2019-08-25", "openings": 2}]
    about = {"id": number, "programme": {"short_name_display": "GTa"}, "organisation_id": 7, "created_at": LONG_AGO}
    return {**about, **words, "slots": slots, **values}


def application(number: int, **values: Any) -> dict[str, Any]:
    about = {"id": number, "person": {"id": 100}, "opportunity": {"id": 500}, "status": "open"}
    return {**about, "created_at": "2019-03-01T10:00:00Z", **values}


def lines(tmp_path: Path, name: str, rows: list[dict[str, Any]]) -> Path:
    file = tmp_path / f"{name}.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


async def take(room: Room, kind: str, file: Path, **options: Any) -> Progress:
    return await import_file(room.runtime, kind, file, source=SOURCE, **options)


async def remarks(room: Room, progress: Progress) -> list[tuple[str, ...]]:
    sheet = io.StringIO()
    await write_report(room.runtime, progress.run_id, sheet)
    return [tuple(row) for row in csv.reader(io.StringIO(sheet.getvalue()))][1:]


async def rows(room: Room, query: str) -> list[Any]:
    async with room.runtime.database.engine.connect() as connection:
        return list((await connection.execute(text(query))).all())


@pytest.fixture
async def ready(room: Room, tmp_path: Path) -> Room:
    """Committees, an enabler, an EP and an opportunity of the other system."""
    for kind, given in (
        ("entities", ENTITIES), ("enablers", ENABLERS), ("people", [person(100)]), ("opportunities", [opportunity(500)]),
    ):  # fmt: skip
        progress = await take(room, kind, lines(tmp_path, kind, given))
        assert (progress.taken, progress.refused, progress.finished) == (len(given), 0, True), await remarks(room, progress)
    return room


async def test_a_whole_exchange_comes_in_with_its_history(ready: Room, tmp_path: Path) -> None:
    stay = {"date_matched": "2019-03-10T08:00:00Z", "an_signed_at": "2019-03-12T08:00:00Z"}
    stay |= {"date_approved": "2019-03-20T23:30:00Z", "date_realized": "2019-06-05T08:00:00Z"}
    progress = await take(ready, "applications", lines(tmp_path, "a", [application(900, status="finished", **stay)]))
    assert (progress.taken, progress.refused, progress.warned) == (1, 0, 0)
    states = await rows(ready, "SELECT status, effective_on::text, recorded_at::text FROM application_state ORDER BY id")
    assert [tuple(state) for state in states] == [
        ("open", "2019-03-01", "2019-03-01 10:00:00+00"),
        ("accepted", "2019-03-10", "2019-03-10 08:00:00+00"),
        ("in_progress", "2019-03-12", "2019-03-12 08:00:00+00"),
        ("approved", "2019-03-21", "2019-03-20 23:30:00+00"),
        ("realized", "2019-06-03", "2019-06-05 08:00:00+00"),
        ("completed", "2019-08-26", "2019-08-25 22:00:00+00"),
    ]
