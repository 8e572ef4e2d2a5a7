"""What people choose to get: by their account, or through personal links, on pages that work without a login and
without scripts. A GET changes nothing."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.notifications import choices, commands, handlers, views
from services.notifications.api.doors import ByLink, Owner
from services.notifications.choices import pages
from services.notifications.policy import STOPPABLE, Medium
from services.notifications.schemas import ChoicesOut
from services.notifications.settings import NotificationsSettings
from shared.errors import Conflict, NotFound
from shared.web.door import Door

router = APIRouter(tags=["choices"])
Token = Annotated[str, Path(description="The token of the personal link", max_length=200)]
FORM = {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}}}
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@router.get("/v1/choices", response_model=ChoicesOut, operation_id="get_choices")
async def get_choices(door: Owner) -> Response:
    """What the caller gets and how: what is on and off by the own choice, and what is stopped without it."""
    return await door.read(views.own_choices, _offered(door))


@router.post("/v1/choices", response_model=ChoicesOut, operation_id="say_choices")
async def say_choices(body: commands.Choices, door: Owner) -> Response:
    """The caller wants more or less, or other channels. What the stay needs comes whatever is chosen."""
    return await door.execute(handlers.choose_own, commands.ChooseOwn(body, _offered(door)))


@router.get("/preferences/{token}", operation_id="show_preferences_page", response_class=HTMLResponse)
@router.head("/preferences/{token}", operation_id="probe_preferences_page", include_in_schema=False)
async def show_preferences(token: Token, door: ByLink, saved: Annotated[bool, Query()] = False) -> Response:
    """What this person gets and how, with everything that can be changed."""
    try:
        found = await door.runtime.read(views.open_choices, token, _offered(door), caller=door.caller)
    except NotFound:
        return _unknown(door)
    return pages.preferences_page(found, saved=saved)


@router.post(
    "/preferences/{token}",
    operation_id="change_preferences",
    status_code=303,
    response_class=HTMLResponse,
    openapi_extra=FORM,
)
async def change_preferences(token: Token, door: ByLink) -> Response:
    """The page's form: what is ticked is on, everything else is off."""
    fields = await _fields(door.request)
    try:
        found = await door.runtime.read(views.open_choices, token, _offered(door), caller=door.caller)
    except NotFound:
        return _unknown(door)
    if fields is None or ("save", "1") not in fields:
        return pages.note_page(400, "unreadable", found.language)
    on = {value for name, value in fields if name in ("class", "channel")}
    command = commands.Choose(
        found.recipient_id,
        {budget: budget in on for budget in STOPPABLE},
        {medium: medium in on for medium in _offered(door)},
    )
    await door.runtime.execute(handlers.choose, command, caller=door.caller, cause=door.cause)
    # Relative, so that it also holds behind a proxy that puts a path before ours.
    return Response(status_code=303, headers={"Location": f"./{token}?saved=true", "Cache-Control": "no-store"})


@router.get("/unsubscribe/{token}", operation_id="show_unsubscribe_page", response_class=HTMLResponse)
@router.head("/unsubscribe/{token}", operation_id="probe_unsubscribe_page", include_in_schema=False)
async def show_unsubscribe(token: Token, door: ByLink) -> Response:
    """A page with a button: scanners that open every link stop nothing."""
    try:
        _, stop = await door.runtime.read(views.open_stop, token, caller=door.caller)
    except NotFound:
        return _unknown(door)
    return pages.unsubscribe_page(stop)


@router.post("/unsubscribe/{token}", operation_id="unsubscribe", response_class=HTMLResponse, openapi_extra=FORM)
async def unsubscribe(token: Token, door: ByLink) -> Response:
    """One click (RFC 8058): no more messages of this class, answered without a redirect."""
    fields = await _fields(door.request)
    try:
        delivery_id, stop = await door.runtime.read(views.open_stop, token, caller=door.caller)
    except NotFound:
        return _unknown(door)
    if fields is None or ONE_CLICK not in fields:
        return pages.note_page(400, "unreadable", stop.language)
    command = commands.Unsubscribe(delivery_id)
    try:
        await door.runtime.execute(handlers.unsubscribe, command, caller=door.caller, cause=door.cause)
    except Conflict:
        return pages.note_page(409, "stop_owed", stop.language)
    return pages.stopped_page(stop)


def _offered(door: Door) -> tuple[Medium, ...]:
    """The channels that are set up here."""
    settings = door.runtime.settings
    assert isinstance(settings, NotificationsSettings)
    return tuple(medium for medium, given in settings.provider_of().items() if given)


async def _fields(request: Request) -> list[tuple[str, str]] | None:
    """The fields of a form in either of its encodings; None for what is no form."""
    if not request.headers.get("content-type", "").startswith(("application/x-www-form-urlencoded", "multipart/form-")):
        return None
    try:
        async with request.form(max_files=0, max_fields=50) as form:
            return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    except (HTTPException, ValueError):
        return None


def _unknown(door: Door) -> Response:
    language = pages.preferred(door.request.headers.get("accept-language"))
    return pages.note_page(404, "unknown", choices.spoken(language))
