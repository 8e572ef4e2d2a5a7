"""The calendar: touchpoints, tasks, sessions and standards due, by month, week or as an agenda, in a named zone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from starlette.responses import Response

from services.journeys.console import words
from services.journeys.console.boards_words import said
from services.journeys.console.forms import act, form_of
from services.journeys.console.pages.boards.calendar_days import (
    NAMED,
    VIEWS,
    Day,
    Span,
    drawn,
    happening,
    session,
    span,
    standard,
)
from services.journeys.console.pages.boards.entering import Entered, Json, entered, items
from services.journeys.console.pages.doors import Client, Text, Visitor, new_router
from services.journeys.console.render import page
from services.journeys.console.rooms import Panel, together
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import N_, _, locale
from shared.access import Role

PLACE = f"{HOME}/calendar"
MOST_SESSIONS = 200
KINDS = ("touchpoint", "task", "session", "standard")
TITLES = {
    "touchpoint": N_("Touchpoints"), "task": N_("Tasks"), "session": N_("Sessions"), "standard": N_("Standards"),
}  # fmt: skip
FEWEST_YEAR, LAST_YEAR = 1990, 2190
ZONES = frozenset(available_timezones())
ADDRESS = ("notifications", "/v1/calendar")
router = new_router()


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose calendar, and which days of it in which zone."""

    over: Span
    zone: str
    entity_id: str | None
    person_id: str | None

    @property
    def whose(self) -> Json:
        return {"entity_id": self.entity_id, "person_id": self.person_id}


@router.get(PLACE, operation_id="console_calendar")
async def calendar(
    door: Visitor, client: Client, view: Text = None, day: Text = None, zone: Text = None, entity_id: Text = None,
    person_id: Text = None, late: Text = None, cursor: Text = None, after: Text = None,
) -> Response:  # fmt: skip
    """What happens when; `day` is any day of the period. Of a single day everything is listed."""
    at = await entered(door, client)
    zone = zone if zone in ZONES else await _zone(at)
    today = door.runtime.clock.now().astimezone(ZoneInfo(zone)).date()
    over = span(view if view in VIEWS else "month", _day(day) or today, locale().first_week_day)
    asked = Asked(over, zone, entity_id, person_id)
    if over.view == "day":
        return await _one_day(at, asked, late == "true", cursor, after)
    due, sessions, standards, address = panels = await together(*_overview(at, asked), at.panel(*ADDRESS))
    days = drawn(over, due, sessions, standards, zone)
    names = await _name(at, asked, [one for day in days for one in day.named])
    shown = {"days": days, "today": today, "address_of": address, "short": _short, "table": _table(days)}
    return page("boards_calendar.html", **_frame(at, asked, names, panels[:3]), **shown)


def _frame(at: Entered, asked: Asked, names: dict[str, str], panels: Sequence[Panel]) -> Json:
    over, whose = asked.over, names.get(asked.person_id or "") or names.get(asked.entity_id or "")
    moves = {"before": over.moved(-1), "after": over.moved(1), "title": _title(over)}
    shown = {"over": over, "zone": asked.zone, "asked": asked.whose, "whose": whose, "views": VIEWS, "said": said}
    away = [panel for panel in panels if panel.away]
    return {**at.frame("calendar"), **moves, **shown, "panels": away, "titles": TITLES, "full": _next(panels[1])}


async def _name(at: Entered, asked: Asked, found: Iterable[Json]) -> dict[str, str]:
    """Names of those whose calendar this is; what came without its person's name gets it."""
    nameless = [one for one in found if one["person_id"] and not one["who"]]
    names = await at.names([asked.person_id, asked.entity_id, *(one["person_id"] for one in nameless)])
    for one in nameless:
        one["who"] = names.get(str(one["person_id"]))
    return names


def _overview(at: Entered, asked: Asked) -> Iterable[Any]:
    first, last = asked.over.first.isoformat(), asked.over.last.isoformat()
    about = {"since": first, "until": last, "first": NAMED[asked.over.view], **asked.whose}
    yield at.panel("journeys", "/v1/calendar", zone=asked.zone, **about)
    yield _sessions(at, asked)
    yield at.panel("notifications", "/v1/standards/due", **about)


