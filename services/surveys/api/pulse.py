"""The team pulse: rounds and results for managers, and the page behind a member's link."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from services.surveys import commands, handlers, views
from services.surveys.schemas import PulseResultsOut, RoundOut
from shared.access import MANAGERS, Role
from shared.web.door import Door, allow, public
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Slug

router = APIRouter(tags=["pulse"])
Token = Annotated[str, Path(description="The token of the personal link")]
ByTicket = Annotated[Door, public("whoever has the ticket's link is the member who was asked")]
Opener = Annotated[Door, allow(Role.global_manager)]
Reader = Annotated[Door, allow(*sorted(MANAGERS), Role.auditor)]


@router.post("/v1/pulse/rounds", status_code=201, response_model=RoundOut, operation_id="open_pulse_round")
async def open_round(body: commands.OpenRound, door: Opener) -> Response:
    """Ask all teams now, beside the rounds that the calendar holds."""
    return await door.execute(handlers.open_round, body, status=201)


@router.get("/v1/pulse/rounds", response_model=PageOf[RoundOut], operation_id="list_pulse_rounds")
async def list_rounds(door: Reader, paging: Paging) -> Response:
    """When teams were and are asked, the newest first."""
    return await door.page(views.list_rounds, paging=paging)


@router.get("/v1/pulse/results", response_model=PulseResultsOut, operation_id="list_pulse_results")
async def list_results(
    door: Reader,
    entity_id: Annotated[UUID | None, Query(description="Only of this entity; it holds all below it")] = None,
    round_: Annotated[Slug | None, Query(alias="round", description="Only of this round")] = None,
) -> Response:
    """eNPS and effort of teams at or below one's own entity, where nobody can be singled out by them."""
    return await door.read(views.list_results, entity_id, round_)
