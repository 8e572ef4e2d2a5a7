"""Segments that somebody saves: made, changed, retired."""

from uuid import UUID

from services.journeys.commands import ChangeSegment, MakeSegment, RetireSegment
from services.journeys.model import Segment, segments_of
from services.journeys.schemas import SegmentOut
from shared.access import Role
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from shared.storage.tx import Uow


async def make_segment(uow: Uow, command: MakeSegment) -> SegmentOut:
    """It is its maker's entity's."""
    entity = None if uow.caller.role is Role.global_manager else uow.caller.entity
    row = Segment(id=new_id(), entity_id=entity, name=command.name, rule=command.rule.as_json(), made_at=uow.now)
    uow.add(row)
    uow.note("make_segment", row.id, after={"rule": row.rule})
    return SegmentOut.model_validate(row)


async def change_segment(uow: Uow, command: ChangeSegment) -> SegmentOut:
    """Figures of the old rule stay what they are: they are those of another question."""
    row = await _own(uow, command.segment_id)
    before, rule = row.rule, command.what.rule.as_json()
    if (row.name, before) != (command.what.name, rule):
        uow.change(row, name=command.what.name, rule=rule)
        uow.note("change_segment", row.id, before={"rule": before}, after={"rule": rule})
    return SegmentOut.model_validate(row)


async def retire_segment(uow: Uow, command: RetireSegment) -> SegmentOut:
    row = await _own(uow, command.segment_id)
    uow.change(row, retired_at=uow.now)
    uow.note("retire_segment", row.id)
    return SegmentOut.model_validate(row)


async def _own(uow: Uow, segment_id: UUID) -> Segment:
    """One that the caller may change: that of all entities is a global manager's."""
    row = await uow.get(Segment, segment_id, segments_of(uow.caller), lock=True)
    if row.entity_id is None and uow.caller.role is not Role.global_manager:
        raise NotFound(f"There is no segment {segment_id} of yours.")
    uow.expect(row.version)
    if row.retired_at is not None:
        raise Conflict("This segment is retired.", code="segment-retired")
    return row
