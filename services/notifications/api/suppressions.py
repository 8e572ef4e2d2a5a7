"""The suppression list over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.notifications import commands, handlers, views
from services.notifications.api.doors import Anybody, Manager, ManagerChanges
from services.notifications.schemas import SuppressionOut
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["suppressions"])


@router.get("/suppressions", response_model=PageOf[SuppressionOut], operation_id="list_suppressions")
async def list_suppressions(
    door: Anybody,
    paging: Paging,
    recipient_id: Annotated[UUID | None, Query(description="Only of this person, enabler or member")] = None,
    active: Annotated[bool | None, Query(description="Only those that hold, or only those that were lifted")] = None,
) -> Response:
    """Who is not written to, and why: bounces, complaints, people's own wishes, and what was entered by hand."""
    return await door.page(views.list_suppressions, recipient_id, active, paging=paging)


@router.get("/suppressions/{suppression_id}", response_model=SuppressionOut, operation_id="get_suppression")
async def get_suppression(suppression_id: UUID, door: Anybody) -> Response:
    """One entry of the list."""
    return await door.read(views.get_suppression, suppression_id)


@router.post("/suppressions", status_code=201, response_model=SuppressionOut, operation_id="suppress_contact")
async def suppress_contact(body: commands.SuppressContact, door: Manager) -> Response:
    """Write to a recipient no more; the same entry twice is one."""
    return await door.execute(
        handlers.suppress_contact, body, status=201, location=lambda row: f"/v1/suppressions/{row.id}"
    )


@router.post("/suppressions/{suppression_id}/lift", response_model=SuppressionOut, operation_id="lift_suppression")
async def lift_suppression(suppression_id: UUID, door: ManagerChanges) -> Response:
    """Write to the recipient again; refused for what the person asked for."""
    return await door.execute(handlers.lift_suppression, commands.LiftSuppression(suppression_id))
