"""The letters that carry surveys: to EPs and enablers until there is an answer, to members of teams once a round."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from services.notifications.handlers.calendar import About, Batch, begin
from services.notifications.handlers.happenings import start
from services.notifications.model import Invitation, Touchpoint
from services.notifications.plan import store
from services.notifications.policy import SURVEYS, Happening, Reached, Row, Slot, State
from shared.contracts import surveys
from shared.contracts.envelope import Envelope
from shared.contracts.notifications import InvitationSent
from shared.storage.tx import Uow

INVITED = {
    surveys.Party.ep: Happening.survey_invited,
    surveys.Party.enabler: Happening.enabler_survey_invited,
}
REMINDED = {
    surveys.Party.ep: Happening.survey_reminded,
    surveys.Party.enabler: Happening.enabler_survey_reminded,
}
Invited = surveys.SurveyInvited | surveys.SurveyReminded | surveys.StayAsked


async def hear_invitation(uow: Uow, envelope: Envelope) -> None:
    """Somebody is to be asked: the e-mail with the personal link is due at once."""
    asked = envelope.data
    assert isinstance(asked, surveys.SurveyInvited | surveys.StayAsked)
    await _keep(uow, asked)
    await start(uow, _about(asked), INVITED[asked.party], Reached(envelope.sequence, envelope.time))


async def hear_reminder(uow: Uow, envelope: Envelope) -> None:
    """Who was asked has not answered: the reminder is due at once, each as a touchpoint of its own round."""
    asked = envelope.data
    assert isinstance(asked, surveys.SurveyReminded)
    await _keep(uow, asked)
    reached = Reached(envelope.sequence, envelope.time)
    await start(uow, _about(asked), REMINDED[asked.party], reached, round_=asked.number)


async def hear_pulse(uow: Uow, envelope: Envelope) -> None:
    """A member of a committee may answer the team pulse: the letter with the personal link is due at once."""
    asked = envelope.data
    assert isinstance(asked, surveys.PulseAsked)
    if await uow.find(Touchpoint, subject=asked.ticket_id):
        return
    about = About(asked.ticket_id, sending_entity_id=asked.entity_id, hosting_entity_id=asked.entity_id)
    current = await store.following(uow, None, asked.entity_id, asked.entity_id)
    batch = Batch(current)
    slot = Slot(uow.now.replace(tzinfo=None), "UTC", None, None, envelope.sequence)
    for entry in current.plan.started_by(Happening.pulse_asked):
        begin(uow, about, Row(entry.code, State.waiting, slot, None), batch, recipient_id=asked.member_id)
    await batch.write(uow)


async def stop_letters(uow: Uow, envelope: Envelope) -> None:
    """There is an answer: letters of this survey that are still held back don't go out."""
    answered = envelope.data
    assert isinstance(answered, surveys.SurveyAnswered | surveys.StayAnswered)
    await uow.execute(update(Invitation).where(Invitation.id == answered.invitation_id).values(answered=True))  # type: ignore[arg-type]


async def _keep(uow: Uow, asked: Invited) -> None:
    names = ("person_id", "application_id", "questionnaire", "language", "expires_at")
    values = {name: getattr(asked, name) for name in names}
    put = insert(Invitation).values(id=asked.invitation_id, minutes=getattr(asked, "minutes", None), **values)
    await uow.execute(put.on_conflict_do_nothing())


def _about(asked: Invited) -> About:
    """A survey of an enabler concerns no person: what it says of an intern is not for the intern's eyes."""
    sides: tuple[UUID | None, UUID | None] = (asked.sending_entity_id, asked.hosting_entity_id)
    if asked.party is surveys.Party.ep:
        return About(asked.invitation_id, asked.application_id, asked.person_id, *sides)
    assert isinstance(asked, surveys.SurveyInvited | surveys.SurveyReminded)
    return About(asked.invitation_id, asked.application_id, None, *sides, asked.enabler_id)


async def say_invitation_sent(uow: Uow, row: Touchpoint, channel: str) -> None:
    """A touchpoint that carries a survey's link went out."""
    entry = await store.entry_of(uow, row)
    if entry is not None and entry.trigger.event in SURVEYS:
        sent = {"invitation_id": row.subject, "touchpoint_id": row.id, "touchpoint": row.code, "channel": channel}
        uow.say(InvitationSent.model_validate(sent))
