"""Deliveries and documents over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.notifications import views
from services.notifications.api.doors import Anybody, Application
from services.notifications.schemas import DeliveryOut, DocumentOut
from shared.web.etag import unchanged
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1")


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
