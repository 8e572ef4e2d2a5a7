"""Asking: who is invited to what, exactly once, and the personal link of an invitation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.surveys.commands import RenewLink
from services.surveys.model import Delivery, Experience, Invitation, Person, invitations_of
from services.surveys.policy.invitations import OPEN, State, check_open, expiry, too_late
from services.surveys.policy.questionnaire import Occasion, Questionnaire
from services.surveys.questionnaires import LIBRARY
from services.surveys.schemas import LinkOut
from shared import links
from shared.contracts.surveys import SurveyFact, SurveyInvited
from shared.ids import derived_id
from shared.storage.tx import Uow


async def hold_person(uow: Uow, person_id: UUID) -> Person:
    """The person's row, made if it isn't there, and locked to the end of the transaction.

    Facts about one person come by several topics and keys; whoever handles one waits here for the others, so that two
    halves of an invitation can't miss each other.
    """
    held = insert(Person).values(id=person_id, erased=False)
    await uow.execute(held.on_conflict_do_update(index_elements=["id"], set_={"id": held.excluded.id}))
    return await uow.get(Person, person_id)


async def invite_after_completion(uow: Uow, person: Person, *experiences: ColumnElement[bool]) -> None:
    """Invite a person for the completed experiences that nobody asked them about.

    Somebody whose language isn't known yet is invited when it is; somebody who was erased, or who is back for longer
    than an invitation lasts, is never asked.
    """
    if person.erased or person.language is None:
        return
    completed = select(Experience).where(Experience.person_id == person.id, Experience.completed, *experiences)
    for experience in await uow.rows(completed):
        for questionnaire in LIBRARY.asked_at(Occasion.experience_completed):
            if too_late(experience.end_on, uow.today(experience.zone), questionnaire.expires_after_days):
                continue
            await _invite(uow, questionnaire, experience, person.language)


async def _invite(uow: Uow, questionnaire: Questionnaire, experience: Experience, language: str) -> None:
    invitation_id = derived_id("survey-invitation", experience.id, questionnaire.id)
    if await uow.find(Invitation, id=invitation_id):
        return
    sent_at = await _sent_at(uow, experience.id, questionnaire.touchpoint)
    invitation = uow.add(
        Invitation(
            id=invitation_id, questionnaire=questionnaire.id, questionnaire_version=questionnaire.version,
            programme=questionnaire.id, occasion=str(experience.id), recipient_id=experience.person_id,
            person_id=experience.person_id, enabler_id=experience.enabler_id, application_id=experience.id,
            product=experience.product, country=experience.country,
            sending_entity_id=experience.sending_entity_id, hosting_entity_id=experience.hosting_entity_id,
            language=language, state=State.delivered if sent_at else State.invited, delivered_at=sent_at,
            token_digest=links.digest(links.survey_token(invitation_id)),
            invited_at=uow.now, expires_at=expiry(uow.now, questionnaire.expires_after_days),
        )
    )  # fmt: skip
    await uow.flush()
    uow.say(SurveyInvited(**about(invitation), language=language, expires_at=invitation.expires_at))
    uow.note("invite", invitation_id, after={"state": invitation.state})


async def _sent_at(uow: Uow, application_id: UUID, touchpoint: str) -> datetime | None:
    where = (Delivery.application_id == application_id, Delivery.touchpoint == touchpoint)
    delivery = await uow.find(Delivery, *where)
    return delivery.sent_at if delivery else None


def about(row: Invitation) -> dict[str, object]:
    """The ids that every fact of a survey carries."""
    return {"invitation_id": row.id} | row.model_dump(include=set(SurveyFact.model_fields))


async def mark_delivered(uow: Uow, application_id: UUID, touchpoint: str, sent_at: datetime) -> None:
    """The mail with the link went out: open invitations that it carries are delivered."""
    carried = select(Invitation).where(
        Invitation.application_id == application_id,
        Invitation.questionnaire.in_(LIBRARY.by_touchpoint(touchpoint)),  # type: ignore[attr-defined]
        Invitation.delivered_at.is_(None),  # type: ignore[union-attr]
    )
    for row in await uow.rows(carried.with_for_update()):
        state = State.delivered if row.state == State.invited else row.state
        uow.change(row, state=state, delivered_at=sent_at)


async def cancel_invitations(uow: Uow, person_id: UUID, why: str) -> None:
    """Take back what the person was not yet able or willing to answer."""
    waiting = select(Invitation).where(Invitation.person_id == person_id, Invitation.state.in_(OPEN))  # type: ignore[attr-defined]
    for row in await uow.rows(waiting.with_for_update()):
        uow.note("cancel_invitation", row.id, reason=why, before={"state": row.state}, after={"state": State.cancelled})
        uow.change(row, state=State.cancelled)


async def renew_link(uow: Uow, command: RenewLink) -> LinkOut:
    """The address of one's own invitation; it is made anew, so it also works after the signing key has changed."""
    row = await uow.get(Invitation, command.invitation_id, invitations_of(uow.caller), lock=True)
    check_open(row.state, row.expires_at, uow.now)
    row.token_digest = links.digest(links.survey_token(row.id))
    uow.note("renew_link", row.id)
    return LinkOut(address=links.survey_link(row.id), expires_at=row.expires_at)
