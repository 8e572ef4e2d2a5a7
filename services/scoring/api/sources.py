"""On-ground sources: made and printed by managers, told by code."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import Passer, SourceChanger, SourceMaker, SourceReader
from services.scoring.policy.sources import SourceKind
from services.scoring.schemas import CodeOut, SourceFiguresOut, SourceOut
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["sources"])
SVG = "image/svg+xml"
PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {SVG: {"schema": {"type": "string"}}}}}


@router.post("/sources", status_code=201, response_model=SourceOut, operation_id="make_source")
async def make_source(body: commands.MakeSource, door: SourceMaker) -> Response:
    """A class visit, a booth, a flyer … of a committee; its code is what is printed."""
    return await door.execute(handlers.make_source, body, status=201, location=lambda out: f"/v1/sources/{out.id}")


@router.get("/sources", response_model=PageOf[SourceOut], operation_id="list_sources")
async def list_sources(
    door: SourceReader,
    paging: Paging,
    kind: Annotated[SourceKind | None, Query(description="Only of this kind")] = None,
    entity_id: Annotated[UUID | None, Query(description="Only of this entity")] = None,
    id: Annotated[list[UUID] | None, Query(max_length=100, description="Only these")] = None,  # noqa: A002
) -> Response:
    """The sources of the caller's entity and below, the newest first."""
    return await door.page(views.list_sources, kind, entity_id, id, paging=paging)


@router.get("/sources/{source_id}", response_model=SourceFiguresOut, operation_id="get_source")
async def get_source(source_id: UUID, door: SourceReader) -> Response:
    """A source with the visits, leads, sign-ups and approvals that came by it."""
    return await door.read(views.get_source, source_id)


@router.get("/sources/{source_id}/qr.svg", operation_id="draw_source_code", responses=PICTURE)
async def draw_source_code(source_id: UUID, door: SourceReader) -> Response:
    """The address of the code as a QR code, to be printed at any size."""
    return door.stream(views.draw_code, source_id, media_type=SVG, filename="code.svg")


@router.put("/sources/{source_id}", response_model=SourceOut, operation_id="change_source")
async def change_source(source_id: UUID, body: commands.SourceChange, door: SourceChanger) -> Response:
    """Another place, other dates, what it cost in the end."""
    return await door.execute(handlers.change_source, commands.ChangeSource(source_id, body))


@router.get("/codes/{code}", response_model=CodeOut, operation_id="get_code")
async def get_code(
    code: Annotated[str, Path(max_length=40, description="As printed; small letters and blanks do no harm")],
    door: Passer,
) -> Response:
    """Whether a code holds today. Looking at it counts for nothing: only a visit that carries it does."""
    return await door.read(views.get_code, code)
