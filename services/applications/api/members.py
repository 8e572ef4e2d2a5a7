"""Routes of members of committees: applying, being selected, working, leaving."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.applications import commands, handlers, views
from services.applications.api.doors import R
from services.applications.policy import MemberRole, MemberStatus
from services.applications.schemas import MemberOut
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Day

router = APIRouter(prefix="/v1", tags=["members"])
LEADERS = (R.sending_manager, R.hosting_manager, R.national_manager, R.global_manager)
Leader = Annotated[Door, allow(*LEADERS, changes=True)]
LeaderOrSelf = Annotated[Door, allow(R.participant, *LEADERS, changes=True)]
Reader = Annotated[Door, allow(R.participant, *LEADERS, R.auditor, R.service)]
ONE = "/members/{member_id}"


@router.post("/members", status_code=201, response_model=MemberOut, operation_id="apply_as_member")
async def apply_as_member(body: commands.ApplyAsMember, door: Annotated[Door, allow(R.participant)]) -> Response:
    """Somebody with an account, an EP or not, wants to work for a committee."""
    return await door.execute(handlers.apply_as_member, body, status=201, location=lambda out: f"/v1/members/{out.id}")


@router.get("/members", response_model=PageOf[MemberOut], operation_id="list_members")
async def list_members(
    door: Reader,
    paging: Paging,
    entity_id: Annotated[UUID | None, Query(description="Only of this committee")] = None,
    status: Annotated[MemberStatus | None, Query(description="Only of this status")] = None,
    role: Annotated[MemberRole | None, Query(description="Only in this role")] = None,
    on: Annotated[Day | None, Query(description="Who was at work on this day")] = None,
) -> Response:
    """Members of the caller's committee and those below; one's own memberships."""
    return await door.page(views.list_members, entity_id, status, role, on, paging=paging)


@router.get(ONE, response_model=MemberOut, operation_id="get_member")
async def get_member(member_id: UUID, door: Reader) -> Response:
    """One membership, with the moves that the caller may make now."""
    return await door.read(views.get_member, member_id)


@router.post(ONE + "/selection", response_model=MemberOut, operation_id="select_member")
async def select_member(member_id: UUID, door: Leader) -> Response:
    """The committee takes the applicant."""
    return await door.execute(handlers.select_member, commands.SelectMember(member_id))


@router.post(ONE + "/activation", response_model=MemberOut, operation_id="activate_member")
async def activate_member(member_id: UUID, body: commands.Period, door: Leader) -> Response:
    """The work begins: from today, or from the day that was agreed."""
    command = commands.ActivateMember(member_id, body.from_on, body.to_on)
    return await door.execute(handlers.activate_member, command)


@router.post(ONE + "/leaving", response_model=MemberOut, operation_id="leave_entity")
async def leave_entity(member_id: UUID, body: commands.LastDay, door: LeaderOrSelf) -> Response:
    """It ends, by the member or by the committee; also an application that comes to nothing, which makes no alumna."""
    return await door.execute(handlers.leave_entity, commands.LeaveEntity(member_id, body.to_on, body.alumna))


@router.post(ONE + "/erasure", response_model=MemberOut, operation_id="erase_member")
async def erase_member(member_id: UUID, door: Annotated[Door, allow(R.participant, *LEADERS)]) -> Response:
    """Forget who this was, in every room; that there was a member stays. This can't be undone."""
    return await door.execute(handlers.erase_member, commands.EraseMember(member_id))
