"""Names over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.journeys import views
from services.journeys.api.doors import Anybody
from services.journeys.schemas import NamesOut

MOST = 200
router = APIRouter(prefix="/v1")


@router.get("/names", response_model=NamesOut, operation_id="get_names", tags=["names"])
async def get_names(
    door: Anybody,
    ids: Annotated[list[UUID], Query(alias="id", min_length=1, max_length=MOST, description="Whose names are wanted")],
) -> Response:
    """What these people, applications, opportunities, enablers and committees are called. Unknown ids are left out."""
    return await door.read(views.get_names, ids)
