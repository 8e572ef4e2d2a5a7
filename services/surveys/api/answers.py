"""Answering by the personal link: the page for people and the same as JSON for front-ends. A GET changes nothing."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, Response

from services.surveys import commands, handlers, pages, views
from services.surveys.api.doors import ByLink
from services.surveys.policy.invitations import AnsweredAlready, State
from services.surveys.schemas import AnsweredOut, DraftOut, SurveyOut
from shared.errors import Refusal
from shared.web.door import Door
from shared.web.plain import FORM, fields_of

router = APIRouter(tags=["answers"])
Token = Annotated[str, Path(description="The token of the personal link")]
OVER = {410: {"description": "The survey is over"}}
MOST_FIELDS = 100
NO_SCORE = -1  # on no scale: what a form sent in place of a number is refused where scores are checked
SHOWN = {404: "unknown", 409: "answered", 410: "over"}


@router.get("/s/{token}", response_class=HTMLResponse, operation_id="show_survey_page", responses=OVER)
@router.head("/s/{token}", operation_id="probe_survey_page", include_in_schema=False)
async def show_page(token: Token, door: ByLink) -> Response:
    """The answer page, or thanks when the answer is in. A mail scanner that opens it leaves no trace."""
    try:
        survey = await _survey(door, token)
    except Refusal as refusal:
        return _sorry(door, refusal)
    return pages.thanks_page(survey) if survey.state is State.answered else pages.survey_page(survey, {})


@router.post(
    "/s/{token}", status_code=303, response_class=HTMLResponse, operation_id="submit_survey_page", responses=OVER,
    openapi_extra={"requestBody": {"content": {FORM: {"schema": {"type": "object"}}}}},
)  # fmt: skip
async def submit_page(token: Token, door: ByLink) -> Response:
    """The page's form, a field per question: on to the thanks, or the page again with what is wrong."""
    survey = None
    try:
        survey = await _survey(door, token)
        if survey.state is State.answered:
            raise AnsweredAlready
        return await _submitted(door, token, survey)
    except Refusal as refusal:
        return _sorry(door, refusal, survey.language if survey else None)


@router.get("/v1/answers/{token}", response_model=SurveyOut, operation_id="get_survey", responses=OVER)
async def get_survey(token: Token, door: ByLink) -> Response:
    """The survey in the person's language, for a front-end that asks in its own pages."""
    return await door.read(views.open_survey, token)


@router.post(
    "/v1/answers/{token}", status_code=201, response_model=AnsweredOut, operation_id="answer_survey", responses=OVER
)
async def answer_survey(token: Token, body: commands.GiveAnswer, door: ByLink) -> Response:
    """Answer once and for all; `errors` points to the answers that can't be taken."""
    command = commands.AnswerSurvey(token, body.answers)
    return await door.execute(handlers.answer_survey, command, status=201)


@router.post("/v1/answers/{token}/draft", response_model=DraftOut, operation_id="save_draft", responses=OVER)
async def save_draft(token: Token, body: commands.GiveAnswer, door: ByLink) -> Response:
    """Keep what was answered so far, to go on later; the whole of it, each time. Nothing is missing yet."""
    return await door.execute(handlers.save_draft, commands.SaveDraft(token, body.answers))


async def _survey(door: Door, token: str) -> SurveyOut:
    return await door.runtime.read(views.open_survey, token, caller=door.caller)


async def _submitted(door: Door, token: str, survey: SurveyOut) -> Response:
    fields = await fields_of(door.request, MOST_FIELDS)
    if fields is None:
        return pages.note_page(400, "unreadable", survey.language)
    given = {question.id: fields.get(question.id, "") for question in survey.questions}
    command = commands.AnswerSurvey(token, {**given, **_scores(survey, given)})
    try:
        await door.runtime.execute(handlers.answer_survey, command, caller=door.caller, cause=door.cause)
    except handlers.BadAnswer as bad:
        return pages.survey_page(survey, given, bad.faults)
    # Relative, so that it also holds behind a proxy that puts a path before ours; a reload sends nothing twice.
    return Response(status_code=303, headers={"Location": f"./{token}", "Cache-Control": "no-store"})


def _scores(survey: SurveyOut, given: Mapping[str, str]) -> dict[str, int]:
    """The scores of a form by question; a question left blank is not among them."""
    asked = [question.id for question in survey.questions if question.kind == "score"]
    return {name: _number(given[name]) for name in asked if given[name].strip()}


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else NO_SCORE


def _sorry(door: Door, refusal: Refusal, language: str | None = None) -> Response:
    """A friendly page for a link that can't be used; in the survey's language where the link tells it."""
    if refusal.status not in SHOWN:
        raise refusal
    language = language or refusal.extra.get("language") or pages.preferred(door.request.headers.get("accept-language"))
    return pages.note_page(refusal.status, SHOWN[refusal.status], language)
