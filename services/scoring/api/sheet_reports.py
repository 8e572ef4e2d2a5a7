"""Sheet templates, how well decisions foretold outcomes, a market over time, and the pages that can be printed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import SheetReader, TemplatePublisher
from services.scoring.pages import sheets as pages
from services.scoring.schemas import ComparisonOut, TemplateDetail, TemplatesOut, TrackRecordOut
from shared.web.schemas import LanguageCode, Moment, Slug

router = APIRouter(prefix="/v1", tags=["sheets"])
Code = Annotated[Slug, Path(description="The template", examples=["go-no-go"])]
AsOf = Annotated[Moment | None, Query(description="By what was known at this moment")]
Market = Annotated[UUID, Query(description="Whose market")]
Asked = Annotated[Slug, Query(description="The template")]
Language = Annotated[LanguageCode | None, Query(description="Else what the browser likes best")]
PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}


@router.get("/sheet-templates", response_model=TemplatesOut, operation_id="list_sheet_templates")
async def list_templates(door: SheetReader) -> Response:
    """All versions of all templates that the caller may use."""
    return await door.read(views.list_sheet_templates)


@router.post("/sheet-templates", status_code=201, response_model=TemplateDetail, operation_id="publish_sheet_template")
async def publish_template(body: commands.PublishTemplate, door: TemplatePublisher) -> Response:
    """Publish the next version of a template, or a new one; it can't be changed or taken back.

    New sheets of your entity and below take it (a global manager's: everybody's); those that are there keep theirs.
    """
    where = "/v1/sheet-templates/{0.template}/versions/{0.version_number}"
    return await door.execute(handlers.publish_sheet_template, body, status=201, location=where.format)


@router.get("/sheet-templates/{template}", response_model=TemplatesOut, operation_id="list_sheet_template_versions")
async def list_versions(template: Code, door: SheetReader) -> Response:
    """All versions of one template, the oldest first."""
    return await door.read(views.list_sheet_templates, template)


@router.get(
    "/sheet-templates/{template}/versions/{version}", response_model=TemplateDetail, operation_id="get_sheet_template"
)
async def get_template(
    template: Code, version: Annotated[int, Path(description="Its version", ge=1, le=1_000_000)], door: SheetReader
) -> Response:
    """One version with all that it says, as it can be published again, changed."""
    return await door.read(views.get_sheet_template, template, version)


@router.get("/sheets/track-record", response_model=TrackRecordOut, operation_id="get_sheet_track_record")
async def get_track_record(
    door: SheetReader,
    template: Asked = "go-no-go",
    entity_id: Annotated[UUID | None, Query(description="Only sheets of this entity and those below")] = None,
    as_of: AsOf = None,
) -> Response:
    """How well past decisions foretold what was won and lost, with intervals, and the weights that would suggest."""
    return await door.read(views.get_track_record, template, entity_id, as_of)


@router.get("/sheets/comparison", response_model=ComparisonOut, operation_id="compare_market")
async def compare_market(
    door: SheetReader, entity_id: Market, template: Asked = "digital-maturity", as_of: AsOf = None
) -> Response:
    """An entity's market over time: what was assessed each time, and what got better or worse between."""
    return await door.read(views.compare_market, entity_id, template, as_of)


@router.get(
    "/sheets/comparison/page", response_class=HTMLResponse, operation_id="show_market_comparison", responses=PAGE
)
async def show_comparison(
    door: SheetReader, entity_id: Market, template: Asked = "digital-maturity", language: Language = None
) -> Response:
    """The same as a page, with a small picture for each group and the table of its figures."""
    shown = await door.runtime.read(views.comparison_shown, entity_id, template, caller=door.caller)
    return pages.comparison_page(shown, language, door.request.headers.get("accept-language"))


@router.get("/sheets/{sheet_id}/page", response_class=HTMLResponse, operation_id="show_sheet_page", responses=PAGE)
async def show_sheet(
    sheet_id: Annotated[UUID, Path(description="The sheet")],
    door: SheetReader,
    language: Language = None,
    as_of: Annotated[Moment | None, Query(description="As it stood at this moment")] = None,
) -> Response:
    """The sheet as a page that prints on one sheet of A4, landscape."""
    shown = await door.runtime.read(views.sheet_shown, sheet_id, as_of, caller=door.caller)
    return pages.sheet_page(shown, language, door.request.headers.get("accept-language"))
