"""Reads of the room's segments."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import desc, func
from sqlmodel import select

from services.journeys.model import (
    Application,
    Course,
    EnablerCourse,
    EnablerSubject,
    Segment,
    Subject,
    enablers_of,
    people_of,
    segments_of,
)
from services.journeys.model.narrowing import narrowed, scope
from services.journeys.policy.funnel import Of
from services.journeys.policy.segments import Rule
from services.journeys.schemas import SegmentMembersOut, SegmentOut, SegmentSizeOut
from services.journeys.views.estimates import rule_of
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

ROWS: dict[Of, Any] = {
    Of.people: Course.person_id,
    Of.applications: Application.id,
    Of.enablers: EnablerCourse.enabler_id,
}


async def list_segments(uow: Uow, paging: Paging) -> Page:
    """Those that are offered, the newest first."""
    query = select(Segment).where(segments_of(uow.caller), Segment.retired_at.is_(None))  # type: ignore[union-attr]
    order = (desc(Segment.made_at), desc(Segment.id))  # type: ignore[arg-type]
    found = await listing(uow, query, order=order, paging=paging, changed=Segment.changed_at)
    return Page([SegmentOut.model_validate(row) for row in found.items], found.next)


async def get_segment(uow: Uow, segment_id: UUID) -> SegmentOut:
    return SegmentOut.model_validate(await uow.get(Segment, segment_id, segments_of(uow.caller)))


async def list_segment_members(uow: Uow, segment_id: UUID, ids: Sequence[UUID]) -> SegmentMembersOut:
    """Which of these EPs and enablers the segment holds."""
    rule = await rule_of(uow, segment_id)
    people = select(Course.person_id).join(Subject, Subject.person_id == Course.person_id)  # type: ignore[arg-type]
    people = people.where(Course.person_id.in_(ids), people_of(uow.caller), *narrowed(Of.people, rule))  # type: ignore[attr-defined]
    row = EnablerCourse
    enablers = select(row.enabler_id).join(EnablerSubject, EnablerSubject.enabler_id == row.enabler_id)  # type: ignore[arg-type]
    enablers = enablers.where(row.enabler_id.in_(ids), enablers_of(uow.caller), *narrowed(Of.enablers, rule))  # type: ignore[attr-defined]
    found = [row[0] for query in (people, enablers) for row in await uow.execute(query)]
    return SegmentMembersOut(ids=sorted(found))


async def count_segment(uow: Uow, rule: Rule) -> SegmentSizeOut:
    """How many of each fit the rule now, of those that the caller sees."""
    found = {}
    for of, column in ROWS.items():
        query = select(func.count(column)).where(scope(of, uow.caller), *narrowed(of, rule))
        found[str(of)] = await uow.scalar(query)
    return SegmentSizeOut(**found)
