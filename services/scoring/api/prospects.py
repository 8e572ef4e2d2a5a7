"""Prospects: companies that aren't registered yet, entered by managers of the hosting side."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import HostChanger, HostKeeper, HostReader
from services.scoring.schemas import ProspectOut
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["prospects"])


@router.get("/prospects", response_model=PageOf[ProspectOut], operation_id="list_prospects")
async def list_prospects(
    door: HostReader,
    paging: Paging,
    linked: Annotated[bool | None, Query(description="Only those known to be an enabler, or the others")] = None,
) -> Response:
    """The prospects of the caller's entity and below, the newest first."""
    return await door.page(views.list_prospects, linked, paging=paging)


@router.post("/prospects", status_code=201, response_model=ProspectOut, operation_id="enter_prospect")
async def enter_prospect(body: commands.EnterProspect, door: HostKeeper) -> Response:
    """Write down a company that an entity would like to win; it is a lead of the hosting side from then on."""
    return await door.execute(handlers.enter_prospect, body, status=201, location=lambda one: f"/v1/prospects/{one.id}")


@router.get("/prospects/{prospect_id}", response_model=ProspectOut, operation_id="get_prospect")
async def get_prospect(prospect_id: UUID, door: HostReader) -> Response:
    """One prospect."""
    return await door.read(views.get_prospect, prospect_id)


@router.put("/prospects/{prospect_id}", response_model=ProspectOut, operation_id="change_prospect")
async def change_prospect(prospect_id: UUID, body: commands.ProspectFacts, door: HostChanger) -> Response:
    """What is known of it, whole."""
    return await door.execute(handlers.change_prospect, commands.ChangeProspect(prospect_id, body))


@router.delete("/prospects/{prospect_id}", status_code=204, operation_id="erase_prospect")
async def erase_prospect(prospect_id: UUID, door: HostChanger) -> Response:
    """Forget who it was; that there was one stays, under the bare id."""
    return await door.execute(handlers.erase_prospect, commands.EraseProspect(prospect_id))


@router.post("/prospects/{prospect_id}/link", response_model=ProspectOut, operation_id="link_prospect")
async def link_prospect(prospect_id: UUID, body: commands.Linking, door: HostChanger) -> Response:
    """It turned out to be this registered enabler: its talks count for that one."""
    return await door.execute(handlers.link_prospect, commands.LinkProspect(prospect_id, body.enabler_id))


@router.delete("/prospects/{prospect_id}/link", response_model=ProspectOut, operation_id="unlink_prospect")
async def unlink_prospect(prospect_id: UUID, door: HostChanger) -> Response:
    """It was somebody else: both stand on their own again."""
    return await door.execute(handlers.unlink_prospect, commands.UnlinkProspect(prospect_id))
