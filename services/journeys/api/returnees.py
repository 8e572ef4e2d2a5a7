"""Returnees over HTTP: who may be invited, inviting, answering, and what came of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.journeys import commands, handlers, views
from services.journeys.api.doors import Staff
from services.journeys.schemas import ConversionsOut, InvitedOut, ReturneeInvitationOut, ReturneeOut
from services.journeys.views.conversions import By
from shared.access import Role
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Day

router = APIRouter(prefix="/v1", tags=["returnees"])
SENDERS = (Role.sending_manager, Role.national_manager, Role.global_manager)
Sender = Annotated[Door, allow(*SENDERS)]
Reader = Annotated[Door, allow(*SENDERS, Role.auditor, Role.service)]
Concerned = Annotated[Door, allow(*SENDERS, Role.auditor, Role.service, Role.participant)]
Committee = Annotated[UUID | None, Query(description="Only of this committee and those below it")]
Since = Annotated[Day | None, Query(description="On this day (UTC) or later")]
Until = Annotated[Day | None, Query(description="On this day (UTC) or before")]
ONE = "/returnee-invitations/{invitation_id}"


@router.get("/returnees", response_model=PageOf[ReturneeOut], operation_id="list_returnees")
async def list_returnees(
    door: Reader, paging: Paging, entity_id: Committee = None, since: Since = None, until: Until = None
) -> Response:
    """Whose exchange ended in the period, with what was asked of them and why they can't be invited."""
    return await door.page(views.list_returnees, entity_id, since, until, paging=paging)


@router.post("/returnee-invitations", status_code=201, response_model=InvitedOut, operation_id="invite_returnees")
async def invite_returnees(body: commands.InviteReturnees, door: Sender) -> Response:
    """Invite returnees to membership or the alumni; each once an exchange, and not against a no. The letter goes out
    as far as the person's own wishes and the contact budget let it."""
    return await door.execute(handlers.invite_returnees, body, status=201)


@router.get(
    "/returnee-invitations", response_model=PageOf[ReturneeInvitationOut], operation_id="list_returnee_invitations"
)
async def list_returnee_invitations(door: Concerned, paging: Paging, entity_id: Committee = None) -> Response:
    """One's own, or those of the caller's committee and below."""
    return await door.page(views.list_returnee_invitations, entity_id, paging=paging)


@router.get(ONE, response_model=ReturneeInvitationOut, operation_id="get_returnee_invitation")
async def get_returnee_invitation(invitation_id: UUID, door: Concerned) -> Response:
    """One invitation and what was answered."""
    return await door.read(views.get_returnee_invitation, invitation_id)


@router.post(ONE + "/answer", response_model=ReturneeInvitationOut, operation_id="answer_returnee_invitation")
async def answer_returnee_invitation(
    invitation_id: UUID, body: commands.Answer, door: Annotated[Door, allow(Role.participant, changes=True)]
) -> Response:
    """Membership, the alumni, or no; a later answer takes the place of an earlier one."""
    command = commands.AnswerInvitation(invitation_id, body.choice)
    return await door.execute(handlers.answer_invitation, command)


@router.get("/returnee-conversions", response_model=ConversionsOut, operation_id="get_returnee_conversions")
async def get_returnee_conversions(
    door: Staff,
    entity_id: Committee = None,
    since: Since = None,
    until: Until = None,
    days: Annotated[int, Query(ge=1, le=730, description="The window")] = 90,
    by: Annotated[By | None, Query(description="Told apart by this")] = None,
) -> Response:
    """Who applied for membership, or joined the alumni: invited, held back by lot, never invited."""
    return await door.read(views.get_returnee_conversions, entity_id, since, until, days, by)
