"""Chances per transition: why, what would change them, and what was said at a moment of the past."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.scoring import views
from services.scoring.api.doors import HostReader, Reader
from services.scoring.policy.transitions import Transition
from services.scoring.schemas import ChancePointOut, ChancesOut
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Moment

router = APIRouter(prefix="/v1", tags=["chances"])
AsOf = Annotated[Moment | None, Query(description="As it was said at this moment, by what was known then")]


@router.get("/people/{person_id}/chances", response_model=ChancesOut, operation_id="get_chances")
async def get_chances(person_id: UUID, door: Reader, as_of: AsOf = None) -> Response:
    """How likely each transition is that this person has begun, with reasons that add up, or why nothing is said."""
    return await door.read(views.get_chances, person_id, as_of)


@router.get("/enablers/{enabler_id}/chances", response_model=ChancesOut, operation_id="get_enabler_chances")
async def get_enabler_chances(enabler_id: UUID, door: HostReader, as_of: AsOf = None) -> Response:
    """The same of an enabler: how likely it is to raise an opportunity again."""
    return await door.read(views.get_chances, enabler_id, as_of)


@router.get(
    "/people/{person_id}/chances/{transition}/history", response_model=PageOf[ChancePointOut],
    operation_id="get_chance_history",
)  # fmt: skip
async def get_chance_history(
    person_id: UUID, transition: Transition, door: Reader, paging: Paging, as_of: AsOf = None
) -> Response:
    """The course of one chance, oldest first: what was said, why, and which event moved it."""
    return await door.page(views.get_chance_course, person_id, transition, as_of, paging=paging)


@router.get(
    "/enablers/{enabler_id}/chances/{transition}/history", response_model=PageOf[ChancePointOut],
    operation_id="get_enabler_chance_history",
)  # fmt: skip
async def get_enabler_chance_history(
    enabler_id: UUID, transition: Transition, door: HostReader, paging: Paging, as_of: AsOf = None
) -> Response:
    """The same of an enabler."""
    return await door.page(views.get_chance_course, enabler_id, transition, as_of, paging=paging)
