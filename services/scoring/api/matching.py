"""Matches of both sides. Reading a list changes nothing; one that is shown to somebody is made by POST and kept."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import Finder, FinderShower, Reader, Shower, Staff
from services.scoring.policy.matching.ranking import MOST, Order
from services.scoring.schemas import CandidatesOut, MatchesOut, MatchingReportOut, PairOut, ShownListOut

router = APIRouter(prefix="/v1", tags=["matching"])
Length = Annotated[int, Query(ge=1, le=MOST, description=f"How long the list is, at most {MOST}: it has no pages")]
By = Annotated[Order, Query(description="By fit of both sides, or by an order that looks at no preference")]


@router.get("/people/{person_id}/matches", response_model=MatchesOut, operation_id="get_matches")
async def get_matches(person_id: UUID, door: Reader, order: By = Order.fit, limit: Length = 10) -> Response:
    """Opportunities for an EP, best first: hard requirements, then the chance that both sides say yes."""
    return await door.read(views.get_matches, person_id, order, limit)


@router.post(
    "/people/{person_id}/matches", status_code=201, response_model=ShownListOut, operation_id="show_matches",
)  # fmt: skip
async def show_matches(person_id: UUID, body: commands.ListWish, door: Shower) -> Response:
    """A list to be shown: kept with what was thought of each pair, so that it can be measured what came of it."""
    return await door.execute(handlers.show_matches, commands.ShowMatches(person_id, body))


@router.get("/people/{person_id}/matches/{opportunity_id}", response_model=PairOut, operation_id="get_pair")
async def get_pair(person_id: UUID, opportunity_id: UUID, door: Reader) -> Response:
    """One pair: its fit, what is to be clarified, and each hard requirement that it fails by name."""
    return await door.read(views.get_pair, person_id, opportunity_id)


@router.get("/opportunities/{opportunity_id}/candidates", response_model=CandidatesOut, operation_id="get_candidates")
async def get_candidates(opportunity_id: UUID, door: Finder, limit: Length = 10) -> Response:
    """EPs who look and fit, best first, as profiles in codes. The sending side finds its own EPs only."""
    return await door.read(views.get_candidates, opportunity_id, Order.fit, limit)


@router.post(
    "/opportunities/{opportunity_id}/candidates", status_code=201, response_model=ShownListOut,
    operation_id="show_candidates",
)  # fmt: skip
async def show_candidates(opportunity_id: UUID, body: commands.ListWish, door: FinderShower) -> Response:
    """The same as a list to be shown, kept in the ledger."""
    return await door.execute(handlers.show_candidates, commands.ShowCandidates(opportunity_id, body))


@router.get("/matching/report", response_model=MatchingReportOut, operation_id="get_matching_report")
async def get_matching_report(
    door: Staff,
    k: Annotated[int, Query(ge=1, le=MOST, description="So many of the first places are looked at")] = 10,
    horizon_days: Annotated[int, Query(ge=1, le=365, description="What comes later than so many days counts not")] = 60,
) -> Response:
    """What came of the lists that were shown, by fit and by the orders that look at no preference."""
    return await door.read(views.get_matching_report, k, horizon_days)
