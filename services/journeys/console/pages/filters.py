"""Saved filters: those of a page, or all; saving, removing, and bringing back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from services.journeys.console import here
from services.journeys.console.forms import Form, act, form_of, submit
from services.journeys.console.pages.doors import Client, Visitor, framed, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import Rooms
from services.journeys.console.session import HOME, local_path, session_of
from services.journeys.console.texts import _
from shared.access import CUSTOMERS

AT = f"{HOME}/filters"
OfPage = Annotated[str | None, Query(alias="page", pattern=r"^[a-z][a-z0-9/_-]{0,79}$")]
Searched = Annotated[str, Query(alias="query", max_length=1000)]
router = new_router()


@router.get(AT, operation_id="console_filters")
async def filters(door: Visitor, client: Client, of_page: OfPage = None, searched: Searched = "") -> Response:
    """Filters of a page, with a form to save the one that is looked at; of all pages where none is named."""
    return await _shown(door, client, of_page, searched, Form())


async def _shown(
    door: Visitor, client: Client, of_page: str | None, searched: str, form: Form, status: int = 200
) -> Response:
    signed_in, rooms = await opened(door, client)
    found = await rooms.every("journeys", "/v1/filters", page=of_page)
    shown: dict[str, Any] = {"saved": found, "of_page": of_page, "searched": searched, "form": form}
    shown |= {"may_share": signed_in.caller.role not in CUSTOMERS}
    shown |= {"back": here.address(f"{HOME}/{of_page}") if of_page else AT}
    return page("filters.html", status=status, **framed(door, signed_in, "filters"), **shown)


@router.post(AT, operation_id="console_save_filter")
async def save_filter(door: Visitor, client: Client) -> Response:
    signed_in, form = await session_of(door), await form_of(door)
    rooms = Rooms(client, door.runtime.kernel, signed_in.token)
    of_page, query = form.get("page"), form.get("query").lstrip("?")
    body = {"page": of_page, "name": form.get("name"), "query": query, "shared": bool(form.get("shared"))}
    to = local_path(f"{HOME}/{of_page}{f'?{query}' if query else ''}")
    done = _("The filter is saved. Its address can be shared as it is.")
    reply = await submit(rooms, form, "POST", "journeys", "/v1/filters", body, to=to, done=done)
    return reply or await _shown(door, client, of_page or None, query, form, 422)


@router.post(f"{AT}/{{filter_id}}/default", operation_id="console_default_filter")
async def default_filter(filter_id: UUID, door: Visitor, client: Client) -> Response:
    """Open its page with it from now on, or no more."""
    signed_in, form = await session_of(door), await form_of(door)
    rooms = Rooms(client, door.runtime.kernel, signed_in.token)
    chosen = bool(form.get("default"))
    done = _("The page opens with this filter from now on.") if chosen else _("The page opens without a filter again.")
    path = f"/v1/filters/{filter_id}/default"
    return await act(
        rooms, form, "POST", "journeys", path, {"default": chosen}, to=local_path(form.get("back")), done=done
    )


@router.post(f"{AT}/{{filter_id}}/removal", operation_id="console_remove_filter")
async def remove_filter(filter_id: UUID, door: Visitor, client: Client) -> Response:
    """With a button on the next page that brings it back."""
    signed_in, form = await session_of(door), await form_of(door)
    rooms = Rooms(client, door.runtime.kernel, signed_in.token)
    undo = f"{AT}/{filter_id}/restoration"
    return await act(
        rooms, form, "POST", "journeys", f"/v1/filters/{filter_id}/removal", to=local_path(form.get("back")),
        done=_("The filter is removed."), undo=undo,
    )  # fmt: skip


@router.post(f"{AT}/{{filter_id}}/restoration", operation_id="console_restore_filter")
async def restore_filter(filter_id: UUID, door: Visitor, client: Client) -> Response:
    signed_in, form = await session_of(door), await form_of(door)
    rooms = Rooms(client, door.runtime.kernel, signed_in.token)
    return await act(
        rooms, form, "POST", "journeys", f"/v1/filters/{filter_id}/restoration", to=AT,
        done=_("The filter is there again."),
    )  # fmt: skip
