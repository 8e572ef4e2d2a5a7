"""Scorecards over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.journeys.api.doors import Manager, Owner, Staff
from services.journeys.commands import scorecards as commands
from services.journeys.handlers import scorecards as handlers
from services.journeys.policy.measures import Measure
from services.journeys.policy.scorecards import CardState
from services.journeys.schemas.scorecards import MeasureOut, ScorecardOut, TargetOut
from services.journeys.views import scorecards as views
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["scorecards"])


@router.get("/scorecard-measures", response_model=list[MeasureOut], operation_id="list_scorecard_measures")
async def list_scorecard_measures(door: Staff) -> Response:
    """What can be measured, in which unit, and which way is better."""
    return await door.read(views.list_measures)


@router.get("/scorecards", response_model=PageOf[ScorecardOut], operation_id="list_scorecards")
async def list_scorecards(
    door: Staff,
    paging: Paging,
    entity_id: Annotated[UUID | None, Query(description="Of this committee and those below it")] = None,
    measure: Annotated[Measure | None, Query(description="Only of this measure")] = None,
    owner_id: Annotated[UUID | None, Query(description="Only those that this member answers for")] = None,
    state: Annotated[CardState, Query(description="Those that are kept, or were")] = CardState.active,
) -> Response:
    """Scorecards of the caller's committee and below, the newest first."""
    return await door.page(views.list_scorecards, entity_id, measure, owner_id, state, paging=paging)


@router.post("/scorecards", status_code=201, response_model=ScorecardOut, operation_id="make_scorecard")
async def make_scorecard(body: commands.MakeScorecard, door: Manager) -> Response:
    """Keep a measure with a target and somebody who answers for it; figures come in shortly after."""
    return await door.execute(handlers.make_scorecard, body, location=lambda row: f"/v1/scorecards/{row.id}")


@router.get("/scorecards/{scorecard_id}", response_model=ScorecardOut, operation_id="get_scorecard")
async def get_scorecard(scorecard_id: UUID, door: Staff) -> Response:
    """One scorecard with its course."""
    return await door.read(views.get_scorecard, scorecard_id)


@router.put("/scorecards/{scorecard_id}", response_model=ScorecardOut, operation_id="change_scorecard")
async def change_scorecard(scorecard_id: UUID, body: commands.ChangeScorecard, door: Owner) -> Response:
    """Another owner, another note."""
    return await door.execute(handlers.change_scorecard, commands.Change(scorecard_id, body))


@router.post("/scorecards/{scorecard_id}/targets", response_model=ScorecardOut, operation_id="set_target")
async def set_target(scorecard_id: UUID, body: commands.SetTarget, door: Owner) -> Response:
    """Another target from a day on; periods that ended before keep theirs."""
    return await door.execute(handlers.set_target, commands.Aimed(scorecard_id, body))


@router.get("/scorecards/{scorecard_id}/targets", response_model=PageOf[TargetOut], operation_id="list_targets")
async def list_targets(scorecard_id: UUID, door: Staff, paging: Paging) -> Response:
    """Every target that was set, the newest first."""
    return await door.page(views.list_targets, scorecard_id, paging=paging)


@router.post("/scorecards/{scorecard_id}/retirement", response_model=ScorecardOut, operation_id="retire_scorecard")
async def retire_scorecard(scorecard_id: UUID, door: Owner) -> Response:
    """It is kept no more; its past stays."""
    return await door.execute(handlers.retire_scorecard, commands.RetireScorecard(scorecard_id))
