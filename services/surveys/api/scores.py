"""Figures: NPS and CES with n, interval and response rate."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.surveys import views
from services.surveys.api.doors import Staff
from services.surveys.schemas import ScoreOut
from shared.contracts.surveys import Metric
from shared.errors import FieldError, Invalid
from shared.web.schemas import Day, Slug

router = APIRouter(prefix="/v1", tags=["scores"])


@router.get("/scores", response_model=ScoreOut, operation_id="get_score")
async def get_score(
    door: Staff,
    metric: Annotated[Metric, Query(description="Which score")],
    about: Annotated[Slug, Query(description="What it is about")] = "experience",
    entity_id: Annotated[UUID | None, Query(description="Only of this entity and those below, on either side")] = None,
    since: Annotated[Day | None, Query(description="First day (UTC)")] = None,
    until: Annotated[Day | None, Query(description="Last day (UTC), included")] = None,
) -> Response:
    """One figure over the answers that the caller may see; none from too few answers."""
    if since and until and until < since:
        raise Invalid(errors=[FieldError("query:until", "It lies before `since`.")])
    return await door.read(views.get_score, views.Slice(metric, about, entity_id, since, until))
