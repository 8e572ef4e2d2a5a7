"""Asking again: a programme's reminders, each by its own due row, and a letter sent again by hand."""

from services.surveys.commands import ResendInvitation
from services.surveys.model import Invitation, invitations_of
from services.surveys.policy.invitations import OPEN, check_open, check_resend, minutes_of, reminder_at, state_now
from services.surveys.policy.programmes import Programme
from services.surveys.programmes import current
from services.surveys.schemas import InvitationOut
from services.surveys.views import invitation_out, questionnaire, why_unreachable
from shared.contracts.surveys import SurveyFact, SurveyReminded
from shared.storage.due import Due
from shared.storage.tx import Uow

REMINDER = "survey-reminder"


def about(row: Invitation) -> dict[str, object]:
    """The ids that every fact of a survey carries."""
    return {"invitation_id": row.id} | row.model_dump(include=set(SurveyFact.model_fields))


async def plan_reminder(uow: Uow, programme: Programme, row: Invitation, zone: str) -> None:
    """The next reminder of an invitation, if there is one before the expiry."""
    local = reminder_at(programme.reminders, row.reminders, row.reminded_at or row.invited_at, row.expires_at, zone)
    if local is not None:
        await uow.schedule(REMINDER, row.id, str(row.reminders + 1), local, zone)


async def remind(uow: Uow, due: Due) -> None:
    """The time of a reminder: it is said, unless there was an answer, the survey is over, or nobody can be reached."""
    row = await uow.get(Invitation, due.subject, lock=True)
    state = state_now(row.state, row.expires_at, uow.now)
    programme = current().get(row.programme)
    if state not in OPEN or programme is None:
        due.skip(f"the invitation is {state}" if programme else "there is no such programme any more")
        return
    if int(due.occurrence) <= row.reminders or row.reminders >= programme.reminders.most:
        due.skip("there was a reminder already")
        return
    if why := await why_unreachable(uow, row.party, row.recipient_id):
        due.skip(f"unreachable: {why}")
        return
    await _say(uow, row)
    await plan_reminder(uow, programme, row, due.zone)


async def resend_invitation(uow: Uow, command: ResendInvitation) -> InvitationOut:
    """A manager has the letter sent again; it counts as a reminder, so that the programme's own comes later."""
    row = await uow.get(Invitation, command.invitation_id, invitations_of(uow.caller), lock=True)
    uow.expect(row.version)
    check_open(row.state, row.expires_at, uow.now)
    check_resend(row.reminded_at or row.invited_at, uow.now)
    await _say(uow, row)
    waiting = await uow.cancel(REMINDER, row.id, why="sent again by hand")
    programme = current().get(row.programme)
    if waiting and programme is not None:
        await plan_reminder(uow, programme, row, "UTC")
    uow.note("resend_invitation", row.id, after={"reminders": row.reminders})
    return invitation_out(uow, row)


async def _say(uow: Uow, row: Invitation) -> None:
    uow.change(row, reminders=row.reminders + 1, reminded_at=uow.now)
    asked = await questionnaire(uow, row.questionnaire, row.questionnaire_version)
    minutes = minutes_of(len(asked.questions))
    how = {"language": row.language, "expires_at": row.expires_at, "number": row.reminders, "minutes": minutes}
    uow.say(SurveyReminded(**about(row), **how))
