"""Leads: whom to call."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.scoring import views
from services.scoring.api.doors import Staff
from services.scoring.schemas import LeadOut, LeadState
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["leads"])


@router.get("/leads", response_model=PageOf[LeadOut], operation_id="list_leads")
async def list_leads(
    door: Staff,
    paging: Paging,
    state: Annotated[LeadState, Query(description="Open, converted, or any")] = LeadState.open,
) -> Response:
    """Whom to call: the leads of the caller's entity and below, the likeliest first."""
    return await door.page(views.list_leads, state, paging=paging)
