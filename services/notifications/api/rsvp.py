"""The personal page of a seat: what and when, yes or no, check-in. Without scripts; a GET changes nothing."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, Response

from services.notifications import commands, handlers, pages, views
from services.notifications.api.forms import FORM, fields_of
from services.notifications.views import SeatPage
from shared.errors import Refusal
from shared.links import LinkRefused
from shared.web.door import Door, public

router = APIRouter(tags=["sessions"])
ByLink = Annotated[Door, public("the personal link is the proof")]
Token = Annotated[str, Path(description="The token of the personal link")]


@router.get("/rsvp/{token}", response_class=HTMLResponse, operation_id="show_seat_page")
@router.head("/rsvp/{token}", operation_id="probe_seat_page", include_in_schema=False)
async def show_seat_page(token: Token, door: ByLink) -> Response:
    """The session and one's own answer. A mail scanner that opens it leaves no trace."""
    try:
        return _page(await _seat(door, token))
    except LinkRefused:
        return _unknown(door)


@router.post(
    "/rsvp/{token}", status_code=303, response_class=HTMLResponse, operation_id="submit_seat_page",
    openapi_extra={"requestBody": {"content": {FORM: {"schema": {"type": "object"}, "example": "do=going"}}}},
)  # fmt: skip
async def submit_seat_page(token: Token, door: ByLink) -> Response:
    """The page's buttons: on to the page as it is then, or the page again with what is wrong."""
    try:
        seat = await _seat(door, token)
    except LinkRefused:
        return _unknown(door)
    fields = await fields_of(door.request)
    if fields is None or (act := _act(token, fields)) is None:
        return pages.note_page(400, "unreadable", seat.language)
    handler, command = act
    try:
        await door.runtime.execute(handler, command, caller=door.caller, cause=door.cause)
    except Refusal as refusal:
        if refusal.code not in pages.words_of(seat.language)["session"]["errors"]:
            raise
        return _page(seat, refusal)
    # Relative, so that it also holds behind a proxy that puts a path before ours; a reload sends nothing twice.
    return Response(status_code=303, headers={"Location": f"./{token}", "Cache-Control": "no-store"})


async def _seat(door: Door, token: str) -> SeatPage:
    return await door.runtime.read(views.seat_page, token, caller=door.caller)


def _act(token: str, fields: dict[str, str]) -> tuple[object, object] | None:
    match fields.get("do"):
        case "going" | "declined" as answer:
            return handlers.answer_session, commands.AnswerSession(answer == "going", token=token)
        case "check-in":
            return handlers.check_in, commands.CheckInAtSession(fields.get("code", "")[:40], token=token)
    return None


def _page(seat: SeatPage, refusal: Refusal | None = None) -> Response:
    error = pages.words_of(seat.language)["session"]["errors"][refusal.code] if refusal else ""
    status = refusal.status if refusal else 200
    more = {"error": error, "wrong_code": refusal is not None and refusal.code == "wrong-code"}
    return pages.page("session.html", status, seat.language, **seat.values, **more)


def _unknown(door: Door) -> Response:
    return pages.note_page(404, "unknown", pages.preferred(door.request.headers.get("accept-language")))
