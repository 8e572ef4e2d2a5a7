"""How messages read with a real stay's data: what can be chosen, a message in a language, and one letter's own page."""

from typing import Any

from babel import Locale
from starlette.responses import Response

from services.journeys.console import words
from services.journeys.console.forms import Form, form_of, send
from services.journeys.console.pages.boards.entering import Entered, Json, entered, items
from services.journeys.console.pages.doors import Client, Visitor, id_in, new_router
from services.journeys.console.problems import Refused
from services.journeys.console.render import page
from services.journeys.console.rooms import NotForYou, Panel, together
from services.journeys.console.session import HOME
from services.journeys.console.texts import _
from shared.access import MANAGERS

PLACE, ROOM = f"{HOME}/letters/{{letter_id}}/preview", "notifications"
router = new_router()


async def stays_of(at: Entered) -> list[tuple[str, str]]:
    """Stays that a message can be written for: whose, and how far."""
    found = await at.panel("applications", "/v1/applications", limit=20)
    names = await at.names(stay.get("person_id") for stay in items(found))
    return [
        (stay["id"], f"{names.get(str(stay.get('person_id')), _('Name unknown'))} · {words.plain(stay['status'])}")
        for stay in items(found)
    ]


async def written(at: Entered, path: str, wish: Json) -> Json:
    """A message as it would be written now; Refused for what can't be one."""
    found: Json = (await send(at.rooms, Form(), "POST", ROOM, path, wish)).body
    return {**found, "direction": Locale.parse(found["language"]).text_direction}


@router.get(PLACE, operation_id="console_letter_preview")
async def ask(letter_id: str, door: Visitor, client: Client) -> Response:
    """For which stay, and at which touchpoint."""
    return await _shown(await _manager(door, client), letter_id, Form())


@router.post(PLACE, operation_id="console_letter_read")
async def read(letter_id: str, door: Visitor, client: Client) -> Response:
    """The letter as somebody would get it; nothing is sent or kept."""
    at, given = await _manager(door, client), await form_of(door)
    return await _shown(at, letter_id, given)


async def _manager(door: Any, client: Any) -> Entered:
    at = await entered(door, client)
    if at.caller.role not in MANAGERS:
        raise NotForYou
    return at


async def _shown(at: Entered, letter_id: str, given: Form) -> Response:
    one, plan, stays = await together(
        at.rooms.get(ROOM, f"/v1/letters/{id_in(letter_id)}"), at.panel(ROOM, "/v1/plan"), stays_of(at)
    )
    message, status, wish = None, 200, given.given("touchpoint", "application_id")
    if wish:
        wish |= {"language": one["language"], "letter_id": str(id_in(letter_id))}
        try:
            message = await written(at, "/v1/plan/preview", wish)
        except Refused as refused:
            given.errors, given.trouble, status = refused.fields(), refused.words(), 422
    shown = {
        "one": one, "stays": stays, "touchpoints": _touchpoints(plan, one["letter"]), "given": given,
        "message": message, "letter_id": letter_id,
    }  # fmt: skip
    return page("boards_letter.html", status=status, **at.frame("letters"), **shown)


def _touchpoints(plan: Panel, letter: str) -> list[tuple[str, str]]:
    """Those of the plan in use that are written with this letter."""
    entries = (plan.items or {}).get("touchpoints", ())
    return [(entry["code"], words.plain(entry["code"])) for entry in entries if entry.get("letter") == letter]
