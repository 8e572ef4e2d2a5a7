"""The room's segments over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.journeys import commands, handlers, views
from services.journeys.api.doors import Manager, Owner, Staff
from services.journeys.policy.segments import Rule
from services.journeys.schemas import SegmentMembersOut, SegmentOut, SegmentSizeOut
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["segments"])


@router.post("/segments", status_code=201, response_model=SegmentOut, operation_id="make_segment")
async def make_segment(body: commands.MakeSegment, door: Manager) -> Response:
    """Save a rule under a name: every figure of the room can be asked for it."""
    return await door.execute(handlers.make_segment, body, location=lambda made: f"/v1/segments/{made.id}")


@router.get("/segments", response_model=PageOf[SegmentOut], operation_id="list_segments")
async def list_segments(door: Staff, paging: Paging) -> Response:
    """Segments of everybody, and of the caller's entity and below."""
    return await door.page(views.list_segments, paging=paging)


@router.get("/segment-size", response_model=SegmentSizeOut, operation_id="count_segment")
async def count_segment(door: Staff, rule: Annotated[Rule, Query()]) -> Response:
    """How many a rule fits, before it is saved."""
    return await door.read(views.count_segment, rule)


@router.get("/segments/{segment_id}", response_model=SegmentOut, operation_id="get_segment")
async def get_segment(segment_id: UUID, door: Staff) -> Response:
    """One segment with its rule."""
    return await door.read(views.get_segment, segment_id)


@router.get("/segments/{segment_id}/members", response_model=SegmentMembersOut, operation_id="list_segment_members")
async def list_segment_members(
    segment_id: UUID,
    door: Staff,
    ids: Annotated[list[UUID], Query(alias="id", min_length=1, max_length=200, description="EPs and enablers")],
) -> Response:
    """Which of these EPs and enablers the segment holds now."""
    return await door.read(views.list_segment_members, segment_id, ids)


@router.put("/segments/{segment_id}", response_model=SegmentOut, operation_id="change_segment")
async def change_segment(segment_id: UUID, body: commands.NewRule, door: Owner) -> Response:
    """Another rule or name."""
    return await door.execute(handlers.change_segment, commands.ChangeSegment(segment_id, body))


@router.post("/segments/{segment_id}/retirement", response_model=SegmentOut, operation_id="retire_segment")
async def retire_segment(segment_id: UUID, door: Owner) -> Response:
    """It is offered no more; whoever has its address still reads it."""
    return await door.execute(handlers.retire_segment, commands.RetireSegment(segment_id))
