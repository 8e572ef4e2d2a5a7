"""What a personal link opens. Reading by it leaves no trace."""

from services.surveys.model import Invitation
from services.surveys.policy.invitations import State, SurveyOver
from services.surveys.policy.questionnaire import CommentQuestion, Question, Questionnaire, direction
from services.surveys.questionnaires import LIBRARY
from services.surveys.schemas import QuestionOut, SurveyOut
from services.surveys.views.invitations import state_of
from shared import links
from shared.links import LinkRefused
from shared.storage.tx import Uow


async def invitation_by_token(uow: Uow, token: str, *, lock: bool = False) -> Invitation:
    """The invitation that a link token opens; LinkRefused (404) for one that we didn't make or that was replaced."""
    link = links.links().open(links.SURVEY, token)
    row = await uow.find(Invitation, id=link.subject, lock=lock)
    if row is None or not links.same(row.token_digest, token):
        raise LinkRefused
    return row


async def open_survey(uow: Uow, token: str) -> SurveyOut:
    """The survey behind a link, open or answered; SurveyOver (410) when it is over. Reading it leaves no trace."""
    row = await invitation_by_token(uow, token)
    state = state_of(uow, row)
    asked = LIBRARY.get(row.questionnaire, row.questionnaire_version)
    shown = survey_out(asked, row, state)
    if state in (State.expired, State.cancelled):
        raise SurveyOver(extra={"language": shown.language})
    return shown


def survey_out(asked: Questionnaire, row: Invitation, state: State) -> SurveyOut:
    """A questionnaire in the language of the invitation, else in English."""
    language = asked.spoken(row.language)
    texts = {name: getattr(asked, name)[language] for name in ("title", "intro", "thanks")}
    return SurveyOut(
        state=state, questionnaire=asked.id, questionnaire_version=asked.version, language=language,
        direction=direction(language), questions=[_question(question, language) for question in asked.questions],
        expires_at=row.expires_at, answered_at=row.answered_at, **texts,
    )  # fmt: skip


def _question(question: Question, language: str) -> QuestionOut:
    common = {"id": question.id, "kind": question.kind, "text": question.text[language]}
    if isinstance(question, CommentQuestion):
        return QuestionOut(**common, required=False, hint=question.hint[language], max_length=question.max_length)
    scale = {"low": question.scale.low, "high": question.scale.high}
    words = {"low_text": question.low[language], "high_text": question.high[language]}
    return QuestionOut(**common, required=question.required, metric=question.metric, **scale, **words)
