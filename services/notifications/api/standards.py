"""Standards over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.notifications import views
from services.notifications.api.doors import Anybody
from services.notifications.schemas import EvidenceListOut

router = APIRouter(prefix="/v1")


@router.get("/standards", response_model=EvidenceListOut, operation_id="list_evidence", tags=["standards"])
async def list_evidence(
    door: Anybody, application_id: Annotated[UUID, Query(description="The experience in question")]
) -> Response:
    """The exchange standards of one experience that messages have proved so far, in time or late."""
    return await door.read(views.list_evidence, application_id)
