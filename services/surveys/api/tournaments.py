"""Which score foretells best what customers do: contests, asked for and read."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.surveys import commands, handlers, views
from services.surveys.schemas import TournamentOut
from shared.access import Role
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["tournaments"])
Asker = Annotated[Door, allow(Role.national_manager, Role.global_manager)]
Reader = Annotated[Door, allow(Role.national_manager, Role.global_manager, Role.auditor)]


@router.post("/tournaments", status_code=202, response_model=TournamentOut, operation_id="ask_tournament")
async def ask_tournament(body: commands.AskTournament, door: Asker) -> Response:
    """Have NPS, CES and CSAT compete on the customers of one's own entity and below; the report follows."""
    return await door.execute(
        handlers.ask_tournament, body, status=202, location=lambda made: f"/v1/tournaments/{made.id}"
    )


@router.get("/tournaments", response_model=PageOf[TournamentOut], operation_id="list_tournaments")
async def list_tournaments(door: Reader, paging: Paging) -> Response:
    """Contests that were held, the newest first."""
    return await door.page(views.list_tournaments, paging=paging)


@router.get("/tournaments/{tournament_id}", response_model=TournamentOut, operation_id="get_tournament")
async def get_tournament(tournament_id: UUID, door: Reader) -> Response:
    """One contest with its report, once it is worked out."""
    return await door.read(views.get_tournament, tournament_id)
