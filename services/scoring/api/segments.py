"""Segments, their sheets, and searches for segments that nobody has thought of."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import Reader, Recorder, Segmenter, SegmentOwner, SegmentReader
from services.scoring.policy.segments.catalogue import Party
from services.scoring.policy.segments.jobs import SegmentState
from services.scoring.schemas import (
    CountingOut,
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
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["segments"])
MOST = 10


@router.get("/segment-fields", response_model=list[SegmentFieldOut], operation_id="list_segment_fields")
async def list_segment_fields(
    door: SegmentReader, party: Annotated[Party, Query(description="Whose fields")] = Party.ep
) -> Response:
    """What a rule may ask about, with the operators of each field."""
    return await door.read(views.list_fields, party)


@router.post("/segments", status_code=201, response_model=SegmentOut, operation_id="make_segment")
async def make_segment(body: commands.MakeSegment, door: Segmenter) -> Response:
    """A segment by a rule over wants and behaviour; its members come in shortly after."""
    return await door.execute(handlers.make_segment, body, location=lambda made: f"/v1/segments/{made.id}")


@router.get("/segments", response_model=PageOf[SegmentOut], operation_id="list_segments")
async def list_segments(
    door: SegmentReader,
    paging: Paging,
    party: Annotated[Party | None, Query(description="Only of this party")] = None,
    state: Annotated[SegmentState | None, Query(description="Only in this state")] = None,
) -> Response:
    """Segments of the caller's entity and below, the newest first."""
    return await door.page(views.list_segments, party, state, paging=paging)


@router.get("/segment-comparison", response_model=list[SheetOut], operation_id="compare_segments")
async def compare_segments(
    door: SegmentReader,
    segment: Annotated[list[UUID], Query(min_length=1, max_length=MOST, description="Segments, up to ten")],
) -> Response:
    """Their sheets side by side, in the order in which they are named."""
    return await door.read(views.compare_segments, segment)


@router.get("/segments/{segment_id}", response_model=SegmentOut, operation_id="get_segment")
async def get_segment(segment_id: UUID, door: SegmentReader) -> Response:
    """One segment with its rule, in data and in words."""
    return await door.read(views.get_segment, segment_id)


@router.put("/segments/{segment_id}/rule", response_model=SegmentOut, operation_id="change_segment_rule")
async def change_segment_rule(segment_id: UUID, body: commands.NewRule, door: SegmentOwner) -> Response:
    """Another rule: its next version. Who is in by the old one alone leaves shortly after."""
    return await door.execute(handlers.change_rule, commands.ChangeRule(segment_id, body.condition))


@router.post("/segments/{segment_id}/retirement", response_model=SegmentOut, operation_id="retire_segment")
async def retire_segment(segment_id: UUID, door: SegmentOwner) -> Response:
    """Nobody is in it any more; course and sheets stay."""
    return await door.execute(handlers.retire_segment, commands.RetireSegment(segment_id))


@router.get("/segments/{segment_id}/rules", response_model=PageOf[SegmentRuleOut], operation_id="list_segment_rules")
async def list_segment_rules(segment_id: UUID, door: SegmentReader, paging: Paging) -> Response:
    """Every version of the rule, the newest first."""
    return await door.page(views.list_rules, segment_id, paging=paging)


@router.get("/segments/{segment_id}/members", response_model=PageOf[MemberOut], operation_id="list_segment_members")
async def list_segment_members(segment_id: UUID, door: SegmentReader, paging: Paging) -> Response:
    """Who is in now."""
    return await door.page(views.list_members, segment_id, paging=paging)


@router.get("/segments/{segment_id}/course", response_model=PageOf[MoveOut], operation_id="list_segment_moves")
async def list_segment_moves(segment_id: UUID, door: SegmentReader, paging: Paging) -> Response:
    """Who came and who left, the newest first."""
    return await door.page(views.list_moves, segment_id, paging=paging)


