"""A blueprint over HTTP: drawn as SVG, printed as PDF, and the events behind each cell."""

from enum import StrEnum
from functools import cache
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.journeys.api.doors import Staff
from services.journeys.drawing import LANGUAGES, Drawing, Press, draw
from services.journeys.schemas.cells import OccurrenceOut
from services.journeys.views import blueprints as views
from services.journeys.views.blueprints import State, What
from shared.web.door import Door
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1/designs", tags=["designs"])
Language = StrEnum("Language", {one: one for one in LANGUAGES})  # type: ignore[misc]
ENGLISH = Language("en")
In = Annotated[Language, Query(description="Of the words that are the drawing's own, and of texts where they have it")]
Figures = Annotated[bool, Query(description="With what is observed, as far as it has been worked out")]
Segment = Annotated[UUID | None, Query(description="Figures of this segment only")]
Part = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
# Shown alone, the drawing loads and runs nothing.
ALONE = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"}


@cache
def press() -> Press:
    """The press of this process, made when something is printed first."""
    return Press()


async def _drawn(door: Door, design_id: UUID, segment: UUID | None, figures: bool, language: str) -> Drawing:
    found: Drawing = await door.runtime.read(
        views.drawn, design_id, segment, figures, str(language), caller=door.caller
    )
    return found


@router.get(
    "/{design_id}/blueprint.svg", operation_id="draw_blueprint",
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}}, response_class=Response,
)  # fmt: skip
async def draw_blueprint(
    design_id: UUID, door: Staff, language: In = ENGLISH, figures: Figures = True, segment: Segment = None
) -> Response:
    """The whole blueprint as one drawing."""
    found = await _drawn(door, design_id, segment, figures, language)
    return Response(draw(found), media_type="image/svg+xml", headers=ALONE)


@router.get(
    "/{design_id}/blueprint.pdf", operation_id="print_blueprint",
    responses={200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}},
    response_class=Response,
)  # fmt: skip
async def print_blueprint(
    design_id: UUID, door: Staff, language: In = ENGLISH, figures: Figures = True, segment: Segment = None
) -> Response:
    """The same on one page as large as it needs to be; the same bytes for the same figures."""
    content = await press().print(await _drawn(door, design_id, segment, figures, language))
    named = {"Content-Disposition": f'attachment; filename="blueprint-{design_id}.pdf"'}
    return Response(content, media_type="application/pdf", headers=ALONE | named)


@router.get(
    "/{design_id}/steps/{step}/items/{item}/occurrences", response_model=PageOf[OccurrenceOut],
    operation_id="list_occurrences",
)  # fmt: skip
async def list_occurrences(
    design_id: UUID,
    step: Part,
    item: Part,
    door: Staff,
    paging: Paging,
    what: Annotated[What | None, Query(description="Which of its measures; else the first that it has")] = None,
    state: Annotated[State | None, Query(description="Touchpoints and tasks that went so")] = None,
    segment: Segment = None,
) -> Response:
    """The very events behind a cell, the newest first."""
    return await door.page(views.list_occurrences, (design_id, step, item), what, state, segment, paging=paging)
