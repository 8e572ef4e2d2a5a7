"""Searches for segments and mining of corridors: asked for over HTTP, worked out by the worker, kept as reports."""

from datetime import UTC

from services.scoring.commands import AskCorridor, AskSearch, KeepFigures, KeepReport
from services.scoring.handlers.segments import check_party
from services.scoring.model import CorridorReport, Segment, SegmentFigures, SegmentSearch
from services.scoring.model.segments import segments_of
from services.scoring.policy.corridors.ways import WAYS
from services.scoring.policy.segments.jobs import JobState
from services.scoring.schemas import CorridorOut, SearchOut
from shared.access import Role
from shared.errors import FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow


async def ask_search(uow: Uow, command: AskSearch) -> SearchOut:
    """A search among the customers of the caller's entity and below; a global manager's is among all."""
    check_party(uow, command.party)
    entity = None if uow.caller.role is Role.global_manager else uow.caller.entity
    values = {"entity_id": entity, "party": command.party, "seed": command.seed, "asked_at": uow.now}
    row = uow.add(SegmentSearch(id=new_id(), **values))
    uow.note("ask_search", row.id, after={"party": str(command.party), "seed": command.seed})
    return SearchOut.model_validate(row)


async def ask_corridor(uow: Uow, command: AskCorridor) -> CorridorOut:
    """The corridor of a segment, or of everybody of a party in the caller's entity and below."""
    entity, party = None if uow.caller.role is Role.global_manager else uow.caller.entity, command.party
    if command.segment_id is not None:
        segment = await uow.find(Segment, segments_of(uow.caller), id=command.segment_id)
        if segment is None:
            raise Invalid(errors=[FieldError("#/segment_id", "there is no such segment, or it is not yours")])
        entity, party = segment.entity_id, segment.party
    else:
        check_party(uow, party)
    if command.transition not in WAYS[party]:
        raise Invalid(errors=[FieldError("#/transition", f"{party}s walk to {', '.join(WAYS[party])}")])
    values = {"entity_id": entity, "party": party, "segment_id": command.segment_id, "asked_at": uow.now}
    row = uow.add(CorridorReport(id=new_id(), transition=str(command.transition), **values))
    uow.note("ask_corridor", row.id, after={"transition": str(command.transition)})
    return CorridorOut.model_validate(row)


async def keep_search(uow: Uow, command: KeepReport) -> None:
    """What a search came to; None: it failed."""
    row = await uow.get(SegmentSearch, command.id, lock=True)
    row.report, row.known_at = command.report, uow.now
    row.state = JobState.done if command.report else JobState.failed
    finding = command.report["finding"] if command.report else None
    uow.note("keep_search", row.id, after={"finding": finding})


async def keep_corridor(uow: Uow, command: KeepReport) -> None:
    """What was mined; None: it failed."""
    row = await uow.get(CorridorReport, command.id, lock=True)
    row.report, row.known_at = command.report, uow.now
    row.state = JobState.done if command.report else JobState.failed
    uow.note("keep_corridor", row.id)


async def keep_figures(uow: Uow, command: KeepFigures) -> None:
    """What was counted of a segment; the day is that of the counting."""
    day = uow.now.astimezone(UTC).date()
    row = await uow.find(SegmentFigures, segment_id=command.segment_id, day=day, lock=True)
    if row is None:
        row = uow.add(SegmentFigures(segment_id=command.segment_id, day=day, number=command.number))
    row.document, row.known_at, row.number = command.document, uow.now, command.number
