"""Reads of the room's segments."""

from typing import Any
from uuid import UUID

from sqlalchemy import desc, func
from sqlmodel import select

from services.journeys.model import Application, Course, EnablerCourse, Segment, segments_of
from services.journeys.model.narrowing import narrowed, scope
from services.journeys.policy.funnel import Of
from services.journeys.policy.segments import Rule
from services.journeys.schemas import SegmentOut, SegmentSizeOut
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


async def count_segment(uow: Uow, rule: Rule) -> SegmentSizeOut:
    """How many of each fit the rule now, of those that the caller sees."""
    found = {}
    for of, column in ROWS.items():
        query = select(func.count(column)).where(scope(of, uow.caller), *narrowed(of, rule))
        found[str(of)] = await uow.scalar(query)
    return SegmentSizeOut(**found)
