"""Who was asked what, and what they answered."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic_core import to_json
from starlette.responses import Response

from services.surveys import commands, handlers, views
from services.surveys.api.doors import Customer, EitherOrStaff, Resender
from services.surveys.policy.invitations import State
from services.surveys.schemas import InvitationDetail, InvitationOut, LinkOut
from shared.contracts.surveys import Party
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Slug

router = APIRouter(prefix="/v1", tags=["invitations"])


@router.get("/invitations", response_model=PageOf[InvitationOut], operation_id="list_invitations")
async def list_invitations(
    door: EitherOrStaff,
    paging: Paging,
    state: Annotated[State | None, Query(description="Only in this state")] = None,
    application_id: Annotated[UUID | None, Query(description="Only of this application")] = None,
    person_id: Annotated[UUID | None, Query(description="Only of this person, or about their stay")] = None,
    enabler_id: Annotated[UUID | None, Query(description="Only of this enabler, or about its interns")] = None,
    programme: Annotated[Slug | None, Query(description="Only of this programme")] = None,
    party: Annotated[Party | None, Query(description="Only of EPs, or of enablers")] = None,
) -> Response:
    """Invitations that concern the caller: one's own, or those of the entities one manages."""
    wanted = views.Asked(state, application_id, person_id, enabler_id, programme, party)
    return await door.page(views.list_invitations, wanted, paging=paging)


@router.get("/invitations/{invitation_id}", response_model=InvitationDetail, operation_id="get_invitation")
async def get_invitation(invitation_id: UUID, door: EitherOrStaff) -> Response:
    """One invitation with its answer."""
    return await door.read(views.get_invitation, invitation_id)


@router.post(
    "/invitations/{invitation_id}/link", response_model=LinkOut, operation_id="renew_link",
    responses={410: {"description": "The survey is over"}},
)  # fmt: skip
async def renew_link(invitation_id: UUID, door: Customer) -> Response:
    """The address of one's own answer page, when the e-mail is lost. Asking twice gives the same one."""
    # Not through `door.execute`: it would keep the reply for an Idempotency-Key, and tokens are never stored.
    command = commands.RenewLink(invitation_id)
    link = await door.runtime.execute(handlers.renew_link, command, caller=door.caller, cause=door.cause)
    return Response(to_json(link), headers={"Cache-Control": "no-store"}, media_type="application/json")


@router.post(
    "/invitations/{invitation_id}/resend", response_model=InvitationOut, operation_id="resend_invitation",
    responses={410: {"description": "The survey is over"}},
)  # fmt: skip
async def resend_invitation(invitation_id: UUID, door: Resender) -> Response:
    """Have the letter sent again, a day after the last one at the earliest."""
    return await door.execute(handlers.resend_invitation, commands.ResendInvitation(invitation_id))
