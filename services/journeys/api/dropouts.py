"""Lists to act on: who dropped out, and who is content and yet not loyal."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.journeys import views
from services.journeys.api.doors import Staff
from services.journeys.api.people import walk
from services.journeys.policy.funnel import Of
from services.journeys.schemas import ContentOut, DropoutOut
from shared.contracts.fields import Code
from shared.web.paging import Asked, PageOf

router = APIRouter(prefix="/v1", tags=["funnel"])
Walking = Annotated[Asked, Depends(walk)]
Segment = Annotated[UUID | None, Query(description="Only of this segment")]


class Whom(StrEnum):
    """Of whom there is a list: an enabler that falls silent has no date of it."""

    people = Of.people
    applications = Of.applications


@router.get("/dropouts", response_model=PageOf[DropoutOut], operation_id="list_dropouts")
async def list_dropouts(
    door: Staff,
    paging: Walking,
    of: Annotated[Whom, Query(description="applications that ended, or people who gave no sign of life")] = Whom.people,
    before: Annotated[Code | None, Query(description="The stage at which they were; the funnel's first one")] = None,
    reason: Annotated[Code | None, Query(description="Only with this reason, of applications")] = None,
    segment: Segment = None,
) -> Response:
    """Who was at a stage and will not come to the next, the latest first. There is no list of enablers."""
    return await door.page(views.list_dropouts, Of(of), before, segment, reason, paging=paging)


@router.get("/satisfied-not-loyal", response_model=PageOf[ContentOut], operation_id="list_satisfied_not_loyal")
async def list_satisfied_not_loyal(door: Staff, paging: Walking, segment: Segment = None) -> Response:
    """Satisfaction that is proven is not loyalty: whom to talk with, the latest answers first."""
    return await door.page(views.list_content, segment, paging=paging)
