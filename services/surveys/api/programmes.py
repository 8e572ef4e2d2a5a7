"""Programmes: what there is, on and off and for which part; and why somebody was asked or not."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.surveys import commands, handlers, views
from services.surveys.api.doors import AboutEnabler, Concerned, ProgrammeOwner, ProgrammeReader
from services.surveys.schemas import DecisionsOut, ProgrammeOut, ProgrammesOut, SwitchOut
from shared.web.schemas import Slug

router = APIRouter(prefix="/v1", tags=["programmes"])
SWITCH = "/programmes/{code}/entities/{entity_id}"
Of = Annotated[UUID | None, Query(description="As it holds for this entity; else for the caller's own")]


@router.get("/programmes", response_model=ProgrammesOut, operation_id="list_programmes")
async def list_programmes(door: ProgrammeReader, entity_id: Of = None) -> Response:
    """All programmes: who is asked what, when."""
    return await door.read(views.list_programmes, entity_id)


@router.get("/programmes/{code}", response_model=ProgrammeOut, operation_id="get_programme")
async def get_programme(code: Slug, door: ProgrammeReader, entity_id: Of = None) -> Response:
    """One programme."""
    return await door.read(views.get_programme, code, entity_id)


@router.get(SWITCH, response_model=SwitchOut, operation_id="get_programme_switch")
async def get_programme_switch(code: Slug, entity_id: UUID, door: ProgrammeReader) -> Response:
    """What an entity says of a programme, and what holds there; its ETag is what a change is made against."""
    return await door.read(views.get_switch, code, entity_id)


@router.put(SWITCH, response_model=SwitchOut, operation_id="switch_programme")
async def switch_programme(code: Slug, entity_id: UUID, body: commands.Switching, door: ProgrammeOwner) -> Response:
    """Switch a programme on or off, or change its share, for an entity and all below it. Nothing said: version 0."""
    command = commands.SwitchProgramme(code, entity_id, body.enabled, body.share)
    return await door.execute(handlers.switch_programme, command)


@router.get("/people/{person_id}/survey-decisions", response_model=DecisionsOut, operation_id="list_person_decisions")
async def list_person_decisions(person_id: UUID, door: Concerned) -> Response:
    """For every programme: when this person was or will be asked, or why not. People may see their own."""
    return await door.read(views.list_person_decisions, person_id)


@router.get(
    "/enablers/{enabler_id}/survey-decisions", response_model=DecisionsOut, operation_id="list_enabler_decisions"
)
async def list_enabler_decisions(enabler_id: UUID, door: AboutEnabler) -> Response:
    """The same of an enabler."""
    return await door.read(views.list_enabler_decisions, enabler_id)
