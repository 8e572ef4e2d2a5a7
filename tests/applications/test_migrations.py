"""What revision 0002 makes of a room that was in use: slots, a first line of history, terms that can be read."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.applications.main import service
from services.applications.model import Application, Enabler, Entity, Opportunity, Person
from services.applications.policy import differences, digest_of, terms_digest
from shared.embedded.postgres import Postgres
from shared.ids import new_id
from shared.storage.documents import dumped
from shared.storage.engine import Database
from shared.storage.migrate import differences as undone
from shared.storage.migrate import migrate
from tests.applications.world import END, START

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def old_rows() -> list[tuple[str, dict[str, Any]]]:
    """An opportunity with one opening left, and an approved and an open application for it."""
    entity, enabler, opportunity = new_id(), new_id(), new_id()
    place = {"country": "SE", "zone": "Europe/Stockholm"}
    words = {"pay": "9,000 SEK", "title": "Data intern", "description": "Chart data.", "accommodation": "student room"}
    terms = terms_digest(opportunity, START, END, 38, *words.values())
    rows: list[Any] = [
        Entity(id=entity, kind="local", name="Uppsala", email="u@x.example", phone="+46700000000", **place),
        Enabler(
            id=enabler, hosting_entity_id=entity, kind="company", name="Lab", contact_name="M", email="m@x.example",
            language="sv",
        ),
        Opportunity(
            id=opportunity, enabler_id=enabler, hosting_entity_id=entity, product="talent", city="Uppsala", openings=1,
            weekly_hours=38, arrival="station", start_on=START, end_on=END, **place, **words,
        ),
    ]  # fmt: skip
    for status in ("approved", "open"):
        person = Person(
            id=new_id(), sending_entity_id=entity, given_name="I", family_name="S", email=f"{status}@x.example",
            language="ro", **place,
        )  # fmt: skip
        both = {} if status == "open" else {"sending_approval": terms, "hosting_approval": terms}
        application = Application(
            id=new_id(), person_id=person.id, opportunity_id=opportunity, enabler_id=enabler, terms=terms,
            sending_entity_id=entity, hosting_entity_id=entity, product="talent", status=status, start_on=START,
            end_on=END, **place, **both,
        )  # fmt: skip
        rows += [person, application]
    moments = ("changed_at", "submitted_at", "registered_at")
    return [
        (row.__tablename__, row.model_dump(warnings=False) | {name: NOW for name in moments if hasattr(row, name)})
        for row in rows
    ]


async def test_a_room_in_use_gets_its_slots_its_history_and_its_terms(postgres: Postgres, tmp_path: Path) -> None:
    shutil.copytree(service.migrations, tmp_path, dirs_exist_ok=True)
    later_ones = [file for file in (tmp_path / "versions").glob("*.py") if not file.name.startswith("0001_")]
    for later in later_ones:
        later.unlink()
    database = Database(await postgres.create_database("applications_in_use"))
    try:
        await migrate(database, tmp_path)
        async with database.engine.begin() as connection:
            for table, row in old_rows():
                put = text(
                    f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, CAST(:row AS jsonb))"
                )
                await connection.execute(put, {"row": dumped(row)})
        await migrate(database, service.migrations)
        assert await undone(database, service.tables) == []
        async with database.engine.connect() as connection:
            await judge(connection)
    finally:
        await database.close()


async def judge(connection: Any) -> None:
    async def rows(query: str) -> list[Any]:
        return [tuple(row) for row in await connection.execute(text(query))]

    assert await rows("SELECT start_on, end_on, close_on, capacity, openings FROM slot") == [(START, END, START, 2, 1)]
    assert await rows("SELECT DISTINCT a.slot_id = s.id FROM application a, slot s") == [(True,)]
    day = NOW.date()
    history = await rows("SELECT status, effective_on, recorded_at FROM application_state ORDER BY status")
    assert history == [("approved", day, NOW), ("open", day, NOW)]
    agreed = await rows("SELECT signed_terms = terms, hosting_terms = terms FROM application ORDER BY status")
    assert agreed == [(True, True), (None, None)]
    ((digest, opportunity_id, stated),) = await rows("SELECT digest, opportunity_id, stated FROM stated_terms")
    names = ("opportunity_id", "start_on", "end_on", "weekly_hours", "pay", "title", "description", "accommodation")
    assert digest_of({name: stated[name] for name in names}) == digest
    assert (UUID(stated["opportunity_id"]), differences(stated, stated)) == (opportunity_id, [])
