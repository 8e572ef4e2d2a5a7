"""Routes of opportunities."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.applications import commands, handlers, views
from services.applications.api.doors import Anybody, R
from services.applications.policy import OpportunityStatus
from services.applications.schemas import OpportunityOut
from services.applications.views import OfferWanted, Order
from shared.contracts.applications import Product
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging
from shared.web.schemas import CountryCode

router = APIRouter(prefix="/v1")


@router.post(
    "/opportunities", status_code=201, response_model=OpportunityOut, operation_id="post_opportunity",
    tags=["opportunities"],
)  # fmt: skip
async def post_opportunity(
    body: commands.PostOpportunity, door: Annotated[Door, allow(R.hosting_manager, R.enabler)]
) -> Response:
    """Put an internship on offer, or draft one. What the standards want stated is checked at once and whole."""
    return await door.execute(
        handlers.post_opportunity, body, status=201, location=lambda out: f"/v1/opportunities/{out.id}"
    )


@router.get(
    "/opportunities", response_model=PageOf[OpportunityOut], operation_id="list_opportunities", tags=["opportunities"]
)
async def list_opportunities(
    door: Anybody,
    paging: Paging,
    product: Annotated[Product | None, Query(description="Only this programme")] = None,
    country: Annotated[CountryCode | None, Query(description="Only in this country")] = None,
    status: Annotated[OpportunityStatus | None, Query(description="Only of this status")] = None,
    enabler_id: Annotated[UUID | None, Query(description="Only of this enabler")] = None,
    entity_id: Annotated[UUID | None, Query(description="Only hosted by this committee and those below it")] = None,
    sort: Annotated[Order, Query(description="Longest unchanged, newest change, or first day first")] = Order.changed,
) -> Response:
    """What is on offer, and was; drafts are shown to who makes them."""
    return await door.page(
        views.list_opportunities, OfferWanted(product, country, status, enabler_id, entity_id, sort), paging=paging
    )


@router.get(
    "/opportunities/{opportunity_id}", response_model=OpportunityOut, operation_id="get_opportunity",
    tags=["opportunities"],
)  # fmt: skip
async def get_opportunity(opportunity_id: UUID, door: Anybody) -> Response:
    """One opportunity."""
    return await door.read(views.get_opportunity, opportunity_id)
