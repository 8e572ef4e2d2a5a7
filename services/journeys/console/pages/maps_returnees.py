"""Returnees: who came home, inviting them to membership or the alumni, and what came of it."""

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from services.journeys.console import flash
from services.journeys.console.forms import Form, form_of, send
from services.journeys.console.pages.doors import Client, Text, Visitor, framed, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import NotForYou, Refused, Rooms, together
from services.journeys.console.session import HOME, Session
from services.journeys.console.tables import Column, Share, Table
from services.journeys.console.texts import N_, _, ngettext
from services.journeys.console.words import full_name
from services.journeys.policy.returnees import Blocked
from shared.access import Role
from shared.web.door import Door

router = new_router()
RETURNEES = f"{HOME}/returnees"
PAGE = 50
YEAR = timedelta(days=365)
SENDERS = (Role.sending_manager, Role.national_manager, Role.global_manager)
WHY = {
    Blocked.asked: N_("asked already"), Blocked.lately: N_("asked lately about another exchange"),
    Blocked.refused: N_("said no"), Blocked.member: N_("is a member"), Blocked.forgotten: N_("forgotten"),
}  # fmt: skip
GROUPS = {"invited": N_("Invited"), "held": N_("Held back by lot"), "uninvited": N_("Never invited")}
CHOICES = {"membership": N_("wants to join"), "alumni": N_("stays in touch"), "no": N_("said no")}
BY = {"": N_("All together"), "entity": N_("By committee"), "month": N_("By month")}
Json = dict[str, Any]


@router.get(RETURNEES, operation_id="console_returnees")
async def returnees(
    door: Visitor, client: Client, since: Text = None, until: Text = None, by: Text = None, cursor: Text = None
) -> Response:
    """What came of invitations, a form to invite, and the list; of the last year unless days are given."""
    signed_in, rooms = await opened(door, client)
    asked = {"since": since or (None if until else _a_year_ago(door)), "until": until or None}
    given = Form.of(**asked, held_share="20", offers=["membership", "alumni"])
    return await _shown(door, signed_in, rooms, given, asked, by if by in BY else None, cursor)


def _a_year_ago(door: Door) -> str:
    return (door.runtime.clock.now().date() - YEAR).isoformat()


async def _shown(
    door: Door, signed_in: Session, rooms: Rooms, given: Form, asked: Json, by: str | None, cursor: str | None,
    status: int = 200,
) -> Response:  # fmt: skip
    if signed_in.caller.role not in (*SENDERS, Role.auditor):
        raise NotForYou
    conversions, listed = await together(
        rooms.get("journeys", "/v1/returnee-conversions", by=by or None, **asked),
        rooms.get("journeys", "/v1/returnees", limit=PAGE, cursor=cursor, **asked),
    )
    values = {"given": given, "asked": asked, "by": by or "", "ways": [(code, _(name)) for code, name in BY.items()]}
    values |= {"conversions": _conversions(conversions, by), "returnees": _listed(listed["items"])}
    values |= {"next": listed["next"], "days": conversions["days"], "effect": _effect(conversions, by)}
    values |= {"invites": signed_in.caller.role in SENDERS, "entity": signed_in.caller.entity}
    values |= {"entities": await _committees(rooms, signed_in)}
    return page("maps_returnees.html", status=status, **framed(door, signed_in, "returnees"), **values)


async def _committees(rooms: Rooms, signed_in: Session) -> list[tuple[str, str]]:
    """Of a role without a committee of its own: which one is meant."""
    if signed_in.caller.entity is not None or signed_in.caller.role not in SENDERS:
        return []
    found = await rooms.panel("applications", rooms.get("applications", "/v1/entities", limit=100))
    items = found.items.get("items", []) if isinstance(found.items, dict) else []
    return [(one["id"], one["name"]) for one in items]


