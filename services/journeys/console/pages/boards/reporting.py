"""Reporting a quality case: of one experience, for one of its two customers."""

from typing import Any

from starlette.responses import Response

from services.journeys.console import flash
from services.journeys.console.boards_words import said
from services.journeys.console.forms import Form, form_of, send
from services.journeys.console.pages.boards.cases import PLACE
from services.journeys.console.pages.boards.entering import Entered, entered, items
from services.journeys.console.pages.doors import Client, Text, Visitor, new_router
from services.journeys.console.problems import Refused
from services.journeys.console.render import page
from services.journeys.console.texts import _
from shared.access import CUSTOMERS

MOST = 50
router = new_router()


@router.get(f"{PLACE}/new", operation_id="console_new_case")
async def new_case(door: Visitor, client: Client, application_id: Text = None, party: Text = None) -> Response:
    """The form, filled in with what the address says."""
    at = await entered(door, client)
    return await _form(at, Form.of(application_id=application_id, party=party or "ep"))


async def _form(at: Entered, given: Form, status: int = 200) -> Response:
    names = await at.names([given.get("application_id")])
    about = names.get(given.get("application_id"))
    own = await _own(at) if about is None and at.caller.role in CUSTOMERS else None
    shown = {"given": given, "about": about, "said": said, "own": own}
    return page("boards_case_new.html", status=status, **at.frame("cases"), **shown)


async def _own(at: Entered) -> list[tuple[str, str]]:
    """The customer's own applications, to choose from."""
    found = [one["id"] for one in items(await at.panel("applications", "/v1/applications", limit=MOST))]
    names = await at.names(found)
    return [(one, names[one]) for one in found if one in names]


@router.post(f"{PLACE}/new", operation_id="console_report_case")
async def report_case(door: Visitor, client: Client) -> Response:
    """Both sides hear of it at once."""
    at, given = await entered(door, client), await form_of(door)
    body: dict[str, Any] = {name: given.get(name) or None for name in ("application_id", "report", "party", "standard")}
    try:
        done = await send(at.rooms, given, "POST", "surveys", "/v1/cases", body)
    except Refused as refused:
        given.errors, given.trouble = refused.fields(), refused.words()
        return await _form(at, given, 422)
    return flash.said(f"{PLACE}/{done.body['id']}", _("The case is open: both sides hear of it."))
