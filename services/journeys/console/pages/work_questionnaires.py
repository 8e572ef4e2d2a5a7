"""One version of a questionnaire: what it asks in each language, where people stop, and writing the next one."""

import re
from collections.abc import Mapping
from typing import Any

import httpx
import yaml
from starlette.responses import Response

from services.journeys.console import flash, words
from services.journeys.console.forms import Form, form_of, send
from services.journeys.console.pages.doors import Client, Visitor, framed, new_router, opened
from services.journeys.console.problems import Wrong
from services.journeys.console.render import page
from services.journeys.console.rooms import NotForYou, Refused, Rooms, together
from services.journeys.console.session import HOME, Session
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import _
from services.journeys.console.work.declare import READERS
from shared.access import Role
from shared.errors import NotFound
from shared.web.door import Door

PLACE, ROOM, API = f"{HOME}/questionnaires", "surveys", "/v1/questionnaires"
PUBLISHERS = (Role.national_manager, Role.global_manager)
FIXED = "team-pulse"  # its counts are made for the questions that ship
SHAPE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
Json = dict[str, Any]
router = new_router()


async def _enter(
    door: Door, client: httpx.AsyncClient, code: str, number: str, roles: Any = READERS
) -> tuple[Session, Rooms]:
    """Who looks; NotFound for an address that can name no version."""
    signed_in, rooms = await opened(door, client)
    if signed_in.caller.role not in roles:
        raise NotForYou
    if not SHAPE.fullmatch(code) or not number.isdecimal():
        raise NotFound(_("This address names nothing."))
    return signed_in, rooms


@router.get(f"{PLACE}/{{code}}/versions/{{number}}", operation_id="console_questionnaire")
async def version(code: str, number: str, door: Visitor, client: Client) -> Response:
    """What it says, how it looks to people, where they stop, and its other versions."""
    signed_in, rooms = await _enter(door, client, code, number)
    path = f"{API}/{code}/versions/{number}"
    one, versions, stops, preview = await together(
        rooms.get(ROOM, path), rooms.get(ROOM, f"{API}/{code}"), rooms.get(ROOM, f"{path}/drop-off"),
        rooms.get(ROOM, f"{path}/preview"),
    )  # fmt: skip
    reached = {row["question"]: row for row in stops["questions"]} if stops["enough"] else {}
    shown = {
        "one": one, "title": words.told(one["content"].get("title")) or one["title"], "stops": stops,
        "asked": {row["id"]: words.told(row.get("text")) for row in one["content"].get("questions") or ()},
        "preview": preview["address"], "questions": _questions(one["content"], reached),
        "writes": signed_in.caller.role in PUBLISHERS and code != FIXED, "versions": _versions(versions["items"]),
        "languages_of": [(language, words.language(language)) for language in one["languages"]],
    }  # fmt: skip
    return page("work_questionnaire.html", **framed(door, signed_in, "questionnaires"), **shown)


def _questions(content: Json, reached: Mapping[str, Json]) -> Table:
    """A line a question, in the reader's language where it is written in it."""
    columns = (
        Column("text", _("Question"), value=lambda row: words.told(row.get("text"))),
        Column("kind", _("Kind"), "code"),
        Column("measures", _("Measures"), "code",
               value=lambda row: row.get("metric") or row.get("standard") or row.get("item")),
        Column("needed", _("Must be answered"), value=_needed, wide=True),
        Column("when", _("Asked"), value=lambda row: _("only some") if row.get("when") else _("everybody")),
        *(
            Column(name, title, "number", value=lambda row, name=name: reached.get(row["id"], {}).get(name))
            for name, title in _figures().items()
            if reached
        ),
    )  # fmt: skip
    return Table("questions", _("Questions"), columns, content.get("questions") or [])


def _figures() -> dict[str, str]:
    return {"reached": _("Reached"), "answered": _("Answered"), "left": _("Stopped before it")}


def _needed(row: Json) -> str:
    return _("yes") if row.get("required", row.get("kind") == "score") else _("no")


def _versions(rows: list[Json]) -> Table:
    columns = (
        Column("version_number", _("Version"), "number",
               href=lambda row: f"{PLACE}/{row['questionnaire']}/versions/{row['version_number']}"),
        Column("title", _("Title")),
        Column("newest", _("In use"), value=lambda row: _("yes") if row["newest"] else _("no")),
        Column("questions", _("Questions"), "number"),
        Column("published_at", _("Published"), "moment"),
    )  # fmt: skip
    return Table("questionnaire-versions", _("Versions"), columns, rows[::-1])


# --- the next version


@router.get(f"{PLACE}/{{code}}/versions/{{number}}/next", operation_id="console_questionnaire_next")
async def write(code: str, number: str, door: Visitor, client: Client) -> Response:
    """The text of this version, numbered to be the next one: change it, or go back to it as it is."""
    signed_in, rooms = await _enter(door, client, code, number, PUBLISHERS)
    one, versions = await together(rooms.get(ROOM, f"{API}/{code}/versions/{number}"), rooms.get(ROOM, f"{API}/{code}"))
    following = max(row["version_number"] for row in versions["items"]) + 1
    content = {**one["content"], "version": following}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)
    return _form(door, signed_in, code, number, Form.of(yaml=text))


def _form(
    door: Door, signed_in: Session, code: str, number: str, given: Form, wrongs: tuple[Wrong, ...] = ()
) -> Response:
    shown = {"code": code, "number": number, "given": given, "wrongs": wrongs}
    status = 422 if wrongs or given.trouble else 200
    return page("work_questionnaire_next.html", status=status, **framed(door, signed_in, "questionnaires"), **shown)


@router.post(f"{PLACE}/{{code}}/versions/{{number}}/next", operation_id="console_questionnaire_publish")
async def publish(code: str, number: str, door: Visitor, client: Client) -> Response:
    """Publish what was written; what is wrong with it is listed with its places."""
    signed_in, rooms = await _enter(door, client, code, number, PUBLISHERS)
    form = await form_of(door)
    form.version = None
    try:
        done = await send(rooms, form, "POST", ROOM, API, {"yaml": form.get("yaml")})
    except Refused as refused:
        form.trouble = refused.words()
        return _form(door, signed_in, code, number, form, refused.errors)
    made = done.body
    said = _("Published: from now on people are asked by it.")
    return flash.said(f"{PLACE}/{made['questionnaire']}/versions/{made['version_number']}", said)