def _sessions(at: Entered, asked: Asked) -> Any:
    days = {"from_on": asked.over.first.isoformat(), "to_on": asked.over.last.isoformat()}
    whose = {"entity_id": asked.entity_id, "limit": MOST_SESSIONS}
    return at.panel("notifications", "/v1/sessions", **days, **whose)


async def _one_day(at: Entered, asked: Asked, late: bool, cursor: str | None, after: str | None) -> Response:
    """Everything of one day: touchpoints and tasks, sessions, standards, each list with its own pages."""
    on, whose = asked.over.day.isoformat(), asked.whose
    only = {"late": "true"} if late else {}
    panels = await together(
        at.panel("journeys", f"/v1/calendar/{on}", zone=asked.zone, cursor=cursor, **only, **whose),
        _sessions(at, asked),
        at.panel("notifications", f"/v1/standards/due/{on}", cursor=after, **whose),
    )
    due, sessions, standards = panels
    lists = {
        "due": [happening(row) for row in items(due)],
        "sessions": [session(row, asked.zone) for row in items(sessions)],
        "standards": [standard(row) for row in items(standards)],
    }
    names = await _name(at, asked, [one for some in lists.values() for one in some])
    tables = [_list(name, rows, asked.zone) for name, rows in lists.items() if rows and not (late and name != "due")]
    more = {"due": ("cursor", _next(due)), "standards": ("after", _next(standards))}
    return page(
        "boards_calendar_day.html", **_frame(at, asked, names, panels), tables=tables, more=more, late=late
    )  # fmt: skip


def _next(panel: Panel) -> str | None:
    return (panel.items or {}).get("next")


def _short(day: date) -> str:
    return str(locale().days["format"]["abbreviated"][day.weekday()])


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if FEWEST_YEAR <= found.year <= LAST_YEAR else None


async def _zone(at: Entered) -> str:
    """The zone of the own committee or person; UTC where there is none."""
    caller = at.caller
    if caller.entity is not None:
        found = await at.panel("applications", f"/v1/entities/{caller.entity}")
    elif caller.role is Role.participant and caller.party is not None:
        found = await at.panel("journeys", f"/v1/people/{caller.party}")
    else:
        return "UTC"
    zone = (found.items or {}).get("zone")
    return str(zone) if zone in ZONES else "UTC"


def _title(over: Span) -> str:
    if over.view == "day":
        return words.weekday(over.day)
    if over.view == "month":
        return f"{locale().months['stand-alone']['wide'][over.day.month]} {over.day.year}"
    return f"{words.day(over.first)} – {words.day(over.last)}"


def _table(days: list[Day]) -> Table:
    columns = (
        Column("on", _("Day"), "date", value=lambda day: day.on),
        *(Column(kind, _(TITLES[kind]), "number", value=_count(kind)) for kind in KINDS),
        Column("late", _("Late"), "number", value=lambda day: day.late),
    )
    return Table("calendar", _("Calendar"), columns, days)  # type: ignore[arg-type]


def _count(kind: str) -> Any:
    return lambda day: day.counts.get(kind, 0)


LISTS = {"due": N_("Touchpoints and tasks"), "sessions": N_("Sessions"), "standards": N_("Standards")}


def _list(name: str, rows: list[Json], zone: str) -> Table:
    columns = [Column("what", _("About"), href=lambda row: row["href"]), Column("who", _("Who"))]
    if name != "standards":
        columns.insert(
            0, Column("time", _("Time"), value=lambda row: words.clock(row["time"], zone) if row["time"] else None)
        )
    if name == "due":
        columns += [
            Column("kind", _("What"), value=lambda row: said(row["kind"])),
            Column("state", _("State"), "code"),
            Column("late", _("Late"), value=lambda row: _("late") if row["late"] else None),
        ]
    return Table(name, _(LISTS[name]), columns, rows, whole=False, hide_caption=False)


@router.post(f"{PLACE}/address", operation_id="console_renew_calendar")
async def renew(door: Visitor, client: Client) -> Response:
    """A new iCalendar address; the old one stops."""
    at, given = await entered(door, client), await form_of(door)
    done = _("Your calendar has a new address: the old one no longer works.")
    return await act(at.rooms, given, "POST", "notifications", "/v1/calendar", to=PLACE, done=done)
