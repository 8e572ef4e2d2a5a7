"""Tracks of applications as of a moment: those that stand as they are, and those corrected since, made again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.applications.model import ApplicationTrack, scope_of
from services.applications.policy.reports import Moment
from shared.access import Caller
from shared.storage.tx import Uow

# A report is several statements: all see the same rows. It sorts and hashes much, and never long enough to be compiled.
ONE_VIEW = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
ROOM = text("SELECT set_config('work_mem', '128MB', true), set_config('jit', 'off', true)")
TABLE = ApplicationTrack.__table__  # type: ignore[attr-defined]
Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Tracks:
    """Rows like those of `application_track`, all together the tracks at a moment in the caller's scope."""

    moment: Moment
    parts: Sequence[tuple[FromClause, Condition]]

    def counts(self, row: Any, name: str) -> Condition:
        """Whether a stage or the exit of a row had come by the moment asked for."""
        day, at = row[f"{name}_on"], row[f"{name}_at"]
        found = [day.is_not(None)]
        if self.moment.known_at is not None:
            found.append(at <= self.moment.known_at)
        if self.moment.as_of is not None:
            found.append(day <= self.moment.as_of)
        return and_(*found)

    def when_counts(self, row: Any, name: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
        """A value of a row, NULL while its stage had not come."""
        return case((self.counts(row, name), value)) if self.moment else value


async def tracks_at(uow: Uow, moment: Moment) -> Tracks:
    """The tracks that the caller may see; to be called first in its transaction."""
    await uow.execute(ONE_VIEW)
    await uow.execute(ROOM)
    clocks, scope = _clocks(moment), scope_of(uow.caller, ApplicationTrack)
    settled = and_(scope, *(or_(revised.is_(None), revised <= limit) for _, revised, limit in clocks))
    parts: list[tuple[FromClause, Condition]] = [(TABLE, settled)]
    begun, later = [first <= limit for first, _, limit in clocks], [revised > limit for _, revised, limit in clocks]
    if clocks and (ids := await uow.rows(select(TABLE.c.application_id).where(or_(*later), *begun))):
        parts.append((_made_again(ids, moment, uow.caller), true()))
    return Tracks(moment, parts)


def _clocks(moment: Moment) -> list[tuple[Any, Any, Any]]:
    """By each clock asked for: when an application began, up to when it was corrected, and the limit."""
    row = TABLE.c
    known = (row.submitted_at, row.revised_at, moment.known_at)
    held = (row.submitted_on, row.revised_on, moment.as_of)
    return [clock for clock in (known, held) if clock[2] is not None]


def _made_again(ids: Sequence[UUID], moment: Moment, caller: Caller) -> FromClause:
    """What the states say of these applications, in the scope that held then. (No CTE: it couldn't run in parallel.)"""
    known = func.coalesce(bindparam("known", moment.known_at, DateTime(timezone=True)), text("'infinity'"))
    day = func.coalesce(bindparam("day", moment.as_of, Date), text("'infinity'"))
    given = bindparam("revised_ids", list(ids), ARRAY(Uuid))
    made = func.application_track_of(given, known, day).table_valued(*TABLE.c, name="again")
    return select(made).where(scope_of(caller, made.c)).subquery("again")