@router.get("/segments/{segment_id}/sheet", response_model=SheetOut, operation_id="get_segment_sheet")
async def get_segment_sheet(segment_id: UUID, door: SegmentReader) -> Response:
    """The STP sheet: size, profile, attractiveness; position, programme, target."""
    return await door.read(views.get_sheet, segment_id)


@router.post(
    "/segments/{segment_id}/counting", status_code=202, response_model=CountingOut, operation_id="count_segment"
)
async def count_segment(segment_id: UUID, door: Segmenter) -> Response:
    """Have the sheet's figures counted now; they are counted each night anyway."""
    place = f"/v1/segments/{segment_id}/sheet"
    return await door.execute(handlers.ask_figures, commands.AskFigures(segment_id), status=202, location=place)


@router.put("/segments/{segment_id}/plan", response_model=PlanOut, operation_id="write_segment_plan")
async def write_segment_plan(segment_id: UUID, body: commands.PlanOfSegment, door: SegmentOwner) -> Response:
    """Position, programme, and whether it is a target: the next version of what the sheet says."""
    return await door.execute(handlers.write_plan, commands.WritePlan(segment_id, body))


@router.get("/segments/{segment_id}/plans", response_model=PageOf[PlanOut], operation_id="list_segment_plans")
async def list_segment_plans(segment_id: UUID, door: SegmentReader, paging: Paging) -> Response:
    """What the sheet said, the newest first."""
    return await door.page(views.list_plans, segment_id, paging=paging)


@router.post(
    "/segments/{segment_id}/plans/{number}/blanking", response_model=PlanOut, operation_id="blank_segment_plan"
)
async def blank_segment_plan(
    segment_id: UUID, number: Annotated[int, Path(ge=1, le=2_000_000_000)], door: SegmentOwner
) -> Response:
    """Take the words of a version away for good, because they name somebody; the decision stays."""
    return await door.execute(handlers.blank_plan, commands.BlankPlan(segment_id, number))


@router.post("/segment-searches", status_code=202, response_model=SearchOut, operation_id="ask_segment_search")
async def ask_segment_search(body: commands.AskSearch, door: Segmenter) -> Response:
    """Look for segments in wants and behaviour; the report follows, and may be that there are none."""
    place = "/v1/segment-searches"
    return await door.execute(handlers.ask_search, body, status=202, location=lambda made: f"{place}/{made.id}")


@router.get("/segment-searches", response_model=PageOf[SearchOut], operation_id="list_segment_searches")
async def list_segment_searches(door: SegmentReader, paging: Paging) -> Response:
    """Searches that were asked for, the newest first."""
    return await door.page(views.list_searches, paging=paging)


@router.get("/segment-searches/{search_id}", response_model=SearchOut, operation_id="get_segment_search")
async def get_segment_search(search_id: UUID, door: SegmentReader) -> Response:
    """One search with its report, once it is worked out."""
    return await door.read(views.get_search, search_id)


@router.post(
    "/segment-searches/{search_id}/freezing", status_code=201, response_model=SegmentOut, operation_id="freeze_segment"
)
async def freeze_segment(search_id: UUID, body: commands.Freezing, door: Segmenter) -> Response:
    """A found segment becomes one with the rule that tells it."""
    command = commands.FreezeFound(search_id, body)
    return await door.execute(handlers.freeze_found, command, location=lambda made: f"/v1/segments/{made.id}")


@router.get("/people/{person_id}/wishes", response_model=WishesOut, operation_id="get_wishes")
async def get_wishes(person_id: UUID, door: Reader) -> Response:
    """What is known of what an EP wants."""
    return await door.read(views.get_wishes, person_id)


@router.post("/people/{person_id}/budget", response_model=WishesOut, operation_id="note_budget")
async def note_budget(person_id: UUID, body: commands.Budget, door: Recorder) -> Response:
    """What an EP can spend, as they told a manager."""
    return await door.execute(handlers.note_budget, commands.NoteBudget(person_id, body.budget))
