"""Segments, their rules, members, course and sheets, within the caller's scope."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import select

from services.scoring.model import (
    Lead,
    Segment,
    SegmentFigures,
    SegmentMember,
    SegmentMove,
    SegmentPlan,
    SegmentRule,
    SegmentSearch,
    Wanted,
    leads_of,
)
from services.scoring.model.segments import owned, segments_of
from services.scoring.policy.segments.catalogue import FIELDS, OPERATORS, Party
from services.scoring.policy.segments.conditions import in_words
from services.scoring.policy.segments.jobs import SegmentState
from services.scoring.schemas import (
    FiguresOut,
    MemberOut,
    MoveOut,
    PlanOut,
    SearchOut,
    SegmentFieldOut,
    SegmentOut,
    SegmentRuleOut,
    SheetOut,
    WishesOut,
)
from shared.errors import FieldError, Invalid
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

MOST_COMPARED = 10


async def list_fields(uow: Uow, party: Party) -> list[dict[str, Any]]:
    """The fields that rules may name."""
    found = []
    for field in FIELDS[party].values():
        told = {"name": field.name, "sort": field.sort, "about": field.about, "text": field.text}
        found.append(SegmentFieldOut(**told, operators=list(OPERATORS[field.sort])).model_dump(mode="json"))
    return found


async def segment_out(uow: Uow, row: Segment) -> SegmentOut:
    return (await _shown(uow, [row]))[0]


async def _shown(uow: Uow, rows: Sequence[Segment]) -> list[SegmentOut]:
    ids = [row.id for row in rows]
    query = select(SegmentMember.segment_id, func.count()).where(SegmentMember.segment_id.in_(ids))  # type: ignore[attr-defined]
    counts = dict((await uow.execute(query.group_by(SegmentMember.segment_id))).all()) if ids else {}
    return [
        SegmentOut.model_validate(
            row.model_dump()
            | {"rule": row.number, "in_words": in_words(row.condition), "members": counts.get(row.id, 0)}
        )
        for row in rows
    ]


async def list_segments(uow: Uow, party: Party | None, state: SegmentState | None, paging: Paging) -> Page:
    query = select(Segment).where(segments_of(uow.caller))
    if party is not None:
        query = query.where(Segment.party == party)  # type: ignore[arg-type]
    if state is not None:
        query = query.where(Segment.state == state)  # type: ignore[arg-type]
    order = (Segment.made_at.desc(), Segment.id.desc())  # type: ignore[attr-defined]
    page = await listing(uow, query, order=order, paging=paging, changed=Segment.changed_at)
    return Page(await _shown(uow, page.items), page.next, page.about)


async def get_segment(uow: Uow, segment_id: UUID) -> SegmentOut:
    return await segment_out(uow, await uow.get(Segment, segment_id, segments_of(uow.caller)))


async def list_rules(uow: Uow, segment_id: UUID, paging: Paging) -> Page:
    """Every version of the rule, the newest first."""
    await uow.get(Segment, segment_id, segments_of(uow.caller))
    query = select(SegmentRule).where(SegmentRule.segment_id == segment_id)

    def shape(row: SegmentRule) -> SegmentRuleOut:
        return SegmentRuleOut.model_validate(row.model_dump() | {"in_words": in_words(row.condition)})

    return await listing(uow, query, order=(SegmentRule.number.desc(),), paging=paging, shape=shape)  # type: ignore[attr-defined]


async def list_members(uow: Uow, segment_id: UUID, paging: Paging) -> Page:
    await uow.get(Segment, segment_id, segments_of(uow.caller))
    query = select(SegmentMember).where(SegmentMember.segment_id == segment_id)

    def shape(row: SegmentMember) -> MemberOut:
        return MemberOut(subject_id=row.subject_id, entered_at=row.entered_at, rule=row.number)

    return await listing(uow, query, order=(SegmentMember.subject_id,), paging=paging, shape=shape)


async def list_moves(uow: Uow, segment_id: UUID, paging: Paging) -> Page:
    """Who came and left, the newest first."""
    await uow.get(Segment, segment_id, segments_of(uow.caller))
    query = select(SegmentMove).where(SegmentMove.segment_id == segment_id)
    order = (SegmentMove.at.desc(), SegmentMove.id.desc())  # type: ignore[attr-defined, union-attr]

    def shape(row: SegmentMove) -> MoveOut:
        return MoveOut(subject_id=row.subject_id, move=row.move, at=row.at, rule=row.number)

    return await listing(uow, query, order=order, paging=paging, shape=shape)


async def get_sheet(uow: Uow, segment_id: UUID) -> SheetOut:
    """The newest figures and the newest plan."""
    row = await uow.get(Segment, segment_id, segments_of(uow.caller))
    return await _sheet(uow, row)


async def _sheet(uow: Uow, row: Segment) -> SheetOut:
    counted = select(SegmentFigures).where(
        SegmentFigures.segment_id == row.id,
        SegmentFigures.known_at.is_not(None),  # type: ignore[union-attr]
    )
    newest = await uow.rows(counted.order_by(SegmentFigures.day.desc()).limit(1))  # type: ignore[attr-defined]
    figures = FiguresOut.model_validate(newest[0].document) if newest else None
    plan = await uow.find(SegmentPlan, segment_id=row.id, number=row.plan)
    told = PlanOut.model_validate(plan) if plan else None
    return SheetOut(segment=await segment_out(uow, row), figures=figures, plan=told, version=row.version)


async def list_plans(uow: Uow, segment_id: UUID, paging: Paging) -> Page:
    """What the sheet said, the newest first."""
    await uow.get(Segment, segment_id, segments_of(uow.caller))
    query = select(SegmentPlan).where(SegmentPlan.segment_id == segment_id)
    order = (SegmentPlan.number.desc(),)  # type: ignore[attr-defined]
    return await listing(uow, query, order=order, paging=paging, shape=PlanOut.model_validate)


async def compare_segments(uow: Uow, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The sheets of several segments, in the order in which they were named."""
    wanted = list(dict.fromkeys(ids))
    rows = {
        row.id: row for row in await uow.rows(select(Segment).where(Segment.id.in_(wanted), segments_of(uow.caller)))
    }  # type: ignore[attr-defined]
    errors = [
        FieldError("query:segment", f"there is no segment {one}, or it is not yours")
        for one in wanted
        if one not in rows
    ]
    if errors:
        raise Invalid(errors=errors)
    return [(await _sheet(uow, rows[one])).model_dump(mode="json") for one in wanted]


async def list_searches(uow: Uow, paging: Paging) -> Page:
    query = select(SegmentSearch).where(owned(uow.caller, SegmentSearch))
    order = (SegmentSearch.asked_at.desc(), SegmentSearch.id.desc())  # type: ignore[attr-defined]
    return await listing(uow, query, order=order, paging=paging, shape=SearchOut.model_validate)


async def get_search(uow: Uow, search_id: UUID) -> SearchOut:
    return SearchOut.model_validate(await uow.get(SegmentSearch, search_id, owned(uow.caller, SegmentSearch)))


async def get_wishes(uow: Uow, person_id: UUID) -> WishesOut:
    await uow.get(Lead, person_id, leads_of(uow.caller))
    return await wishes_out(uow, person_id)


async def wishes_out(uow: Uow, person_id: UUID) -> WishesOut:
    row = await uow.find(Wanted, person_id=person_id) or Wanted(person_id=person_id)
    return WishesOut.model_validate(row)
