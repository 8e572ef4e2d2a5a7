"""The page of the team pulse: one page of scores, no drafts, nothing of who answered what. A GET changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from services.surveys import commands, handlers, pages, views
from services.surveys.api.answers import OVER, Lang
from services.surveys.api.page import MOST_FIELDS, sorry
from services.surveys.api.pulse import ByTicket, Token
from services.surveys.pages import WORDS, Shown
from services.surveys.policy.invitations import AnsweredAlready, State
from services.surveys.policy.questionnaire_answers import Fault
from services.surveys.policy.steps import WHOLE
from services.surveys.schemas import SurveyOut
from shared.errors import Refusal
from shared.web.door import Door
from shared.web.plain import FORM, lists_of

router = APIRouter(tags=["pulse"])


@router.get("/p/{token}", response_class=HTMLResponse, operation_id="show_pulse_page", responses=OVER)
@router.head("/p/{token}", operation_id="probe_pulse_page", include_in_schema=False)
async def show_page(token: Token, door: ByTicket, lang: Lang = None) -> Response:
    """The questions, or thanks when the answer is in."""
    try:
        survey = await _opened(door, token)
    except Refusal as refusal:
        return sorry(door, refusal)
    return pages.thanks_page(survey) if survey.state is State.answered else _page(survey, {})


@router.post(
    "/p/{token}", status_code=303, response_class=HTMLResponse, operation_id="submit_pulse_page", responses=OVER,
    openapi_extra={"requestBody": {"content": {FORM: {"schema": {"type": "object"}}}}},
)  # fmt: skip
async def submit_page(token: Token, door: ByTicket, lang: Lang = None) -> Response:
    """The answer, on to the thanks; or the page again, in another language or with what is wrong."""
    try:
        survey = await _opened(door, token)
        if survey.state is State.answered:
            raise AnsweredAlready
        form = await lists_of(door.request, MOST_FIELDS)
        if form is None:
            return pages.note_page(400, "unreadable", survey.language)
        answers = pages.answers_of(survey.questions, form)
        if (speak := form.get("speak", [""])[0]) in WORDS:
            return _page(await _opened(door, token, speak), answers)
        return await _answer(door, token, survey, answers)
    except Refusal as refusal:
        return sorry(door, refusal)


async def _answer(door: Door, token: str, survey: SurveyOut, answers: Mapping[str, Any]) -> Response:
    command = commands.AnswerPulse(token, dict(answers))
    try:
        await door.runtime.execute(handlers.answer_pulse, command, caller=door.caller, cause=door.cause)
    except handlers.BadAnswer as bad:
        return _page(survey, answers, bad.faults)
    place = f"./{token}?lang={survey.language}"
    return Response(status_code=303, headers={"Location": place, "Cache-Control": "no-store"})


async def _opened(door: Door, token: str, language: str | None = None) -> SurveyOut:
    wanted = language or door.request.query_params.get("lang")
    spoken = wanted if wanted in WORDS else pages.preferred(door.request.headers.get("accept-language"))
    return await door.runtime.read(views.open_pulse, token, spoken, caller=door.caller)


def _page(survey: SurveyOut, answers: Mapping[str, Any], faults: Sequence[Fault] = ()) -> Response:
    return pages.survey_page(survey, Shown(WHOLE, 1, 1, survey.questions), answers, faults)
