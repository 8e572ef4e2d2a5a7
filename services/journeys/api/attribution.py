"""Attribution over HTTP: an estimate with an address and parameters of its own."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.journeys import commands, handlers, views
from services.journeys.api.doors import Staff
from services.journeys.estimates.attribution import Dimension, Outcome
from services.journeys.schemas import EstimateOut

router = APIRouter(prefix="/v1", tags=["attribution"])
KIND = "attribution"
Day = Annotated[date | None, Query(description="A day (UTC) between which outcomes count")]


@router.get("/attribution", response_model=EstimateOut, operation_id="get_attribution")
async def get_attribution(
    door: Staff,
    outcome: Annotated[Outcome, Query(description="What is attributed")] = Outcome.approved,
    by: Annotated[Dimension, Query(description="To channels, or to campaigns and sources")] = Dimension.channel,
    since: Day = None,
    until: Day = None,
    window: Annotated[int, Query(ge=1, le=1096, description="Touches of so many days before count")] = 90,
    half_life: Annotated[float, Query(gt=0, le=365, description="Days, of the rule that lets touches fade")] = 7.0,
    segment: Annotated[UUID | None, Query(description="Only of this segment")] = None,
) -> Response:
    """Which share of an outcome is due to which channel or campaign: first and last touch, linear, fading, by position,
    and one from data, each with n and intervals, of the people of the caller's entity and below. What nobody knows the
    touches of stays `unknown`."""
    asked = {"outcome": outcome, "by": by, "since": since, "until": until, "window": window, "half_life": half_life}
    given = {name: value for name, value in asked.items() if value is not None}
    return await door.read(views.get_estimate, KIND, given, segment)


@router.post("/attribution", status_code=202, response_model=EstimateOut, operation_id="ask_attribution")
async def ask_attribution(body: commands.AskEstimate, door: Staff) -> Response:
    """Have it worked out; it is made again by itself when facts move on, for as long as somebody asks."""
    return await door.execute(handlers.ask_estimate, commands.Ask(KIND, body), location="/v1/attribution")
