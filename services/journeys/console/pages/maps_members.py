"""The member journey: recruitment, who is at which stage, the pulse of the team; a membership with what can be done."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from services.journeys.console import maps
from services.journeys.console.forms import Form, act, form_of, submit
from services.journeys.console.pages.doors import Client, Text, Visitor, framed, id_in, new_router, opened
from services.journeys.console.pages.maps import pulse_of
from services.journeys.console.render import page
from services.journeys.console.rooms import Panel, Rooms, together
from services.journeys.console.session import HOME, Session
from services.journeys.console.tables import Column, Share, Table
from services.journeys.console.texts import N_, _
from services.journeys.console.words import full_name
from services.journeys.policy.members import MemberStage
from shared.errors import NotFound
from shared.web.door import Door

router = new_router()
MEMBERS = f"{HOME}/member-journeys"
ONE = MEMBERS + "/{member_id}"
PAGE = 50
STAGES = {
    MemberStage.applied: N_("Applied"), MemberStage.selected: N_("Selected"), MemberStage.active: N_("At work"),
    MemberStage.alumna: N_("Alumni"), MemberStage.former: N_("Former"), MemberStage.not_taken: N_("Not taken"),
}  # fmt: skip
MOVES = {"select": "selection", "activate": "activation", "leave": "leaving"}
ROLES = ("member", "ep_manager", "opportunity_manager", "team_leader", "vice_president", "president", "alumnus")
Json = dict[str, Any]


@router.get(MEMBERS, operation_id="console_members")
async def members(
    door: Visitor, client: Client, stage: Text = None, role: Text = None, cursor: Text = None
) -> Response:
    """How recruitment goes, the pulse beside it, and the list."""
    signed_in, rooms = await opened(door, client)
    asked = {"stage": stage if stage in set(MemberStage) else None, "role": role if role in ROLES else None}
    listed, recruitment, pulse = await together(
        rooms.get("journeys", "/v1/member-journeys", limit=PAGE, cursor=cursor, **asked),
        rooms.get("journeys", "/v1/recruitment", role=asked["role"]),
        pulse_of(rooms, "member", signed_in),
    )
    values = {"asked": asked, "next": listed["next"], "recruitment": recruitment, "members": _members(listed["items"])}
    values |= {"stages": {code: _(name) for code, name in STAGES.items()}, "roles": ROLES}
    values |= {"horizons": _horizons(recruitment), "pulse": _pulse(pulse)}
    return page("maps_members.html", **framed(door, signed_in, "member-journeys"), **values)


def _stage(row: Json) -> str:
    name = STAGES[MemberStage(row["stage"])]
    return _(name)


def _members(rows: list[Json]) -> Table:
    columns = (
        Column("name", _("Member"), "link", value=full_name, href=lambda row: f"{MEMBERS}/{row['id']}"),
        Column("role", _("Role"), "code"),
        Column("stage", _("Stage"), value=_stage),
        Column("entity", _("Committee"), wide=True),
        Column("applied_at", _("Applied"), "date"),
        Column("from_on", _("From"), "date", wide=True),
        Column("to_on", _("Until"), "date", wide=True),
        Column("days_in_role", _("Days in the role"), "number"),
    )
    return Table("members", _("Members"), columns, rows, whole=False, empty=_("Nobody is at this stage."))


def _horizons(recruitment: Json) -> Table:
    """Two lines a number of days: at work, and came to nothing."""
    names = {"activated": _("At work"), "not_taken": _("Came to nothing")}
    columns = (
        Column("days", _("Days after applying"), "number"),
        Column("ending", _("What became of it"), value=lambda row: names[row["ending"]]),
        Column("share", _("Share"), "share", value=lambda row: Share.of(row["share"])),
    )
    note = _("Who waits still counts for as long as they have waited; beginning and coming to nothing compete.")
    return Table("recruitment", _("Applications by days"), columns, recruitment["horizons"], note=note)


def _pulse(rounds: list[Json]) -> Table:
    rows = [
        {"round": found["round"], "question": score["question"], "score": score["score"], "n": score["n"],
         "interval": _between(score["interval"])}
        for found in rounds[:6]
        for score in found["scores"]
    ]  # fmt: skip
    columns = (
        Column("round", _("Round")),
        Column("question", _("Question"), "code"),
        Column("score", _("Score"), "number", digits=1),
        Column("interval", _("95 %% interval")),
        Column("n", _("Answers"), "number"),
    )
    note = _("Only groups in which enough people answered are shown, and nobody's own answer is kept.")
    return Table("pulse", _("Results of the team pulse"), columns, rows, note=note)


def _between(interval: Json | None) -> str | None:
    said = {"kind": "pulse", "name": "enps", "n": 99, "value": 0.0, **(interval or {"low": None, "high": None})}
    return maps.figure_of(said).interval


# --- one of them


@router.get(ONE, operation_id="console_member")
async def member(member_id: str, door: Visitor, client: Client) -> Response:
    """One membership on its way, with what the caller may do now."""
    signed_in, rooms = await opened(door, client)
    return await _one(door, signed_in, rooms, id_in(member_id), Form())


async def _one(
    door: Door, signed_in: Session, rooms: Rooms, member_id: UUID, given: Form, status: int = 200
) -> Response:
    """The way from this room, the moves from applications (which may be away)."""
    course, own = await together(
        rooms.get("journeys", f"/v1/member-journeys/{member_id}"),
        rooms.panel("applications", rooms.get("applications", f"/v1/members/{member_id}")),
    )
    now: Json = own.items if isinstance(own.items, dict) else {}
    values = {"member": course, "own": own, "moves": now.get("possible_moves", []), "version": now.get("version")}
    values |= {"given": given, "stages": {code: _(name) for code, name in STAGES.items()}}
    values |= {"name": full_name(course), "today": door.runtime.clock.now().date().isoformat()}
    return page("maps_member.html", status=status, **framed(door, signed_in, "member-journeys"), **values)


@router.post(ONE + "/{move}", operation_id="console_move_member")
async def move_member(member_id: str, move: str, door: Visitor, client: Client) -> Response:
    """Select, activate, leave: what the applications room does."""
    signed_in, rooms = await opened(door, client)
    path = MOVES.get(move)
    if path is None:
        raise NotFound(_("There is no such member."))
    form, address = await form_of(door), f"{MEMBERS}/{id_in(member_id)}"
    api = f"/v1/members/{id_in(member_id)}/{path}"
    if move == "select":
        return await act(rooms, form, "POST", "applications", api, to=address, done=_("Selected. A welcome goes out."))
    body: Json = dict(form.given("from_on", "to_on"))
    if move == "leave":
        body = dict(form.given("to_on")) | _alumna(form.get("alumna"))
    done = _("At work now.") if move == "activate" else _("It has ended.")
    reply = await submit(rooms, form, "POST", "applications", api, body, to=address, done=done)
    return reply or await _one(door, signed_in, rooms, id_in(member_id), form, 422)


def _alumna(said: str) -> Json:
    """Yes, no, or that nobody asked."""
    return {"alumna": said == "yes"} if said in ("yes", "no") else {}


@router.get(f"{HOME}/join", operation_id="console_join")
async def join(door: Visitor, client: Client) -> Response:
    """A participant's own memberships, and the form to apply for one."""
    signed_in, rooms = await opened(door, client)
    return await _join(door, signed_in, rooms, Form())


