"""What a personal link opens. Reading by it leaves no trace."""

from services.surveys.model import Draft, Invitation
from services.surveys.policy.invitations import State, SurveyOver
from services.surveys.policy.questionnaire import Questionnaire, direction
from services.surveys.policy.questionnaire_answers import read_answer
from services.surveys.schemas import SurveyOut
from services.surveys.views.invitations import state_of
from services.surveys.views.library import questionnaire
from services.surveys.views.shown import questions_out, sections_out
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


async def open_survey(uow: Uow, token: str, language: str | None = None) -> SurveyOut:
    """The survey behind a link, open or answered, in `language` or the person's; SurveyOver (410) when it is over."""
    row = await invitation_by_token(uow, token)
    state = state_of(uow, row)
    asked = await questionnaire(uow, row.questionnaire, row.questionnaire_version)
    shown = survey_out(asked, row, state, await uow.find(Draft, invitation_id=row.id), language)
    if state in (State.expired, State.cancelled):
        raise SurveyOver(extra={"language": shown.language})
    return shown


def survey_out(
    asked: Questionnaire, row: Invitation, state: State, draft: Draft | None = None, language: str | None = None
) -> SurveyOut:
    """A questionnaire in `language` or that of the invitation, else in English, with what was answered so far."""
    language = asked.spoken(language or row.language)
    answers = draft.answers if draft else {}
    texts = {name: getattr(asked, name)[language] for name in ("title", "intro", "thanks")}
    return SurveyOut(
        state=state, questionnaire=asked.id, questionnaire_version=asked.version, party=row.party,
        language=language, languages=asked.languages,
        direction=direction(language), sections=sections_out(asked, language), questions=questions_out(asked, language),
        answers=answers, asked=read_answer(asked, answers, partial=True).asked,
        saved_at=draft.saved_at if draft else None, expires_at=row.expires_at, answered_at=row.answered_at, **texts,
    )  # fmt: skip
