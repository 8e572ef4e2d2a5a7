"""Corridors: asked for, read, and looked at as a picture."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, Response

from services.scoring import commands, handlers, pages, views
from services.scoring.api.doors import ByLink, Segmenter, SegmentReader
from services.scoring.policy.corridors.ways import Walked
from services.scoring.schemas import CorridorOut, PageLinkOut
from shared.errors import Refusal
from shared.web.paging import PageOf, Paging

router = APIRouter(tags=["corridors"])
Token = Annotated[str, Path(max_length=200, description="The token of the link")]
UNKNOWN = {404: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "No such link"}}


@router.post("/v1/corridors", status_code=202, response_model=CorridorOut, operation_id="ask_corridor")
async def ask_corridor(body: commands.AskCorridor, door: Segmenter) -> Response:
    """Have the ways to a transition mined, as of now; the report follows."""
    return await door.execute(handlers.ask_corridor, body, status=202, location=lambda made: f"/v1/corridors/{made.id}")


@router.get("/v1/corridors", response_model=PageOf[CorridorOut], operation_id="list_corridors")
async def list_corridors(
    door: SegmentReader,
    paging: Paging,
    segment: Annotated[UUID | None, Query(description="Only of this segment")] = None,
    transition: Annotated[Walked | None, Query(description="Only to this transition")] = None,
) -> Response:
    """Corridors that were mined, the newest first."""
    return await door.page(views.list_corridors, segment, transition, paging=paging)


@router.get("/v1/corridors/{corridor_id}", response_model=CorridorOut, operation_id="get_corridor")
async def get_corridor(corridor_id: UUID, door: SegmentReader) -> Response:
    """One corridor, once it is mined."""
    return await door.read(views.get_corridor, corridor_id)


@router.get("/v1/corridors/{corridor_id}/page", response_model=PageLinkOut, operation_id="get_corridor_page")
async def get_corridor_page(corridor_id: UUID, door: SegmentReader) -> Response:
    """The address where its picture can be looked at in a browser, for a day."""
    return await door.read(views.corridor_link, corridor_id)


@router.get("/k/{token}", response_class=HTMLResponse, operation_id="show_corridor_page", responses=UNKNOWN)
async def show_corridor_page(token: Token, door: ByLink) -> Response:
    """The picture of a corridor, with its numbers in tables."""
    try:
        corridor, segment = await door.runtime.read(views.open_corridor, token, caller=door.caller)
    except Refusal as refusal:
        return pages.note_page(refusal.status)
    return pages.corridor_page(corridor, segment)
