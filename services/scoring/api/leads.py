"""Leads on both sides: whom to call, how many stand where, what came of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import LeadKeeper, LeadReader, LeadTeller
from services.scoring.policy.lead_stages import LeadStage
from services.scoring.policy.lifecycle import Lifecycle
from services.scoring.schemas import (
    DefinitionsOut,
    FunnelOut,
    HandOverOut,
    LeadDetail,
    LeadOut,
    LeadPage,
    LeadSort,
    LeadState,
    WinBackOut,
)
from shared.contracts.surveys import Party
from shared.web.paging import Paging

router = APIRouter(prefix="/v1", tags=["leads"])
Days = Annotated[int, Query(ge=1, le=1096, description="Over how many days back")]
Entity = Annotated[UUID | None, Query(description="Only of this entity and those below it")]


@router.get("/leads", response_model=LeadPage, operation_id="list_leads")
async def list_leads(
    door: LeadReader,
    paging: Paging,
    state: Annotated[LeadState, Query(description="Open, converted, or any")] = LeadState.open,
    stage: Annotated[LeadStage | None, Query(description="Only at this stage")] = None,
    lifecycle: Annotated[Lifecycle | None, Query(description="Only with this lifecycle")] = None,
    party: Annotated[Party | None, Query(description="Only of this side")] = None,
    entity_id: Entity = None,
    assigned_to: Annotated[UUID | None, Query(description="Only those of this member")] = None,
    sort: Annotated[LeadSort, Query(description="The likeliest, the newest, or the first due first")] = LeadSort.score,
) -> Response:
    """Whom to call: the leads of the caller's entity and below, the likeliest first."""
    wanted = views.LeadFilter(state, stage, lifecycle, party, entity_id, assigned_to, sort)
    return await door.page(views.list_leads, wanted, paging=paging)


@router.get("/leads/{lead_id}", response_model=LeadDetail, operation_id="get_lead")
async def get_lead(lead_id: UUID, door: LeadReader) -> Response:
    """One lead with the course of its stages: when it came to each, and why."""
    return await door.read(views.get_lead, lead_id)


@router.post("/leads/{lead_id}/hand-over", status_code=201, response_model=HandOverOut, operation_id="assign_lead")
async def assign_lead(lead_id: UUID, body: commands.Assignment, door: LeadKeeper) -> Response:
    """Give an open lead to a member of its entity, beyond the week's capacity too."""
    command = commands.AssignLead(lead_id, body.member_id)
    return await door.execute(
        handlers.assign_lead, command, status=201, location=lambda one: f"/v1/hand-overs/{one.id}"
    )


@router.post("/leads/{lead_id}/contacts", response_model=LeadOut, operation_id="record_talk")
async def record_talk(lead_id: UUID, body: commands.Talk, door: LeadTeller) -> Response:
    """Tell of a call, a meeting or a message with a lead of either side; the clock of its hand-over stops."""
    return await door.execute(handlers.record_talk, commands.RecordTalk(lead_id, body))


@router.get("/lead-funnel", response_model=FunnelOut, operation_id="get_lead_funnel")
async def get_lead_funnel(
    door: LeadReader,
    party: Annotated[Party, Query(description="Which side")] = Party.ep,
    entity_id: Entity = None,
    days: Days = 30,
) -> Response:
    """How many stand at each stage now; strangers and visitors of the EPs' side are anonymous counts."""
    return await door.read(views.get_funnel, party, entity_id, days)


@router.get("/win-backs", response_model=WinBackOut, operation_id="get_win_backs")
async def get_win_backs(
    door: LeadReader,
    party: Annotated[Party, Query(description="Which side")] = Party.ep,
    entity_id: Entity = None,
    days: Days = 365,
) -> Response:
    """Of those who lapsed, how many came back; the lapsed ones themselves are `GET /v1/leads?stage=lapsed`."""
    return await door.read(views.get_win_backs, party, entity_id, days)


@router.get("/lead-definitions", response_model=DefinitionsOut, operation_id="get_lead_definitions")
async def get_lead_definitions(door: LeadReader) -> Response:
    """What each stage and each lifecycle means, and after how long a silence somebody has lapsed."""
    return await door.read(views.get_definitions)
