"""Hand-overs: what is in whose hands, who calls how many a week, and how long leads wait."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import LeadKeeper, LeadReader
from services.scoring.policy.handover import HandOverState
from services.scoring.schemas import CallerOut, CallingOut, ContactTimesOut, HandOverOut
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["hand-overs"])
Entity = Annotated[UUID | None, Query(description="Only of this entity and those below it")]


@router.get("/hand-overs", response_model=PageOf[HandOverOut], operation_id="list_hand_overs")
async def list_hand_overs(
    door: LeadReader,
    paging: Paging,
    state: Annotated[HandOverState | None, Query(description="Only in this state")] = None,
    entity_id: Entity = None,
    member_id: Annotated[UUID | None, Query(description="Only of this member")] = None,
    lead_id: Annotated[UUID | None, Query(description="Only of this lead")] = None,
) -> Response:
    """What was handed to whom, the newest first."""
    return await door.page(views.list_hand_overs, state, entity_id, member_id, lead_id, paging=paging)


@router.get("/hand-overs/{hand_over_id}", response_model=HandOverOut, operation_id="get_hand_over")
async def get_hand_over(hand_over_id: UUID, door: LeadReader) -> Response:
    """One hand-over."""
    return await door.read(views.get_hand_over, hand_over_id)


@router.post(
    "/hand-overs/{hand_over_id}/reassignment", status_code=201, response_model=HandOverOut, operation_id="reassign_lead"
)
async def reassign_lead(hand_over_id: UUID, body: commands.Assignment, door: LeadKeeper) -> Response:
    """Give the lead to another member; this hand-over ends, and the clock of the new one begins."""
    command = commands.ReassignLead(hand_over_id, body.member_id)
    return await door.execute(
        handlers.reassign_lead, command, status=201, location=lambda one: f"/v1/hand-overs/{one.id}"
    )


@router.post("/hand-overs/{hand_over_id}/refusal", response_model=HandOverOut, operation_id="refuse_lead")
async def refuse_lead(hand_over_id: UUID, body: commands.Giving, door: LeadKeeper) -> Response:
    """Give the lead back, with a reason: it is open again for the others."""
    return await door.execute(handlers.refuse_lead, commands.RefuseLead(hand_over_id, body.reason))


@router.get("/contact-times", response_model=ContactTimesOut, operation_id="get_contact_times")
async def get_contact_times(
    door: LeadReader,
    entity_id: Entity = None,
    days: Annotated[int, Query(ge=1, le=1096, description="Hand-overs of so many days back")] = 90,
) -> Response:
    """How long leads wait for the first contact after the hand-over, in working hours, and how many were in time."""
    return await door.read(views.get_contact_times, entity_id, days)


@router.get("/entities/{entity_id}/calling", response_model=CallingOut, operation_id="get_calling")
async def get_calling(entity_id: UUID, door: LeadReader) -> Response:
    """How many leads a manager of this entity calls a week, within how many hours, and when the entity works."""
    return await door.read(views.get_calling, entity_id)


@router.put("/entities/{entity_id}/calling", response_model=CallingOut, operation_id="set_calling")
async def set_calling(entity_id: UUID, body: commands.CallingBody, door: LeadKeeper) -> Response:
    """Set what the entity says, whole; the rest is inherited from above. The first time its version is 0."""
    return await door.execute(handlers.set_calling, commands.SetCalling(entity_id, body))


@router.get("/entities/{entity_id}/callers", response_model=list[CallerOut], operation_id="list_callers")
async def list_callers(entity_id: UUID, door: LeadReader) -> Response:
    """The members of an entity with their capacity of this week and what they have in hand."""
    return await door.read(views.list_callers, entity_id)


@router.get("/callers/{member_id}", response_model=CallerOut, operation_id="get_caller")
async def get_caller(member_id: UUID, door: LeadReader) -> Response:
    """One member as somebody who calls."""
    return await door.read(views.get_caller, member_id)


@router.put("/callers/{member_id}", response_model=CallerOut, operation_id="set_caller")
async def set_caller(member_id: UUID, body: commands.CallerBody, door: LeadKeeper) -> Response:
    """How many leads this member calls in a whole week, and the days on which they are away, whole."""
    return await door.execute(handlers.set_caller, commands.SetCaller(member_id, body))
