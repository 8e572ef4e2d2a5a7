"""The customer's page of a quality case, by their personal link. A GET changes nothing; its buttons are POSTs."""

from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.surveys import commands, files, handlers, views
from services.surveys.api.case_talk import DOWNLOAD, download, guard_limits
from services.surveys.api.doors import ByLink
from services.surveys.pages import case as pages
from services.surveys.pages.case import CasePage, Wrong
from services.surveys.policy.questionnaire_answers import tidy_text
from shared.errors import NotFound, Refusal
from shared.links import LinkRefused
from shared.web.door import Door

NO_FILE: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such file", "content": {"text/html": {"schema": {"type": "string"}}}}
}
router = APIRouter(tags=["cases"])
Token = Annotated[str, Path(description="The token of the personal link")]
MULTIPART = "multipart/form-data"
MOST_FILES, MOST_FIELDS, LONGEST = 3, 10, 10_000
PLACES = {"write": "text", "contest": "contest", "reopen": "reopen"}
UNKNOWN = {404: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "No such link"}}


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form asks for (`what`), its words, and its files by name."""

    what: str
    text: str
    files: list[tuple[str, bytes]] = field(repr=False)


@router.get("/c/{token}", response_class=HTMLResponse, operation_id="show_case_page", responses=UNKNOWN)
@router.head("/c/{token}", operation_id="probe_case_page", include_in_schema=False)
async def show_case_page(token: Token, door: ByLink) -> Response:
    """What happens in the case, by when, and the conversation. A mail scanner that opens it leaves no trace."""
    try:
        return pages.case_page(await _page(door, token))
    except LinkRefused:
        return _unknown(door)


@router.post(
    "/c/{token}", status_code=303, response_class=HTMLResponse, operation_id="submit_case_page", responses=UNKNOWN,
    openapi_extra={"requestBody": {"content": {MULTIPART: {"schema": {"type": "object"}}}}},
)  # fmt: skip
async def submit_case_page(token: Token, door: ByLink) -> Response:
    """The page's forms: a message with files, taking the case higher, opening it again; back to the page."""
    try:
        page = await _page(door, token)
    except LinkRefused:
        return _unknown(door)
    form = await _form(door.request)
    if form is None:
        return pages.case_page(page, Wrong("text", "unreadable"), status=400)
    place = PLACES[form.what]
    try:
        wrong = await _done(door, token, form)
    except Refusal as refusal:
        wrong = Wrong("files" if refusal.code.startswith("file-") else place, refusal.code)
        return pages.case_page(await _page(door, token), wrong, {place: form.text}, refusal.status)
    if wrong is not None:
        return pages.case_page(page, Wrong(place, wrong), {place: form.text}, 422)
    # Relative, so that it also holds behind a proxy that puts a path before ours; a reload sends nothing twice.
    return Response(status_code=303, headers={"Location": f"./{token}", "Cache-Control": "no-store"})


@router.get(
    "/c/{token}/files/{file_id}",
    response_class=Response,
    responses=DOWNLOAD | NO_FILE,
    operation_id="download_case_file",
)
async def download_case_file(token: Token, file_id: UUID, door: ByLink) -> Response:
    """A file of the case for its customer, as a download."""
    try:
        return download(await door.runtime.read(views.get_file_by_link, token, file_id, caller=door.caller))
    except NotFound:
        return _unknown(door)


async def _page(door: Door, token: str) -> CasePage:
    liked = door.request.headers.get("accept-language")
    return await door.runtime.read(views.case_page, token, liked, caller=door.caller)


async def _form(request: Request) -> Sent | None:
    """What a form sent; None for what is none, has too many parts, or asks for nothing that the page offers."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MULTIPART:
        return None
    try:
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
            chosen = [
                one for one in form.getlist("files") if isinstance(one, UploadFile) and (one.filename or one.size)
            ]
            what, text = (str(form.get(name, "")) for name in ("do", "text"))
            files_ = [(one.filename or "", await one.read()) for one in chosen]
    except HTTPException as error:
        if error.status_code == 413:
            raise
        return None
    return Sent(what, tidy_text(text) or "", files_) if what in PLACES else None


async def _done(door: Door, token: str, form: Sent) -> str | None:
    """Do what the form asks for; the key of what is wrong with its text, or None."""
    if len(form.text) > LONGEST:
        return "too_long"
    if not form.text and (form.what != "write" or not form.files):
        return "empty" if form.what == "write" else "reason"
    if form.what == "contest":
        await _run(door, handlers.contest_case, commands.ContestCase(None, form.text, token))
    elif form.what == "reopen":
        await _run(door, handlers.reopen_case, commands.ReopenCase(None, form.text, token))
    else:
        kept = [await files.guarded(name, content, guard_limits()) for name, content in form.files]
        for file in kept:
            await _run(door, handlers.attach_file, commands.AttachFile(None, file, token=token))
        if form.text:
            await _run(door, handlers.write_message, commands.WriteMessage(None, form.text, token=token))
    return None


async def _run(door: Door, handler: object, command: object) -> None:
    await door.runtime.execute(handler, command, caller=door.caller, cause=door.cause)  # type: ignore[arg-type]


def _unknown(door: Door) -> Response:
    return pages.note_page(404, pages.spoken(None, door.request.headers.get("accept-language")))
