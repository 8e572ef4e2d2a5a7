"""The member journey over HTTP: recruitment, who is at which stage, how long members stay."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.journeys import views
from services.journeys.api.asking import walk
from services.journeys.api.doors import Staff
from services.journeys.policy.members import MemberStage
from services.journeys.schemas import MemberJourneyOut, RecruitmentOut
from shared.access import MANAGERS, Role
from shared.web.door import Door, allow
from shared.web.paging import Asked, PageOf
from shared.web.schemas import Day

router = APIRouter(prefix="/v1", tags=["member journeys"])
Reader = Annotated[Door, allow(*MANAGERS, Role.auditor, Role.service, Role.participant)]
Committee = Annotated[UUID | None, Query(description="Only of this committee and those below it")]
Work = Annotated[str | None, Query(max_length=80, pattern="^[a-z_]+$", description="Only in this role")]


@router.get("/member-journeys", response_model=PageOf[MemberJourneyOut], operation_id="list_member_journeys")
async def list_member_journeys(
    door: Reader,
    paging: Annotated[Asked, Depends(walk)],
    entity_id: Committee = None,
    stage: Annotated[MemberStage | None, Query(description="Only at this stage")] = None,
    role: Work = None,
) -> Response:
    """Members of the caller's committee and those below; one's own memberships; the newest application first."""
    return await door.page(views.list_member_journeys, entity_id, stage, role, paging=paging)


@router.get("/member-journeys/{member_id}", response_model=MemberJourneyOut, operation_id="get_member_journey")
async def get_member_journey(member_id: UUID, door: Reader) -> Response:
    """One membership and how far it is."""
    return await door.read(views.get_member_journey, member_id)


@router.get("/recruitment", response_model=RecruitmentOut, operation_id="get_recruitment")
async def get_recruitment(
    door: Staff,
    entity_id: Committee = None,
    role: Work = None,
    since: Annotated[Day | None, Query(description="Applied on this day (UTC) or later")] = None,
    until: Annotated[Day | None, Query(description="Applied on this day (UTC) or before")] = None,
) -> Response:
    """From applying to being one of the alumni: counts, shares with intervals, days in a role."""
    return await door.read(views.get_recruitment, entity_id, role, since, until)
