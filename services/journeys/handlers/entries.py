"""The conversation: one entry per event that concerns a person."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert

from services.journeys.model import Entry, Subject, values_of
from services.journeys.policy import phase_begun, side_of, step_of
from shared.contracts.envelope import Envelope
from shared.storage.tx import Uow

WHO = {"person_id", "application_id", "enabler_id", "hosting_entity_id", "sending_entity_id"}
TOUCH = text("""INSERT INTO touched (person_id, changed_at) VALUES (:person_id, clock_timestamp())
    ON CONFLICT (person_id) DO UPDATE SET changed_at = excluded.changed_at""")


async def record(uow: Uow, envelope: Envelope) -> UUID:
    """Put the event on the person's timeline and hold the person's row to the end; the person's id."""
    assert envelope.data is not None
    facts = envelope.data.model_dump(mode="json")
    person_id = UUID(facts["person_id"])
    entry = insert(Entry).values(**_entry(envelope, facts)).on_conflict_do_nothing()
    await uow.session.execute(entry)
    await hold(uow, person_id, envelope)
    return person_id


async def hold(uow: Uow, person_id: UUID, envelope: Envelope) -> None:
    """Make or lock the person's row: whoever counts anew behind this lock sees what others have committed."""
    row = insert(Subject).values(**values_of(Subject(person_id=person_id, last_at=envelope.time)))
    later = {"last_at": func.greatest(Subject.last_at, row.excluded.last_at)}
    await uow.session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=later))
    await touch(uow, person_id)


async def touch(uow: Uow, person_id: UUID) -> None:
    """Let `changed_since` show the person."""
    await uow.session.execute(TOUCH, {"person_id": person_id})


def _entry(envelope: Envelope, facts: dict[str, Any]) -> dict[str, Any]:
    ids = {name: facts.get(name) for name in ("person_id", "application_id", "enabler_id", "hosting_entity_id")}
    return {name: UUID(value) if value else None for name, value in ids.items()} | {
        "id": envelope.id,
        "at": envelope.time,
        "step": step_of(envelope.type),
        "sequence": envelope.sequence,
        "effective_on": envelope.effective_on,
        "room": envelope.type.partition(".")[0],
        "type": envelope.type,
        "phase": phase_begun(envelope.type),
        "side": side_of(envelope.type, facts),
        "channel": facts.get("channel"),
        "facts": {name: value for name, value in facts.items() if name not in WHO},
    }
