"""What the answer page shows of a survey."""

from dataclasses import dataclass

from services.surveys.model import Draft
from services.surveys.policy.invitations import State, SurveyOver
from services.surveys.policy.questionnaire import Questionnaire, closest
from services.surveys.schemas import SurveyOut
from services.surveys.views.invitations import state_of
from services.surveys.views.library import questionnaire
from services.surveys.views.links import invitation_by_token, survey_out
from shared.storage.tx import Uow


@dataclass(frozen=True, slots=True)
class Opened:
    """A survey in the language of the page, the questionnaire behind it, and the page where the person stopped."""

    survey: SurveyOut
    asked: Questionnaire
    at: str | None


async def open_page(uow: Uow, token: str, language: str | None, written: frozenset[str]) -> Opened:
    """The survey behind a link in `language`, else in the person's; of those, one that pages are `written` in.

    SurveyOver (410) says the language in `extra`.
    """
    row = await invitation_by_token(uow, token)
    asked, state = await questionnaire(uow, row.questionnaire, row.questionnaire_version), state_of(uow, row)
    spoken = closest(language or row.language, written.intersection(asked.languages))
    if state in (State.expired, State.cancelled):
        raise SurveyOver(extra={"language": spoken})
    draft = await uow.find(Draft, invitation_id=row.id)
    return Opened(survey_out(asked, row, state, draft, spoken), asked, draft.at if draft else None)