def _conversions(found: Json, by: str | None) -> Table:
    columns = [
        Column("group", _("Returnees")),
        Column("n", _("Watched to the end"), "number"),
        Column("open", _("Still open"), "number"),
        Column("applied", _("Applied for membership"), "share", value=lambda row: Share.of(row["applied"])),
        Column("alumni", _("Joined the alumni"), "share", value=lambda row: Share.of(row["alumni"])),
    ]
    if by:
        columns.insert(0, Column("label", _("Committee") if by == "entity" else _("Month")))
    rows = [
        {"label": cell["label"], "group": _(name), "n": cell[group]["applied"]["n"], "open": cell[group]["open"],
         "applied": cell[group]["applied"], "alumni": cell[group]["alumni"]}
        for cell in found["items"]
        for group, name in GROUPS.items()
        if cell[group]["applied"]["n"] or cell[group]["open"] or not by
    ]  # fmt: skip
    return Table("conversions", _("Conversions by group"), columns, rows, whole=not by)


def _effect(found: Json, by: str | None) -> str | None:
    """What the invitation does, where a lot decided who got one."""
    effect = found["items"][0]["effect"] if not by and found["items"] else None
    if effect is None:
        return None
    low, high = (f"{100 * effect[name]:+.0f}" for name in ("low", "high"))
    return _(
        "Of the invited, %(points)s points more applied than of those held back by lot (95 %% interval: %(low)s to "
        "%(high)s).", points=f"{100 * effect['value']:+.0f}", low=low, high=high,
    )  # fmt: skip


def _listed(rows: list[Json]) -> Table:
    columns = (
        Column("name", _("Returnee"), "link", value=full_name, href=lambda row: f"{HOME}/people/{row['person_id']}"),
        Column("completed_at", _("Came home"), "date"),
        Column("state", _("State"), value=_state),
        Column("invited_at", _("Invited on"), "date", value=_invited_on, wide=True),
    )
    return Table("returnees", _("Returnees"), columns, rows, whole=False, empty=_("Nobody came home in this time."))


def _state(row: Json) -> str:
    if (choice := CHOICES.get(row["choice"] or "")) is not None:
        return _(choice)
    if row["arm"] == "held":
        return _("held back by lot: leave them in peace")
    if row["arm"] == "invited":
        return _("invited")
    why = WHY[Blocked(row["blocked"])] if row["blocked"] else None
    return _("can be invited") if why is None else _(why)


def _invited_on(row: Json) -> str | None:
    return row["invited_at"] if row["arm"] == "invited" else None


@router.post(RETURNEES, operation_id="console_invite_returnees")
async def invite(door: Visitor, client: Client) -> Response:
    """Invite those of the period, and hold some back by lot."""
    signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    asked: Json = {name: form.get(name) or None for name in ("since", "until")}
    body: Json = {name: value for name, value in asked.items() if value}
    body |= {"entity_id": form.get("entity_id") or str(signed_in.caller.entity), "offers": form.all("offers")}
    body["held_share"] = _share(form.get("held_share"))
    try:
        made = (await send(rooms, form, "POST", "journeys", "/v1/returnee-invitations", body)).body
    except Refused as refused:
        form.errors, form.trouble = refused.fields(), refused.words()
        return await _shown(door, signed_in, rooms, form, {"since": _a_year_ago(door), "until": None}, None, None, 422)
    return flash.said(RETURNEES, _done(made))


def _share(text: str) -> Any:
    """Per cent as a share; what is no number goes as it is, for the room to refuse."""
    try:
        return float(text.replace(",", ".")) / 100 if text else 0.0
    except ValueError:
        return text


def _done(made: Json) -> str:
    said = [ngettext("%(num)s returnee was invited", "%(num)s returnees were invited", made["invited"])]
    if made["held"]:
        said.append(ngettext("%(num)s held back by lot", "%(num)s held back by lot", made["held"]))
    said += [f"{count} {_(WHY[Blocked(why)])}" for why, count in made["left_out"].items()]
    return "; ".join(said)
