"""Documents over HTTP: the personal page of one, what happened to it, goals agreed, and what is still missing."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from starlette.responses import HTMLResponse

from services.notifications import commands, handlers, pages, views
from services.notifications.api.doors import Anybody, Application
from services.notifications.api.forms import FORM, fields_of
from services.notifications.schemas import GoalsOut, PaperOut, PreflightOut, ReceiptOut
from shared.access import Role
from shared.errors import Refusal
from shared.links import LinkRefused
from shared.web.door import Door, allow, public
from shared.web.paging import PageOf, Paging

router = APIRouter(tags=["documents"])
ByLink = Annotated[Door, public("the personal link is the proof")]
Token = Annotated[str, Path(description="The token of the personal link")]
WRITERS = (Role.participant, Role.enabler, Role.sending_manager, Role.hosting_manager)
Writer = Annotated[Door, allow(*WRITERS, changes=True)]
PDF = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}},
    303: {"description": "What the button gave holds no longer: back to the page"},
    404: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "No such link"},
}
PDF_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


@router.get("/d/{token}", response_class=HTMLResponse, operation_id="show_document_page")
@router.head("/d/{token}", operation_id="probe_document_page", include_in_schema=False)
async def show_document_page(token: Token, door: ByLink) -> Response:
    """What it is and who issued it, with a button that opens it. A mail scanner that comes here leaves no trace."""
    try:
        return await _page(door, token)
    except LinkRefused:
        return _unknown(door)


@router.post(
    "/d/{token}", status_code=303, response_class=HTMLResponse, operation_id="submit_document_page",
    openapi_extra={"requestBody": {"content": {FORM: {"schema": {"type": "object"}, "example": "do=open"}}}},
)  # fmt: skip
async def submit_document_page(token: Token, door: ByLink) -> Response:
    """The page's buttons: on to the PDF (`open`), or back to the page with thanks, or with what is wrong."""
    try:
        language, _ = await door.runtime.read(views.document_page, token, caller=door.caller)
        fields = await fields_of(door.request)
        match (fields or {}).get("do"):
            case "open":
                await door.runtime.execute(
                    handlers.open_document, commands.OpenDocument(token), caller=door.caller, cause=door.cause
                )
                given = await door.runtime.read(views.document_pass, token, caller=door.caller)
                return _to(f"./{token}/{given}")
            case "acknowledge":
                return await _acknowledged(door, token, fields or {})
        return pages.note_page(400, "unreadable", language)
    except LinkRefused:
        return _unknown(door)


@router.get("/d/{token}/{given}", response_class=Response, responses=PDF, operation_id="read_document")
@router.head("/d/{token}/{given}", operation_id="probe_document", include_in_schema=False)
async def read_document(
    token: Token, given: Annotated[str, Path(description="What the button gave: it holds for some minutes")],
    door: ByLink,
) -> Response:  # fmt: skip
    """The PDF, for who came by the button; that is what counts as opened, not this."""
    try:
        document = await door.runtime.read(views.passed_document, token, given, caller=door.caller)
    except LinkRefused as refusal:
        return _to(f"../{token}") if refusal.code == "link-expired" else _unknown(door)
    shown = {"Content-Disposition": f'inline; filename="{document.file_name}"'}  # a name of ours: letters and hyphens
    return Response(document.content, media_type="application/pdf", headers=PDF_HEADERS | shown)


@router.get("/v1/documents", response_model=PageOf[PaperOut], operation_id="list_documents")
async def list_documents(
    door: Anybody,
    paging: Paging,
    application_id: Application = None,
    person_id: Annotated[UUID | None, Query(description="Only about this person")] = None,
) -> Response:
    """Documents that were sent, the newest first: when, opened and acknowledged when, and where they are opened."""
    return await door.page(views.list_documents, application_id, person_id, paging=paging)


@router.get("/v1/receipts", response_model=PageOf[ReceiptOut], operation_id="list_receipts")
async def list_receipts(door: Anybody, paging: Paging, application_id: Application = None) -> Response:
    """Documents that were sent: opened when, acknowledged in writing when, by which name and in which version."""
    return await door.page(views.list_receipts, application_id, paging=paging)


@router.get("/v1/documents/{document_id}/receipt", response_model=ReceiptOut, operation_id="get_receipt")
async def get_receipt(document_id: UUID, door: Anybody) -> Response:
    """What happened to one document after it was sent."""
    return await door.read(views.get_receipt, document_id)


@router.get("/v1/applications/{application_id}/preflight", response_model=PreflightOut, operation_id="get_preflight")
async def get_preflight(application_id: UUID, door: Anybody) -> Response:
    """The coming messages: which facts they lack, who owns them, and from which day on they are asked for."""
    return await door.read(handlers.preflight, application_id)


@router.get("/v1/applications/{application_id}/goals", response_model=GoalsOut, operation_id="get_goals")
async def get_goals(application_id: UUID, door: Anybody) -> Response:
    """Individual responsibilities and goals, as agreed so far."""
    return await door.read(views.get_goals, application_id)


@router.put("/v1/applications/{application_id}/goals", response_model=GoalsOut, operation_id="record_goals")
async def record_goals(application_id: UUID, body: commands.GoalsBody, door: Writer) -> Response:
    """Record what supervisor and EP agreed on, whole; the sheet to sign is made of it (S&S 8)."""
    return await door.execute(handlers.record_goals, commands.RecordGoals(application_id, body))


async def _page(door: Door, token: str, wrong: str = "", given: str = "", status: int = 200) -> Response:
    language, values = await door.runtime.read(views.document_page, token, caller=door.caller)
    return pages.page("document.html", status, language, **values, wrong=wrong, given=given)


async def _acknowledged(door: Door, token: str, fields: dict[str, str]) -> Response:
    name = fields.get("name", "")[:400]
    if fields.get("read") != "on":
        return await _page(door, token, "not_ticked", name, 422)
    try:
        command = commands.AcknowledgeDocument(token, UUID(fields.get("document", "")), name)
    except ValueError:
        return await _page(door, token, "newer-version", name, 409)
    try:
        await door.runtime.execute(handlers.acknowledge_document, command, caller=door.caller, cause=door.cause)
    except Refusal as refusal:
        if refusal.code not in ("no-name", "not-opened", "newer-version"):
            raise
        return await _page(door, token, refusal.code, name, refusal.status)
    return _to(f"./{token}")


def _to(where: str) -> Response:
    """Relative, so that it also holds behind a proxy that puts a path before ours."""
    return Response(status_code=303, headers={"Location": where, "Cache-Control": "no-store"})


def _unknown(door: Door) -> Response:
    return pages.note_page(404, "unknown", pages.preferred(door.request.headers.get("accept-language")))
