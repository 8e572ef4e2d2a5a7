"""A promoter's own page, by their personal link. A GET changes nothing; saving and taking back are POSTs."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.surveys import commands, files, handlers, views
from services.surveys.api.doors import ByLink
from services.surveys.api.showcasing import PICTURE, shown
from services.surveys.pages import showcase as pages
from services.surveys.policy.questionnaire_answers import tidy_text
from services.surveys.policy.showcasing import TestimonialState, Told, Use
from services.surveys.settings import limits
from shared.errors import NotFound
from shared.links import LinkRefused
from shared.settings import kernel
from shared.web.door import Door

router = APIRouter(tags=["showcasing"])
Token = Annotated[str, Path(description="The token of the personal link")]
MULTIPART = "multipart/form-data"
MOST_FIELDS = 20
UNKNOWN = {404: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "No such link"}}
NOTHING = Told("", "", "", frozenset(), picture=False)


@router.get("/t/{token}", response_class=HTMLResponse, operation_id="show_showcase_page", responses=UNKNOWN)
@router.head("/t/{token}", operation_id="probe_showcase_page", include_in_schema=False)
async def show_page(token: Token, door: ByLink) -> Response:
    """What one told so far, where it may be shown, one's own link and whom it brought. Opening it leaves no trace."""
    try:
        return pages.showcase_page(_shown(door, await _own(door, token)))
    except LinkRefused:
        return _note(door, 404, "unknown")


@router.post(
    "/t/{token}", status_code=303, response_class=HTMLResponse, operation_id="submit_showcase_page", responses=UNKNOWN,
    openapi_extra={"requestBody": {"content": {MULTIPART: {"schema": {"type": "object"}}}}},
)  # fmt: skip
async def submit_page(token: Token, door: ByLink) -> Response:
    """Save what is told, whole, with the uses agreed to; or the page again with what is wrong."""
    try:
        own = await _own(door, token)
    except LinkRefused:
        return _note(door, 404, "unknown")
    sent = await _form(door.request)
    if sent is None:
        return _note(door, 400, "unreadable", own.language)
    told, file, drop = sent
    there = own.told is not None and own.told.picture_type is not None
    told = Told(told.words, told.name, told.video, told.uses, picture=file is not None or (there and not drop))
    try:
        picture = await _guarded(*file) if file else None
        command = commands.GiveTestimonial(token, told, picture, drop)
        await _run(door, handlers.give_testimonial, command)
    except handlers.BadTestimonial as bad:
        return pages.showcase_page(_shown(door, own, told, there), bad.faults, 422)
    except files.NotTaken as refused:
        return pages.showcase_page(_shown(door, own, told, there), {"picture": refused.code}, 422)
    return _back(token)


@router.post(
    "/t/{token}/withdrawal", status_code=303, response_class=HTMLResponse, operation_id="withdraw_testimonial",
    responses=UNKNOWN,
)  # fmt: skip
async def withdraw(token: Token, door: ByLink) -> Response:
    """Take everything back from every use, at once. Doing it twice changes nothing."""
    try:
        await _run(door, handlers.withdraw_testimonial, commands.WithdrawTestimonial(token))
    except LinkRefused:
        return _note(door, 404, "unknown")
    return _back(f"../{token}", up=True)


@router.get("/t/{token}/picture", response_class=Response, responses=PICTURE | UNKNOWN, operation_id="get_own_picture")
async def get_own_picture(token: Token, door: ByLink) -> Response:
    """One's own picture, as it is kept."""
    try:
        return shown(await door.runtime.read(views.own_picture, token, caller=door.caller), "no-store")
    except NotFound:
        return _note(door, 404, "unknown")


async def _own(door: Door, token: str) -> views.OwnPage:
    return await door.runtime.read(views.own_page, token, caller=door.caller)


def _shown(door: Door, own: views.OwnPage, given: Told | None = None, there: bool | None = None) -> pages.Shown:
    told = own.told
    kept = NOTHING
    if told is not None:
        words = (told.words or "", told.shown_name or "", told.video or "")
        kept = Told(*words, frozenset(told.uses), picture=told.picture_type is not None)
    if given is not None:
        kept = Told(given.words, given.name, given.video, given.uses, picture=bool(there))
    counts = {name: getattr(own.brought, name) for name in ("signed_up", "applied", "approved")}
    return pages.Shown(
        pages.spoken(own.language, door.request.headers.get("accept-language")),
        TestimonialState(told.state) if told else None, kept,
        f"{kernel().surveys_url.rstrip('/')}/r/{own.referral}", counts, limits().attachment_bytes // 1_000_000,
        own.token,
    )  # fmt: skip


async def _form(request: Request) -> tuple[Told, tuple[str, bytes] | None, bool] | None:
    """What a form sent: the fields, the picture, whether the old one goes; None for what is no form of the page."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MULTIPART:
        return None
    try:
        async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
            chosen = form.get("picture")
            file = None
            if isinstance(chosen, UploadFile) and (chosen.filename or chosen.size):
                file = (chosen.filename or "", await chosen.read())
            words, name, video = (tidy_text(_text(form, field)) or "" for field in ("words", "name", "video"))
            uses = frozenset(Use(use) for use in form.getlist("uses") if use in set(Use))
            return Told(words, " ".join(name.split()), video, uses, picture=False), file, "drop" in form
    except HTTPException as error:
        if error.status_code == 413:
            raise
        return None


def _text(form: FormData, field: str) -> str:
    value = form.get(field, "")
    return value if isinstance(value, str) else ""


async def _guarded(name: str, content: bytes) -> files.Guarded:
    """The picture, drawn anew; NotTaken for anything else, a PDF too."""
    file = await files.guarded(name, content, files.Limits(limits().attachment_bytes, limits().attachment_pixels))
    if file.kind not in files.PICTURES:
        raise files.NotTaken(files.Refused.wrong_type)
    return file


async def _run(door: Door, handler: object, command: object) -> None:
    await door.runtime.execute(handler, command, caller=door.caller, cause=door.cause)  # type: ignore[arg-type]


def _back(path: str, up: bool = False) -> Response:
    # Relative, so that it also holds behind a proxy that puts a path before ours; a reload sends nothing twice.
    location = path if up else f"./{path}"
    return Response(status_code=303, headers={"Location": location, "Cache-Control": "no-store"})


def _note(door: Door, status: int, what: str, language: str | None = None) -> Response:
    return pages.note_page(status, what, pages.spoken(language, door.request.headers.get("accept-language")))
