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


class Customer(StrEnum):
    """Of whom there is a list: applications themselves are neither satisfied nor loyal."""

    people = Of.people
    enablers = Of.enablers


@router.get("/dropouts", response_model=PageOf[DropoutOut], operation_id="list_dropouts")
async def list_dropouts(
    door: Staff,
    paging: Walking,
    of: Annotated[
        Of, Query(description="applications that ended, or people and enablers who gave no sign of life")
    ] = Of.people,
    before: Annotated[Code | None, Query(description="Only who came to this stage and no further")] = None,
    reason: Annotated[Code | None, Query(description="Only with this reason, of applications")] = None,
    segment: Segment = None,
) -> Response:
    """Who was at a stage and will not come to the next, with what may win them back; the latest first."""
    return await door.page(views.list_dropouts, of, before, segment, reason, paging=paging)


@router.get("/satisfied-not-loyal", response_model=PageOf[ContentOut], operation_id="list_satisfied_not_loyal")
async def list_satisfied_not_loyal(
    door: Staff,
    paging: Walking,
    of: Annotated[Customer, Query(description="EPs, or enablers")] = Customer.people,
    segment: Segment = None,
) -> Response:
    """Satisfaction that is proven is not loyalty: whom to talk with, the latest answers first."""
    return await door.page(views.list_content, Of(of), segment, paging=paging)
