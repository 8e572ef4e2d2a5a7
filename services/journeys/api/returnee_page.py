"""A returnee's own page, by the personal link of the invitation. A GET changes nothing; a button is a POST."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.journeys import commands, handlers, pages, views
from services.journeys.policy.returnees import Choice
from shared.errors import Conflict, Invalid
from shared.links import LinkRefused
from shared.web.door import Door, public

router = APIRouter(tags=["returnees"])
Token = Annotated[str, Path(description="The token of the personal link", max_length=200)]
ByLink = Annotated[Door, public("whoever has the personal link is the person who was invited")]
UNKNOWN = {404: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "No such link"}}
FORM = "application/x-www-form-urlencoded"
BODY = {
    "requestBody": {
        "content": {
            FORM: {
                "schema": {"type": "object", "properties": {"choice": {"type": "string", "enum": list(Choice)}}},
                "example": {"choice": "alumni"},
            }
        }
    }
}


@router.get("/y/{token}", response_class=HTMLResponse, operation_id="show_returnee_page", responses=UNKNOWN)
@router.head("/y/{token}", operation_id="probe_returnee_page", include_in_schema=False)
async def show_page(token: Token, door: ByLink) -> Response:
    """What the returnee is invited to. Opening it leaves no trace."""
    try:
        row, language = await door.runtime.read(views.invitation_by_link, token, caller=door.caller)
    except LinkRefused:
        return _note(door, 404, "unknown")
    ended = door.runtime.clock.now().date() > row.ends_on
    return pages.returnee_page(_language(door, language), row.offers, row.choice, ended=ended)


@router.post(
    "/y/{token}", status_code=303, response_class=HTMLResponse, operation_id="submit_returnee_page", responses=UNKNOWN,
    openapi_extra=BODY,
)  # fmt: skip
async def submit_page(token: Token, door: ByLink) -> Response:
    """What the returnee chose; the same again changes nothing."""
    choice = await _choice(door.request)
    if choice is None:
        return _note(door, 400, "unreadable")
    command = commands.AnswerByLink(token, choice)
    try:
        await door.runtime.execute(handlers.answer_by_link, command, caller=door.caller, cause=door.cause)
    except LinkRefused:
        return _note(door, 404, "unknown")
    except Invalid:
        return _note(door, 400, "unreadable")
    except Conflict:
        pass  # it has ended: the page says so
    # Relative, so that it also holds behind a proxy that puts a path before ours; a reload sends nothing twice.
    return Response(status_code=303, headers={"Location": f"./{token}", "Cache-Control": "no-store"})


async def _choice(request: Request) -> Choice | None:
    if not request.headers.get("content-type", "").startswith(FORM):
        return None
    try:
        async with request.form(max_files=0, max_fields=5) as form:
            return Choice(str(form.get("choice", "")))
    except (HTTPException, ValueError):
        return None


def _language(door: Door, language: str | None = None) -> str:
    return pages.spoken(language, door.request.headers.get("accept-language"))


def _note(door: Door, status: int, what: str) -> Response:
    return pages.note_page(status, what, _language(door))
