"""Who was asked, within the caller's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.surveys.model import Answer, Invitation, Score, invitations_of
from services.surveys.policy.invitations import OPEN, State, state_now
from services.surveys.schemas import AnswerOut, InvitationDetail, InvitationOut
from shared.contracts.surveys import GivenScore, Party
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


def invitation_out(uow: Uow, row: Invitation) -> InvitationOut:
    return InvitationOut.model_validate(row).model_copy(update={"state": state_of(uow, row)})


def state_of(uow: Uow, row: Invitation) -> State:
    return state_now(row.state, row.expires_at, uow.now)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which invitations are wanted; None: all."""

    state: State | None = None
    application_id: UUID | None = None
    person_id: UUID | None = None
    enabler_id: UUID | None = None
    programme: str | None = None
    party: Party | None = None


ALL = Asked()


async def list_invitations(uow: Uow, wanted: Asked | None, paging: Paging) -> Page:
    """Within the caller's scope, as they changed."""
    wanted = wanted or ALL
    query = select(Invitation).where(invitations_of(uow.caller))
    if wanted.state is not None:
        query = query.where(*_in_state(uow, wanted.state))
    for name in ("application_id", "person_id", "enabler_id", "programme", "party"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(getattr(Invitation, name) == value)

    def shape(row: Invitation) -> InvitationOut:
        return invitation_out(uow, row)

    order = (Invitation.changed_at, Invitation.id)
    return await listing(uow, query, order=order, paging=paging, changed=Invitation.changed_at, shape=shape)


def _in_state(uow: Uow, state: State) -> Sequence[Any]:
    """What `state_now` says, as a query."""
    if state is State.expired:
        return (Invitation.state.in_(OPEN), Invitation.expires_at <= uow.now)  # type: ignore[attr-defined]
    return (Invitation.state == state, *((Invitation.expires_at > uow.now,) if state in OPEN else ()))


async def get_invitation(uow: Uow, invitation_id: UUID) -> InvitationDetail:
    row = await uow.get(Invitation, invitation_id, invitations_of(uow.caller))
    shown = invitation_out(uow, row).model_dump()
    return InvitationDetail.model_validate(shown | {"answer": await _answer(uow, row.id)})


async def _answer(uow: Uow, invitation_id: UUID) -> AnswerOut | None:
    answer = await uow.find(Answer, invitation_id=invitation_id)
    if answer is None:
        return None
    scores = await uow.rows(select(Score).where(Score.answer_id == answer.id))
    given = [GivenScore(metric=row.metric, about=row.about, score=row.score) for row in scores]
    return AnswerOut(answered_at=answer.answered_at, scores=given, comment=answer.comment)
