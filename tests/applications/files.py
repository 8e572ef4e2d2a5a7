"""Files of another system, and what is left of them in the room."""

import csv
import io
import json
from pathlib import Path
from typing import Any

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
ENABLERS = [
    {"id": 7, "host_lc": {"id": 41}, "kind": "company", "name": "Norrsken Lab", "email": "maja@norrsken.example"}
]


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


async def counts(room: Room) -> dict[str, int]:
    """How many rows of each table there are."""
    tables = ("person", "application", "application_state", "external_id", "outbox", "stream", "audit", "import_remark")
    return {table: (await rows(room, f"SELECT count(*) FROM {table}"))[0][0] for table in tables}


async def settled(room: Room, tmp_path: Path) -> Room:
    """Committees, an enabler, an EP and an opportunity of the other system."""
    given = {"entities": ENTITIES, "enablers": ENABLERS, "people": [person(100)], "opportunities": [opportunity(500)]}
    for kind, found in given.items():
        progress = await take(room, kind, lines(tmp_path, kind, found))
        assert (progress.taken, progress.refused, progress.finished) == (len(found), 0, True)
    return room