async def _join(door: Door, signed_in: Session, rooms: Rooms, given: Form, status: int = 200) -> Response:
    listed, person, invited = await together(
        rooms.get("journeys", "/v1/member-journeys"),
        rooms.get("journeys", "/v1/people", limit=1),
        rooms.panel("journeys", rooms.get("journeys", "/v1/returnee-invitations")),
    )
    entity = await _home(rooms, person["items"])
    open_ = [one for one in _items(invited) if one["choice"] is None]
    values = {"mine": listed["items"], "entity": entity, "given": given, "roles": ROLES[:3], "invited": open_}
    values |= {"stages": {code: _(name) for code, name in STAGES.items()}}
    return page("maps_join.html", status=status, **framed(door, signed_in, "join"), **values)


def _items(panel: Panel) -> list[Json]:
    return list(panel.items.get("items", [])) if isinstance(panel.items, dict) else []


async def _home(rooms: Rooms, people: list[Json]) -> Json | None:
    """The committee that looks after this person: one applies there."""
    if not people:
        return None
    found = await rooms.get("journeys", f"/v1/people/{people[0]['id']}")
    id_ = found.get("sending_entity_id")
    return {"id": id_, "name": found.get("sending_entity")} if id_ else None


@router.post(f"{HOME}/join", operation_id="console_apply_as_member")
async def apply_as_member(door: Visitor, client: Client) -> Response:
    signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    body = form.given("entity_id", "role")
    done = _("You have applied. Somebody of the committee talks with you.")
    reply = await submit(rooms, form, "POST", "applications", "/v1/members", body, to=f"{HOME}/join", done=done)
    return reply or await _join(door, signed_in, rooms, form, 422)


@router.post(f"{HOME}/join/{{invitation_id}}", operation_id="console_answer_invitation")
async def answer(invitation_id: str, door: Visitor, client: Client) -> Response:
    """The returnee's answer, signed in."""
    _signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    path = f"/v1/returnee-invitations/{id_in(invitation_id)}/answer"
    body = {"choice": form.get("choice")}
    return await act(
        rooms, form, "POST", "journeys", path, body, to=f"{HOME}/join", done=_("Thank you for the answer.")
    )
