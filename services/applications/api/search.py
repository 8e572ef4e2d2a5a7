"""Routes of search: opportunities for everybody, profiles for those who look for interns."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.applications import views
from services.applications.api.doors import Anybody, R
from services.applications.schemas.search import Found, OpportunityFound, OpportunityWish, PersonFound, PersonWish, Wish
from shared.storage.paging import Paging
from shared.web.door import Door, allow
from shared.web.paging import Asked, decode

router = APIRouter(prefix="/v1")
Seekers = Annotated[
    Door,
    allow(
        R.enabler, R.sending_manager, R.hosting_manager, R.national_manager, R.global_manager, R.auditor, R.service
    ),
]  # fmt: skip


def _page(wish: Wish) -> Asked:
    as_of, values = decode(wish.cursor) if wish.cursor is not None else (None, None)
    return Asked(Paging(values, wish.limit), as_of)


@router.get(
    "/opportunities/search", response_model=Found[OpportunityFound], operation_id="search_opportunities",
    tags=["opportunities"],
)  # fmt: skip
async def search_opportunities(door: Anybody, wish: Annotated[OpportunityWish, Query()]) -> Response:
    """Find internships that take applications: by words in any language, filters and dates, with counts."""
    return await door.page(views.search_opportunities, wish, paging=_page(wish))


@router.get(
    "/people/search", response_model=Found[PersonFound], operation_id="search_people", tags=["people"]
)  # fmt: skip
async def search_people(door: Seekers, wish: Annotated[PersonWish, Query()]) -> Response:
    """Browse the profiles of people who are looking. Who they are is told to their own committees alone."""
    return await door.page(views.search_people, wish, paging=_page(wish))
