"""Answering by JSON, for front-ends that ask in pages of their own. The personal link is the only key."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from services.surveys import commands, handlers, views
from services.surveys.api.doors import ByLink
from services.surveys.schemas import AnsweredOut, DraftOut, SurveyOut

router = APIRouter(tags=["answers"])
Token = Annotated[str, Path(description="The token of the personal link")]
Lang = Annotated[str | None, Query(description="A language of the survey; without it, the person's")]
OVER = {410: {"description": "The survey is over"}}


@router.get("/v1/answers/{token}", response_model=SurveyOut, operation_id="get_survey", responses=OVER)
async def get_survey(token: Token, door: ByLink, lang: Lang = None) -> Response:
    """The survey in one language with what was answered so far, for a front-end that asks in its own pages."""
    return await door.read(views.open_survey, token, lang)


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
