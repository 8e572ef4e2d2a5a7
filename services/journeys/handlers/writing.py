"""Writing what was gathered: one statement a table, however many events there were."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from services.journeys.handlers.board_rows import KEEP_BOARDS
from services.journeys.handlers.fact_writing import as_json, write_facts, write_milestones
from services.journeys.handlers.gathered import Gathered
from services.journeys.handlers.gathered_facts import Values
from services.journeys.handlers.statements import (
    ADOPT,
    COUNT,
    ENTER,
    FORGET,
    HOLD,
    HOLD_ENABLERS,
    KEEP,
    LOOK,
    OWNERS,
    TOUCH,
    key_of,
)
from services.journeys.model import Subject, Visitor
from services.journeys.policy import WAITING, Status, person_phase, person_status, profile_of
from shared.storage.scope import remember_entity
from shared.storage.tx import Uow

STATEMENTS = {
    **KEEP,
    **KEEP_BOARDS,
}
BLANK = {name: field.default for name, field in Subject.model_fields.items() if not field.is_required()}


async def write(uow: Uow, found: Gathered) -> None:
    """Rows first, then the people's lines that follow from them."""
    for entity_id, path in found.paths.items():
        await remember_entity(uow, entity_id, path)
    await _add_owners(uow, found)
    if found.entries:
        await uow.fetch(ENTER, as_json(found.entries))
    await write_milestones(uow, found.facts)
    await _write_rows(uow, found)
    if found.people:
        lines = ({"person_id": person, **BLANK, **values} for person, values in found.people.items())
        await uow.fetch(HOLD, as_json(lines))
    if found.enablers:
        await uow.fetch(HOLD_ENABLERS, as_json({"enabler_id": id_, **values} for id_, values in found.enablers.items()))
    await _count(uow, found.counted)
    await write_facts(uow, found.facts)
    if found.orphans:
        for statement in ADOPT:
            await uow.fetch(statement, list(found.orphans))
    if found.touched:
        await uow.fetch(TOUCH, list(found.touched))


async def _add_owners(uow: Uow, found: Gathered) -> None:
    """Whoever had a visitor before may not have been visited any more."""
    if visitors := list(found.rows.get(Visitor, ())):
        for row in await uow.fetch(OWNERS, visitors):
            found.hold(row["person_id"])
            found.count(row["person_id"])
            found.facts.people.of(row["person_id"])
            found.facts.people.visits.add(row["person_id"])


async def _write_rows(uow: Uow, found: Gathered) -> None:
    for model, keys in found.forgotten.items():
        if keys:
            await uow.fetch(FORGET[model], list(keys))
    for model, rows in found.rows.items():
        if rows:
            key = key_of(model)
            await uow.fetch(STATEMENTS[model], as_json({key: id_, **row} for id_, row in rows.items()))


async def _count(uow: Uow, people: Iterable[UUID]) -> None:
    """The lines of these people, anew from all that is known of them."""
    if people:
        looked = await uow.fetch(LOOK, list(people), list(WAITING))
        await uow.fetch(COUNT, as_json(map(_line, looked)))


def _line(seen: Any) -> Values:
    statuses = [Status(code) for code in seen["statuses"]]
    phase = person_phase(statuses)
    return {
        "person_id": seen["person_id"],
        "visited": seen["visited"],
        "status": person_status(statuses),
        "phase": phase,
        "profile": profile_of(phase, registered=seen["registered"], visited=seen["visited"]),
        "open_cases": seen["open_cases"],
        "next_touchpoint": seen["touchpoint"],
        "next_due_at": seen["due_at"],
    }
