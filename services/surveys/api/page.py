"""The answer page: a form without scripts, one page of questions at a time. A GET changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, Response

from services.surveys import commands, handlers, pages, views
from services.surveys.api.answers import OVER, Lang, Token
from services.surveys.api.doors import ByLink
from services.surveys.commands import Go
from services.surveys.pages import WORDS, Shown
from services.surveys.policy import steps
from services.surveys.policy.invitations import AnsweredAlready, State
from services.surveys.policy.questionnaire_answers import Fault
from services.surveys.policy.steps import WHOLE
from services.surveys.views import Opened
from shared.errors import Refusal
from shared.web.door import Door
from shared.web.plain import FORM, lists_of

router = APIRouter(tags=["answers"])
MOST_FIELDS = 2000
SHOWN = {404: "unknown", 409: "answered", 410: "over"}
Form = Mapping[str, list[str]]
GOES = {"next": Go.next, "send": Go.next, "back": Go.back}  # anything else keeps the page and stays


@router.get("/s/{token}", response_class=HTMLResponse, operation_id="show_survey_page", responses=OVER)
@router.head("/s/{token}", operation_id="probe_survey_page", include_in_schema=False)
async def show_page(
    token: Token, door: ByLink, lang: Lang = None, step: Annotated[str | None, Query(description="A section")] = None
) -> Response:
    """The answer page where the person stopped, or thanks when the answer is in. A mail scanner leaves no trace."""
    try:
        opened = await _opened(door, token)
    except Refusal as refusal:
        return sorry(door, refusal)
    if opened.survey.state is State.answered:
        return pages.thanks_page(opened.survey)
    if "saved" in door.request.query_params:
        return pages.saved_page(opened.survey, steps.stopped_at(opened.asked, opened.survey.answers, opened.at))
    return _page(opened, opened.survey.answers, step, new=door.request.query_params.get("new", "").split("."))


@router.post(
    "/s/{token}", status_code=303, response_class=HTMLResponse, operation_id="submit_survey_page", responses=OVER,
    openapi_extra={"requestBody": {"content": {FORM: {"schema": {"type": "object"}}}}},
)  # fmt: skip
async def submit_page(token: Token, door: ByLink, lang: Lang = None) -> Response:
    """One page of the form, a field per question: on to the next one or the thanks, or again with what is wrong."""
    opened = None
    try:
        opened = await _opened(door, token)
        if opened.survey.state is State.answered:
            raise AnsweredAlready
        form = await lists_of(door.request, MOST_FIELDS)
        if form is None or _foreign(opened, form):
            return pages.note_page(400, "unreadable", opened.survey.language)
        return await (_paged(door, token, opened, form) if "step" in form else _whole(door, token, opened, form))
    except Refusal as refusal:
        return sorry(door, refusal, opened.survey.language if opened else None)


async def _opened(door: Door, token: str) -> Opened:
    written = frozenset(WORDS)
    wanted = door.request.query_params.get("lang")
    return await door.runtime.read(
        views.open_page, token, wanted if wanted in written else None, written, caller=door.caller
    )


def _foreign(opened: Opened, form: Form) -> bool:
    """Whether the form says that it is a page that the survey doesn't have."""
    there = [section.id for section in opened.asked.sections] or [WHOLE]
    return "step" in form and form["step"][0] not in there


async def _whole(door: Door, token: str, opened: Opened, form: Form) -> Response:
    """A form that names no page, such as somebody's own, is the whole answer."""
    answers = pages.answers_of(opened.survey.questions, form)
    try:
        return await _finish(door, token, opened, answers)
    except handlers.BadAnswer as bad:
        return _page(opened, answers, steps.step_of(opened.asked, bad.faults[0].question), bad.faults)


async def _finish(door: Door, token: str, opened: Opened, answers: Mapping[str, Any]) -> Response:
    command = commands.AnswerSurvey(token, dict(answers))
    await door.runtime.execute(handlers.answer_survey, command, caller=door.caller, cause=door.cause)
    return _onward(token, lang=opened.survey.language)


async def _paged(door: Door, token: str, opened: Opened, form: Form) -> Response:
    survey, asked, step = opened.survey, opened.asked, form["step"][0]
    page = steps.of_section(asked, step)
    given = pages.answers_of([question for question in survey.questions if question.id in page], form)
    answers = steps.with_page(survey.answers, page, given)
    shown = tuple(name for name in page if name in form.get("shown", [""])[0].split())
    go = form.get("go", ["later"])[0]
    speak = form.get("speak", [""])[0]
    try:
        if go == "send" and not speak and steps.is_last(asked, answers, step, shown):
            return await _finish(door, token, opened, answers)
        where = Go.stay if speak else GOES.get(go, Go.stay)
        taken = await _take(door, commands.TakeStep(token, step, given, shown, where))
    except handlers.BadAnswer as bad:
        return await _bad(door, opened, commands.TakeStep(token, step, given, shown, Go.stay), answers, bad.faults)
    if speak:
        return _onward(token, step=taken.step, lang=speak if speak in WORDS else survey.language)
    if where is Go.stay:
        return _onward(token, saved="1", lang=survey.language)
    return _onward(token, step=taken.step, lang=survey.language, **({"new": ".".join(taken.new)} if taken.new else {}))


async def _take(door: Door, command: commands.TakeStep) -> handlers.StepTaken:
    return await door.runtime.execute(handlers.take_step, command, caller=door.caller, cause=door.cause)


async def _bad(
    door: Door, opened: Opened, command: commands.TakeStep, answers: Mapping[str, Any], faults: list[Fault]
) -> Response:
    """The page again with what is wrong on it; when that is on other pages, this one is kept, and they are shown."""
    page = steps.of_section(opened.asked, command.step)
    if any(fault.question in page for fault in faults):
        return _page(opened, answers, command.step, faults)
    await _take(door, command)
    return _page(opened, answers, steps.step_of(opened.asked, faults[0].question), faults)


def _page(
    opened: Opened, answers: Mapping[str, Any], step: str | None, faults: Sequence[Fault] = (), new: Sequence[str] = ()
) -> Response:
    there = steps.steps_of(opened.asked, answers)
    place = steps.place_of(there, step or steps.stopped_at(opened.asked, answers, opened.at))
    questions = [one for one in opened.survey.questions if one.id in there[place].questions]
    resumed = step is None and opened.survey.saved_at is not None
    shown = Shown(there[place].id, place + 1, len(there), questions, new, resumed)
    return pages.survey_page(opened.survey, shown, answers, faults)


def _onward(token: str, **query: str) -> Response:
    # Relative, so that it also holds behind a proxy that puts a path before ours; a reload sends nothing twice.
    place = f"./{token}?{urlencode(query)}"
    return Response(status_code=303, headers={"Location": place, "Cache-Control": "no-store"})


def sorry(door: Door, refusal: Refusal, language: str | None = None) -> Response:
    """A friendly page for a link that can't be used; in the survey's language where the link tells it."""
    if refusal.status not in SHOWN:
        raise refusal
    wanted = door.request.query_params.get("lang")
    language = language or refusal.extra.get("language") or (wanted if wanted in WORDS else None)
    language = language or pages.preferred(door.request.headers.get("accept-language"))
    return pages.note_page(refusal.status, SHOWN[refusal.status], language)
