"""The calendar: touchpoints, tasks, sessions and standards due, by month, week or as an agenda, in a named zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from starlette.responses import Response

from services.journeys.console import words
from services.journeys.console.boards_words import said
from services.journeys.console.forms import act, form_of
from services.journeys.console.pages.boards.entering import Entered, Json, entered, items
from services.journeys.console.pages.doors import Client, Text, Visitor, new_router
from services.journeys.console.render import page
from services.journeys.console.rooms import Panel, together
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import _, locale
from shared.access import Role

PLACE = f"{HOME}/calendar"
VIEWS = ("month", "week", "agenda")
AGENDA_DAYS, MOST_BOARDS = 28, 200
FEWEST_YEAR, LAST_YEAR = 1990, 2190
ZONES = frozenset(available_timezones())
router = new_router()


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a view: those that it is about and those drawn around them."""

    view: str
    day: date
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=place) for place in range((self.last - self.first).days + 1)]

    def moved(self, by: int) -> date:
        """The day that the view before or after is about."""
        if self.view == "month":
            month = self.day.year * 12 + self.day.month - 1 + by
            return date(month // 12, month % 12 + 1, 1)
        return self.day + timedelta(days=by * (7 if self.view == "week" else AGENDA_DAYS))


def span(view: str, day: date, week_starts: int) -> Span:
    """`week_starts`: 0 is Monday; a month is drawn in whole weeks."""

    def begin(of: date) -> date:
        return of - timedelta(days=(of.weekday() - week_starts) % 7)

    if view == "agenda":
        return Span(view, day, day, day + timedelta(days=AGENDA_DAYS - 1))
    if view == "week":
        return Span(view, day, begin(day), begin(day) + timedelta(days=6))
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return Span(view, first, begin(first), begin(last) + timedelta(days=6))


@router.get(PLACE, operation_id="console_calendar")
async def calendar(
    door: Visitor, client: Client, view: Text = None, day: Text = None, zone: Text = None, entity_id: Text = None,
    person_id: Text = None,
) -> Response:  # fmt: skip
    """What happens when; `day` is any day of the period."""
    at = await entered(door, client)
    zone = zone if zone in ZONES else await _zone(at)
    today = door.runtime.clock.now().astimezone(ZoneInfo(zone)).date()
    over = span(view if view in VIEWS else "month", _day(day) or today, locale().first_week_day)
    panels = await together(*_asked(at, over, zone, entity_id, person_id), at.panel("notifications", "/v1/calendar"))
    due, sessions, boards, address = panels
    found = sorted(
        [*_due(due), *_sessions(sessions, zone), *_standards(boards, over)],
        key=lambda one: (one["on"], one["time"] or ""),
    )
    names = await at.names([person_id, entity_id, *(one["person_id"] for one in found if not one["who"])])
    for one in found:
        one["who"] = one["who"] or names.get(str(one["person_id"]))
    by_day = {each: [one for one in found if one["on"] == each] for each in over.days}
    return page(
        "boards_calendar.html", **at.frame("calendar"), over=over, today=today, zone=zone, by_day=by_day, views=VIEWS,
        before=over.moved(-1), after=over.moved(1), title=_title(over),
        panels=[panel for panel in panels[:3] if panel.away], address_of=address, said=said, table=_table(found),
        whose=names.get(person_id or "") or names.get(entity_id or ""), more=bool((due.items or {}).get("more")),
        asked={"entity_id": entity_id, "person_id": person_id}, short=_short,
    )  # fmt: skip


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


def _asked(at: Entered, over: Span, zone: str, entity_id: str | None, person_id: str | None) -> Iterable[Any]:
    days = {"since": over.first.isoformat(), "until": over.last.isoformat()}
    yield at.panel("journeys", "/v1/calendar", **days, zone=zone, entity_id=entity_id, person_id=person_id)
    spans = {"from_on": over.first.isoformat(), "to_on": over.last.isoformat()}
    yield at.panel("notifications", "/v1/sessions", **spans, entity_id=entity_id, limit=MOST_BOARDS)
    yield at.panel("notifications", "/v1/standards/board", entity_id=entity_id, closed="false", limit=MOST_BOARDS)


def _due(panel: Panel) -> Iterable[Json]:
    for row in items(panel):
        whose = row["person"] or row["enabler"]
        href = f"{HOME}/people/{row['person_id']}" if row["person_id"] else None
        moment = row["at"] if row["kind"] == "touchpoint" else None
        yield _happening(row["kind"], date.fromisoformat(row["on"]), moment, words.plain(row["code"]), whose, href, row)


def _sessions(panel: Panel, zone: str) -> Iterable[Json]:
    for row in items(panel):
        on = words.local(row["starts_at"], zone).date()
        yield _happening("session", on, row["starts_at"], row["title"], row.get("place"), None, {})


def _standards(panel: Panel, over: Span) -> Iterable[Json]:
    for line in items(panel):
        for code, cell in line["cells"].items():
            due = date.fromisoformat(cell["next_on"] or cell["due_on"])
            if cell["state"] == "open" and over.first <= due <= over.last:
                href = f"{HOME}/standards/{line['application_id']}#{code}"
                yield _happening("standard", due, None, said(code), None, href, line)


def _happening(
    kind: str, on: date, moment: str | None, what: str, who: str | None, href: str | None, row: Json
) -> Json:
    return {
        "kind": kind, "on": on, "time": moment, "what": what, "who": who, "href": href,
        "person_id": row.get("person_id"), "state": row.get("state"),
    }  # fmt: skip


def _title(over: Span) -> str:
    if over.view == "month":
        return f"{locale().months['stand-alone']['wide'][over.day.month]} {over.day.year}"
    return f"{words.day(over.first)} – {words.day(over.last)}"


def _table(rows: list[Json]) -> Table:
    columns = (
        Column("on", _("Day"), "date"),
        Column("time", _("Time"), value=lambda row: row["time"]),
        Column("kind", _("What"), value=lambda row: said(row["kind"])),
        Column("what", _("About")),
        Column("who", _("Who")),
        Column("state", _("State"), "code"),
    )
    return Table("calendar", _("Calendar"), columns, rows)


@router.post(f"{PLACE}/address", operation_id="console_renew_calendar")
async def renew(door: Visitor, client: Client) -> Response:
    """A new iCalendar address; the old one stops."""
    at, given = await entered(door, client), await form_of(door)
    done = _("Your calendar has a new address: the old one no longer works.")
    return await act(at.rooms, given, "POST", "notifications", "/v1/calendar", to=PLACE, done=done)
