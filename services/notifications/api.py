"""The HTTP door of the notifications room."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.notifications import views
from services.notifications.policy import State
from services.notifications.schemas import DeliveryOut, DocumentOut, EvidenceListOut, PlanOut, TouchpointOut
from shared.access import Role
from shared.web.door import Door, allow
from shared.web.etag import unchanged
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1")
Anybody = Annotated[Door, allow(*Role)]
Application = Annotated[UUID | None, Query(description="Only of this application")]


@router.get("/touchpoints", response_model=PageOf[TouchpointOut], operation_id="list_touchpoints", tags=["touchpoints"])
async def list_touchpoints(
    door: Anybody,
    paging: Paging,
    application_id: Application = None,
    person_id: Annotated[UUID | None, Query(description="Only of this person")] = None,
    state: Annotated[State | None, Query(description="Only in this state")] = None,
) -> Response:
    """The calendar: what is sent, what waits and until when, what isn't sent and why."""
    return await door.page(views.list_touchpoints, application_id, person_id, state, paging=paging)


@router.get(
    "/touchpoints/{touchpoint_id}", response_model=TouchpointOut, operation_id="get_touchpoint", tags=["touchpoints"]
)
async def get_touchpoint(touchpoint_id: UUID, door: Anybody) -> Response:
    """One touchpoint, with the reason why it is not sent (yet)."""
    return await door.read(views.get_touchpoint, touchpoint_id)


@router.get("/deliveries", response_model=PageOf[DeliveryOut], operation_id="list_deliveries", tags=["deliveries"])
async def list_deliveries(
    door: Anybody,
    paging: Paging,
    touchpoint_id: Annotated[UUID | None, Query(description="Only of this touchpoint")] = None,
    application_id: Application = None,
) -> Response:
    """The e-mails behind the touchpoints: tries, reasons, Message-IDs."""
    return await door.page(views.list_deliveries, touchpoint_id, application_id, paging=paging)


@router.get("/documents/{document_id}", response_model=DocumentOut, operation_id="get_document", tags=["documents"])
async def get_document(document_id: UUID, door: Anybody) -> Response:
    """A document that was attached: its hash, language and size."""
    return await door.read(views.get_document, document_id)


@router.get(
    "/documents/{document_id}/content",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}},
    operation_id="download_document",
    tags=["documents"],
)
async def download_document(document_id: UUID, door: Anybody) -> Response:
    """The PDF, byte for byte as it was attached."""
    document = await door.runtime.read(views.document_content, document_id, caller=door.caller)
    tag = f'"{document.sha256}"'
    if unchanged(door.request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers={"ETag": tag})
    headers = {
        "Content-Disposition": f'attachment; filename="{document.file_name}"',  # a name of ours: letters and hyphens
        "ETag": tag,
        "Cache-Control": "private, no-cache",
    }
    return Response(document.content, media_type="application/pdf", headers=headers)


@router.get("/plan", response_model=PlanOut, operation_id="get_plan", tags=["plan"])
async def get_plan(door: Anybody) -> Response:
    """The touchpoints that the calendar is made of."""
    return await door.read(views.get_plan)


@router.get("/standards", response_model=EvidenceListOut, operation_id="list_evidence", tags=["standards"])
async def list_evidence(
    door: Anybody, application_id: Annotated[UUID, Query(description="The experience in question")]
) -> Response:
    """The exchange standards of one experience that messages have proved so far, in time or late."""
    return await door.read(views.list_evidence, application_id)
