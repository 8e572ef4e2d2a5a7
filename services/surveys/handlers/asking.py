"""Asking: an invitation, exactly once; who is asked, held; and the personal link that it stands for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.surveys.commands import RenewLink
from services.surveys.handlers.reminders import about, plan_reminder
from services.surveys.model import Ask, Enabler, Invitation, Person, invitations_of
from services.surveys.policy.invitations import OPEN, State, check_open, expiry, minutes_of, reachable
from services.surveys.policy.programmes import Programme
from services.surveys.schemas import LinkOut
from services.surveys.views import library
from shared import links
from shared.contracts.surveys import Party, SurveyInvited
from shared.ids import derived_id
from shared.storage.tx import Uow

SAME = (
    "programme", "party", "recipient_id", "occasion", "person_id", "enabler_id", "application_id",
    "sending_entity_id", "hosting_entity_id", "product", "country",
)  # fmt: skip


BROKEN = "approval_broken"
TABLES: dict[Party, type[Person] | type[Enabler]] = {Party.ep: Person, Party.enabler: Enabler}


async def hold_person(uow: Uow, person_id: UUID) -> Person:
    """The person's row, made if it isn't there, and locked to the end of the transaction.

    Facts about one person come by several topics and keys; whoever handles one waits here for the others, so that two
    halves of an invitation can't miss each other.
    """
    return await _hold(uow, Person, person_id)  # type: ignore[return-value]


async def hold_enabler(uow: Uow, enabler_id: UUID) -> Enabler:
    """The same of an enabler."""
    return await _hold(uow, Enabler, enabler_id)  # type: ignore[return-value]


async def _hold(uow: Uow, table: type[Person] | type[Enabler], id_: UUID) -> Person | Enabler:
    held = insert(table).values(id=id_, erased=False)
    await uow.execute(held.on_conflict_do_update(index_elements=["id"], set_={"id": held.excluded.id}))
    return await uow.get(table, id_)


async def hold_recipient(uow: Uow, party: Party, recipient_id: UUID) -> Person | Enabler:
    """The row of who is asked, locked."""
    return await _hold(uow, TABLES[party], recipient_id)


async def invite(uow: Uow, programme: Programme, ask: Ask, language: str) -> Invitation:
    """The invitation of an asking; one that stands already stays as it is."""
    key = {name: getattr(ask, name) for name in ("programme", "recipient_id", "occasion")}
    if (found := await uow.find(Invitation, **key)) is not None:
        return found
    asked = (await library(uow)).newest[programme.questionnaire]
    id_ = derived_id("survey-invitation", *key.values())
    row = uow.add(
        Invitation(
            id=id_, questionnaire=asked.id, questionnaire_version=asked.version, language=language,
            state=State.invited, token_digest=links.digest(links.survey_token(id_)),
            invited_at=uow.now, expires_at=expiry(uow.now, programme.expires_after_days),
            **{name: getattr(ask, name) for name in SAME},
        )
    )  # fmt: skip
    await uow.flush()
    minutes = minutes_of(len(asked.questions))
    uow.say(SurveyInvited(**about(row), language=language, expires_at=row.expires_at, minutes=minutes))
    uow.note("invite", id_, after={"state": row.state})
    await plan_reminder(uow, programme, row, ask.zone)
    return row


async def mark_delivered(uow: Uow, invitation_id: UUID, sent_at: datetime) -> None:
    """The mail with the link went out, the first one or a reminder."""
    row = await uow.find(Invitation, id=invitation_id, lock=True)
    if row is None or (row.delivered_at is not None and row.state != State.undelivered):
        return
    state = State.delivered if row.state in OPEN else row.state
    uow.change(row, state=state, delivered_at=row.delivered_at or sent_at)


async def cancel_invitations(uow: Uow, person_id: UUID, why: str) -> None:
    """Take back what the person was not yet able or willing to answer; what others are asked about them stays."""
    mine = (Invitation.recipient_id == person_id, Invitation.state.in_(OPEN))  # type: ignore[attr-defined]
    for row in await uow.rows(select(Invitation).where(*mine).with_for_update()):
        cancel(uow, row, why)


async def follow_break(uow: Uow, application_id: UUID, *, broken: bool) -> None:
    """What is open about a stay that will not be is taken back; it counts again when the stay is approved anew."""
    mine = select(Invitation).where(Invitation.application_id == application_id)
    wanted = (
        Invitation.state.in_(OPEN)  # type: ignore[attr-defined]
        if broken
        else and_(Invitation.state == State.cancelled, Invitation.cancelled_because == BROKEN)
    )
    for row in await uow.rows(mine.where(wanted).with_for_update()):
        if broken:
            cancel(uow, row, BROKEN)
        else:
            uow.change(row, state=reachable(row.delivered_at is not None), cancelled_because=None)


def cancel(uow: Uow, row: Invitation, why: str) -> None:
    uow.note("cancel_invitation", row.id, reason=why, before={"state": row.state}, after={"state": State.cancelled})
    uow.change(row, state=State.cancelled, cancelled_because=why)


async def renew_link(uow: Uow, command: RenewLink) -> LinkOut:
    """The address of one's own invitation; it is made anew, so it also works after the signing key has changed."""
    row = await uow.get(Invitation, command.invitation_id, invitations_of(uow.caller), lock=True)
    check_open(row.state, row.expires_at, uow.now)
    row.token_digest = links.digest(links.survey_token(row.id))
    uow.note("renew_link", row.id)
    return LinkOut(address=links.survey_link(row.id), expires_at=row.expires_at)
