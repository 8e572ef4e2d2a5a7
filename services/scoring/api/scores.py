"""Scores with their reasons and their course."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.scoring import views
from services.scoring.api.doors import Reader
from services.scoring.schemas import ScoreChangeOut, ScoreOut
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Moment

router = APIRouter(prefix="/v1", tags=["scores"])


@router.get("/people/{person_id}/score", response_model=ScoreOut, operation_id="get_score")
async def get_score(person_id: UUID, door: Reader) -> Response:
    """How likely this lead is to be approved, with reasons that add up to it."""
    return await door.read(views.get_score, person_id)


@router.get(
    "/people/{person_id}/score-history", response_model=PageOf[ScoreChangeOut], operation_id="get_score_history",
)  # fmt: skip
async def get_score_history(
    person_id: UUID,
    door: Reader,
    paging: Paging,
    as_of: Annotated[Moment | None, Query(description="Only what was known at this moment")] = None,
) -> Response:
    """The course of the score, oldest first: what it was, why, and which event moved it."""
    return await door.page(views.get_course, person_id, as_of, paging=paging)
