"""The funnel over HTTP."""

from fastapi import APIRouter, Response

from services.journeys import views
from services.journeys.api.doors import Staff
from services.journeys.schemas import FunnelOut

router = APIRouter(prefix="/v1")


@router.get("/funnel", response_model=FunnelOut, operation_id="get_funnel", tags=["funnel"])
async def get_funnel(door: Staff) -> Response:
    """How many people and applications are at which stage now; shares from 30 on, below them the counts alone."""
    return await door.read(views.get_funnel)
