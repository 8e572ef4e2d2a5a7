"""Answering: one finished answer per invitation, and what it sets off."""

from services.surveys.commands import AnswerSurvey
from services.surveys.handlers.asking import about
from services.surveys.handlers.case_opening import open_for_answer
from services.surveys.model import Answer, Asked, Invitation, Score
from services.surveys.policy.invitations import State, check_open
from services.surveys.policy.metrics import Bucket, bucket
from services.surveys.policy.questionnaire import Fault, Questionnaire, Wrong, answer_faults, tidy_comment
from services.surveys.questionnaires import LIBRARY
from services.surveys.schemas import AnsweredOut
from services.surveys.views import invitation_by_token
from shared.contracts.surveys import DetractorFound, GivenScore, Metric, SurveyAnswered, SurveyComment
from shared.errors import FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow

WORDS = {
    Wrong.missing: "This question needs an answer.",
    Wrong.off_scale: "This is not on the question's scale.",
    Wrong.too_long: "This is longer than the question allows.",
    Wrong.unknown: "There is no such question.",
}


class BadAnswer(Invalid):
    """An answer that can't be taken; `faults` name the questions for a page that shows them beside each."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(errors=[FieldError(_pointer(fault.question), WORDS[fault.wrong]) for fault in faults])
        self.faults = faults


def _pointer(question: str) -> str:
    return "#/comment" if question == "comment" else f"#/scores/{question}"


async def answer_survey(uow: Uow, command: AnswerSurvey) -> AnsweredOut:
    """Take the answer of the invitation that the token opens; who has the link is the person who was asked."""
    invitation = await invitation_by_token(uow, command.token, lock=True)
    check_open(invitation.state, invitation.expires_at, uow.now)
    asked = LIBRARY.get(invitation.questionnaire, invitation.questionnaire_version)
    comment = tidy_comment(command.comment)
    if faults := answer_faults(asked, command.scores, comment):
        raise BadAnswer(faults)
    scores = [
        GivenScore(metric=question.metric, about=question.about, score=command.scores[question.id])
        for question in asked.scored
        if question.id in command.scores
    ]
    await _keep(uow, invitation, scores, comment)
    await _tell(uow, invitation, scores, comment)
    return _taken(invitation, asked)


async def _keep(uow: Uow, invitation: Invitation, scores: list[GivenScore], comment: str | None) -> None:
    values = invitation.model_dump(include=set(Asked.model_fields))
    answer = uow.add(Answer(id=new_id(), invitation_id=invitation.id, answered_at=uow.now, comment=comment, **values))
    await uow.flush()
    for given in scores:
        uow.add(Score(answer_id=answer.id, **given.model_dump()))
    uow.note("answer_survey", invitation.id, before={"state": invitation.state}, after={"state": State.answered})
    uow.change(invitation, state=State.answered, answered_at=uow.now)


async def _tell(uow: Uow, invitation: Invitation, scores: list[GivenScore], comment: str | None) -> None:
    ids = about(invitation)
    uow.say(SurveyAnswered(**ids, scores=scores, standards={}, expectations=[], perceptions=[]))
    if comment and invitation.person_id:
        uow.say(SurveyComment(invitation_id=invitation.id, person_id=invitation.person_id, comment=comment))
    for given in scores:
        if given.metric is Metric.nps and bucket(given.score) is Bucket.detractor:
            uow.say(DetractorFound(**ids, about=given.about, score=given.score))
    await open_for_answer(uow, invitation, scores, {})


def _taken(invitation: Invitation, asked: Questionnaire) -> AnsweredOut:
    thanks = asked.thanks[asked.spoken(invitation.language)]
    return AnsweredOut(
        invitation_id=invitation.id, questionnaire=asked.id, answered_at=invitation.answered_at, thanks=thanks
    )
