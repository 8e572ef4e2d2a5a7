"""Dual-sided experiences over HTTP: for those who can act on what one side alone suffers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.journeys import views
from services.journeys.api.doors import Staff
from services.journeys.policy.dual import Asymmetry
from services.journeys.schemas import DualOut, TwoSidesOut
from services.journeys.views import DualFilter
from shared.contracts.fields import Product
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Day

router = APIRouter(prefix="/v1", tags=["dual-sided"])


async def _asked(
    entity_id: Annotated[
        UUID | None, Query(description="Only of this entity and those below it, on either side")
    ] = None,
    product: Annotated[Product | None, Query(description="Only of this product")] = None,
    since: Annotated[Day | None, Query(description="The EP answered on this day (UTC) or later")] = None,
    until: Annotated[Day | None, Query(description="… or earlier")] = None,
) -> DualFilter:
    return DualFilter(entity_id, product, since, until)


Which = Annotated[DualFilter, Depends(_asked)]


@router.get("/dual-sided", response_model=DualOut, operation_id="get_dual_sided")
async def get_dual_sided(door: Staff, asked: Which) -> Response:
    """How both customers of the same experiences judge them: a 3 × 3 matrix, the gaps, and who is glad alone."""
    return await door.read(views.get_dual, asked)


@router.get("/dual-sided/experiences", response_model=PageOf[TwoSidesOut], operation_id="list_dual_sided")
async def list_dual_sided(
    door: Staff,
    asked: Which,
    paging: Paging,
    which: Annotated[
        Asymmetry | None, Query(description="Only where this side is a promoter, the other a detractor")
    ] = None,
) -> Response:
    """The experiences themselves, the newest answers first."""
    return await door.page(views.list_dual, asked, which, paging=paging)
