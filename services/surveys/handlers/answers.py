"""Answering: one finished answer per invitation, and what it sets off; before that, drafts."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import delete

from services.surveys.commands import AnswerSurvey, SaveDraft
from services.surveys.handlers.case_opening import open_for_answer
from services.surveys.handlers.reminders import about
from services.surveys.handlers.showcasing import find_promoter
from services.surveys.handlers.verbatims import read_later
from services.surveys.model import Answer, Asked, Draft, Given, Invitation, Score
from services.surveys.model.verbatims import Source
from services.surveys.policy.invitations import State, check_open
from services.surveys.policy.metrics import Bucket, bucket
from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.policy.questionnaire_answers import Fault, Reading, Wrong, read_answer
from services.surveys.schemas import AnsweredOut, DraftOut
from services.surveys.views import invitation_by_token, questionnaire
from shared.contracts.surveys import DetractorFound, Metric, Party, SurveyAnswered, SurveyComment
from shared.errors import FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow
from shared.web.problems import pointer

WORDS = {
    Wrong.missing: "This question needs an answer.",
    Wrong.off_scale: "This is not on the question's scale.",
    Wrong.not_offered: "This is nothing that the question takes.",
    Wrong.too_many: "These are more options than the question takes.",
    Wrong.too_long: "This is longer than the question allows.",
    Wrong.unknown: "There is no such question, or it has no such row.",
}


class BadAnswer(Invalid):
    """An answer that can't be taken; `faults` name the questions for a page that shows them beside each."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(errors=[FieldError(_pointer(fault), WORDS[fault.wrong]) for fault in faults])
        self.faults = faults


def _pointer(fault: Fault) -> str:
    return pointer(["answers", fault.question, *([fault.row] if fault.row else [])])


async def answer_survey(uow: Uow, command: AnswerSurvey) -> AnsweredOut:
    """Take the answer of the invitation that the token opens; who has the link is the person who was asked."""
    invitation, asked = await opened(uow, command.token)
    reading = read_answer(asked, command.answers)
    if reading.faults:
        raise BadAnswer(reading.faults)
    await _keep(uow, invitation, reading)
    await _tell(uow, invitation, reading)
    thanks = asked.thanks[asked.spoken(invitation.language)]
    assert invitation.answered_at is not None
    return AnsweredOut(
        invitation_id=invitation.id, questionnaire=asked.id, answered_at=invitation.answered_at, thanks=thanks
    )


async def save_draft(uow: Uow, command: SaveDraft) -> DraftOut:
    """Keep what was answered so far; nothing is missing yet, but what is there must be right. Nobody is told."""
    invitation, asked = await opened(uow, command.token)
    reading = read_answer(asked, command.answers, partial=True)
    if reading.faults:
        raise BadAnswer(reading.faults)
    draft = await uow.find(Draft, invitation_id=invitation.id)
    draft = keep_draft(uow, invitation, draft, answers=reading.kept)
    return DraftOut(answers=draft.answers, saved_at=draft.saved_at, asked=reading.asked)


def keep_draft(uow: Uow, invitation: Invitation, draft: Draft | None, **values: Any) -> Draft:
    """The draft of an invitation with these values, begun if there is none yet."""
    if draft is None:
        return uow.add(Draft(invitation_id=invitation.id, started_at=uow.now, saved_at=uow.now, **values))
    for name, value in (values | {"saved_at": uow.now}).items():
        setattr(draft, name, value)
    return draft


async def opened(uow: Uow, token: str) -> tuple[Invitation, Questionnaire]:
    """The invitation, locked, that can be answered now, and what it asks."""
    invitation = await invitation_by_token(uow, token, lock=True)
    check_open(invitation.state, invitation.expires_at, uow.now)
    return invitation, await questionnaire(uow, invitation.questionnaire, invitation.questionnaire_version)


async def _keep(uow: Uow, invitation: Invitation, reading: Reading) -> None:
    values = invitation.model_dump(include=set(Asked.model_fields))
    answer = Answer(
        id=new_id(), invitation_id=invitation.id, answered_at=uow.now, comment=reading.comment, **values
    )  # fmt: skip
    uow.add(answer)
    await uow.flush()
    for score in reading.scores:
        uow.add(Score(answer_id=answer.id, **score.model_dump()))
    for said in reading.given:
        uow.add(Given(answer_id=answer.id, **asdict(said)))
    if reading.comment or any(said.words for said in reading.given):
        await read_later(uow, Source.answer, answer.id)
    await uow.execute(delete(Draft).where(Draft.invitation_id == invitation.id))  # type: ignore[arg-type]
    uow.note("answer_survey", invitation.id, before={"state": invitation.state}, after={"state": State.answered})
    uow.change(invitation, state=State.answered, answered_at=uow.now)


async def _tell(uow: Uow, invitation: Invitation, reading: Reading) -> None:
    ids = about(invitation)
    uow.say(
        SurveyAnswered(
            **ids, scores=reading.scores, standards=reading.standards,
            expectations=reading.expectations, perceptions=reading.perceptions,
        )
    )  # fmt: skip
    # The words of an enabler may be about the intern: they stay here, where the intern doesn't see them.
    if reading.comment and invitation.person_id and invitation.party == Party.ep:
        comment = {"person_id": invitation.person_id, "comment": reading.comment}
        uow.say(SurveyComment(invitation_id=invitation.id, **comment))
    for given in reading.scores:
        if given.metric is Metric.nps and bucket(given.score) is Bucket.detractor:
            uow.say(DetractorFound(**ids, about=given.about, score=given.score))
    await open_for_answer(uow, invitation, reading.scores, reading.standards)
    await find_promoter(uow, invitation, reading.scores)
