"""The plan over HTTP."""

from fastapi import APIRouter, Response

from services.notifications import views
from services.notifications.api.doors import Anybody
from services.notifications.schemas import PlanOut

router = APIRouter(prefix="/v1")


@router.get("/plan", response_model=PlanOut, operation_id="get_plan", tags=["plan"])
async def get_plan(door: Anybody) -> Response:
    """The touchpoints that the calendar is made of."""
    return await door.read(views.get_plan)
