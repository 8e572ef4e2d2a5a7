"""Writing the facts of a batch: one statement a table, then what follows from several of them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import orjson

from services.journeys.handlers import fact_statements as say
from services.journeys.handlers.gathered_facts import Courses, Facts, Values
from shared.storage.tx import Uow


def as_json(rows: Iterable[Values]) -> str:
    """Rows as a parameter; the driver's UUID is a subclass, which orjson leaves to us."""
    return orjson.dumps(list(rows), default=str).decode()


async def write_milestones(uow: Uow, facts: Facts) -> None:
    """Before applications are written: the product of one that says none is that from before this batch."""
    if facts.milestones:
        await uow.fetch(say.MARK, as_json(facts.milestones))


async def write_facts(uow: Uow, facts: Facts) -> None:
    """The rest, when people's lines are locked and the rows from which they follow are written."""
    if facts.answers:
        await uow.fetch(say.ANSWER, as_json(facts.answers))
    if facts.undone:
        await uow.fetch(say.UNMEET, list(facts.undone))
    if facts.contacts:
        await uow.fetch(say.MEET, as_json(facts.contacts.values()))
    if facts.occasions:
        await uow.fetch(say.KEEP_OCCASIONS, as_json(map(_occasion, facts.occasions.items())))
    if facts.lapses:
        await uow.fetch(say.LAPSE, as_json(facts.lapses))
    if facts.members:
        await _write_members(uow, facts.members)
    await _move(uow, facts.people, "person_id", say.MOVE_PEOPLE, say.AFTER_PEOPLE)
    if visits := facts.people.visits:
        await uow.fetch(say.VISITED, list(visits))
    await _move(uow, facts.enablers, "enabler_id", say.MOVE_ENABLERS, say.AFTER_ENABLERS)


def _occasion(row: tuple[UUID, Values]) -> Values:
    touchpoint_id, values = row
    done = values.get("task_done_at") or values.get("sent_at")
    return {"touchpoint_id": touchpoint_id, "done_at": done, **values}


async def _write_members(uow: Uow, members: Mapping[Any, Values | None]) -> None:
    if gone := [key for key, row in members.items() if row is None]:
        await uow.fetch(say.LEAVE, *map(list, zip(*gone, strict=True)))
    if there := [row for row in members.values() if row is not None]:
        await uow.fetch(say.JOIN, as_json(there))


async def _move(uow: Uow, courses: Courses, key: str, move: str, after: str) -> None:
    if courses.rows:
        await uow.fetch(move, as_json({key: id_, **row} for id_, row in courses.rows.items()))
    if courses.after:
        await uow.fetch(after, list(courses.after))
