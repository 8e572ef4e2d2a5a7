"""The pages of a questionnaire before anybody is asked: every question, also the conditional ones, and nothing kept."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, Response

from services.surveys import pages, views
from services.surveys.api.answers import Token
from services.surveys.api.doors import ByPreview, Staff
from services.surveys.api.questionnaires import Code, Number
from services.surveys.pages import WORDS, Shown
from services.surveys.policy import steps
from services.surveys.policy.steps import WHOLE
from services.surveys.schemas import LinkOut
from shared.errors import Refusal
from shared.web.door import Door
from shared.web.plain import FORM, lists_of

router = APIRouter(tags=["questionnaires"])
Step = Annotated[str | None, Query(description="A section")]
Lang = Annotated[str | None, Query(description="The language to show")]
MOST_FIELDS = 2000


@router.get(
    "/v1/questionnaires/{questionnaire}/versions/{version}/preview",
    response_model=LinkOut, operation_id="preview_questionnaire",
)  # fmt: skip
async def preview_questionnaire(questionnaire: Code, version: Number, door: Staff) -> Response:
    """The address where this version can be looked at in a browser, for a week."""
    return await door.read(views.preview_link, questionnaire, version)


@router.get("/q/{token}", response_class=HTMLResponse, operation_id="show_preview")
async def show_preview(token: Token, door: ByPreview, step: Step = None, lang: Lang = None) -> Response:
    """One page of the questionnaire; the last one leads to the thanks."""
    return await _shown(door, token, step, lang)


@router.post(
    "/q/{token}", response_class=HTMLResponse, operation_id="walk_preview",
    openapi_extra={"requestBody": {"content": {FORM: {"schema": {"type": "object"}}}}},
)  # fmt: skip
async def walk_preview(token: Token, door: ByPreview, step: Step = None, lang: Lang = None) -> Response:
    """On to the next page or back; what was filled in is dropped."""
    form = await lists_of(door.request, MOST_FIELDS) or {}
    spoken = next(iter(form.get("speak", [])), lang)
    go = "" if form.get("speak") else next(iter(form.get("go", [])), "")
    by = {"back": -1, "next": 1, "send": 1}.get(go, 0)
    return await _shown(door, token, next(iter(form.get("step", [])), step), spoken, by)


async def _shown(door: Door, token: str, step: str | None, lang: str | None, by: int = 0) -> Response:
    language = lang if lang in WORDS else pages.preferred(door.request.headers.get("accept-language"))
    try:
        asked, survey = await door.runtime.read(views.open_preview, token, language, caller=door.caller)
    except Refusal as refusal:
        return pages.note_page(refusal.status, "unknown", language)
    order = [section.id for section in asked.sections] or [WHOLE]
    place = max(0, (order.index(step) if step in order else 0) + by)
    if place >= len(order):
        return pages.thanks_page(survey)
    page = steps.of_section(asked, order[place])
    questions = [question for question in survey.questions if question.id in page]
    return pages.survey_page(survey, Shown(order[place], place + 1, len(order), questions, (), False), {})
